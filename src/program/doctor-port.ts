/** Whether a port of this machine can be listened on. */
import { type Finding, findingsOf } from "./doctor-finding.ts";

export async function portFinding(
  name: string,
  host: string,
  port: number,
  setting: string,
): Promise<Finding> {
  const { ill, well } = findingsOf(name);
  try {
    const server = Bun.serve({ hostname: host, port, routes: { "/*": new Response(null, { status: 503 }) } });
    await server.stop(true);
    return well(`${host}:${port} is free`);
  } catch {
    return ill(`${host}:${port} is taken`, `end the other program (the bot itself?) or change ${setting}`);
  }
}
