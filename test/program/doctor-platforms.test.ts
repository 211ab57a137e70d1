// A doctor without a token for a platform.
import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { examined } from "./doctor-lines.ts";

test("without a token it says how the bot comes to a phone, and asks nobody", async () => {
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) => new Response(String(asked.push(url))),
  });
  const nowhere = `http://127.0.0.1:${server.port}`;
  expect(await examined(tmpdir(), { TELEGRAM_API_URL: nowhere, DISCORD_API_URL: nowhere })).toEqual([
    expect.stringMatching(
      /^note chat: the terminal alone → a TELEGRAM_BOT_TOKEN or a DISCORD_BOT_TOKEN brings/,
    ),
  ]);
  await server.stop(true);
  expect(asked).toEqual([]);
});
