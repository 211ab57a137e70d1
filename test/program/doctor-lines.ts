// The doctor's findings on Telegram and Discord, read as the lines it prints; none may show a secret.
import { expect } from "bun:test";
import { join } from "node:path";
import { SystemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/config.ts";
import { examinePlatforms } from "../../src/program/doctor-platforms.ts";

export const TELEGRAM_TOKEN = "123456:AAEhBOweik9ai2o01234567890abcdefgh";
export const DISCORD_TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123";
export const KEY = Buffer.alloc(32, 7).toString("base64");
const TIMEOUT_MS = 300;

export type Environment = Readonly<Record<string, string>>;

/** Every line it would print, `MEND` or `note` in front of what is not plainly well. */
export async function examined(folder: string, environment: Environment): Promise<readonly string[]> {
  const sources = { environment: { DB_PATH: join(folder, "trading.db"), ...environment }, envFile: null };
  const { settings } = loadConfig(sources);
  const findings = await examinePlatforms(settings, new SystemClock(), TIMEOUT_MS);
  const lines = findings.map(({ ok, name, detail, mend, hint }) => {
    const advice = ok ? hint : mend;
    const mark = !ok ? "MEND" : hint === undefined ? "ok" : "note";
    return `${mark} ${name}: ${detail}${advice === undefined ? "" : ` → ${advice}`}`;
  });
  for (const secret of [TELEGRAM_TOKEN, DISCORD_TOKEN, KEY, "hidden-path"])
    expect(lines.join("\n")).not.toContain(secret);
  return lines;
}

export const without = (environment: Environment, ...names: readonly string[]): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));

/** Which code a refused connection has depends on how it ends. */
export const codeHidden = (line = ""): string => line.replace(/ECONN\w+|Connection\w+/, "CODE");
