import { afterAll, expect, test } from "bun:test";
import { InputError } from "../../src/core/errors.ts";
import { serveWeb } from "../../src/web/serve.ts";
import { Room } from "./status-room.ts";
import { tradingMonth } from "./trading-month.ts";

const month = tradingMonth();
const web = new Room(month).web();
afterAll(() => month.database.close());

function refusalOf(run: () => unknown): InputError {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("it answers over the wire until it is stopped", async () => {
  const served = serveWeb(web, { host: "127.0.0.1", port: 0 });
  const health = await fetch(`${served.url}/health`);
  expect(health.status).toBe(200);
  expect(health.headers.get("content-security-policy")).toStartWith("default-src 'none'");
  await served.stop();
  expect(fetch(`${served.url}/health`)).rejects.toThrow();
});

test("a foreign Host header over the wire is refused", async () => {
  const served = serveWeb(web, { host: "127.0.0.1", port: 0 });
  const response = await fetch(`${served.url}/`, { headers: { Host: "evil.example" } });
  expect(response.status).toBe(403);
  await served.stop();
});

test("a port in use is refused with what to do", async () => {
  const served = serveWeb(web, { host: "127.0.0.1", port: 0 });
  const port = Number(new URL(served.url).port);
  const { code, message } = refusalOf(() => serveWeb(web, { host: "127.0.0.1", port }));
  expect(code).toBe("web_port_in_use");
  expect(message).toBe(`Port ${port} is taken; stop what listens there, or set WEB_PORT to another one.`);
  await served.stop();
});

test.each(["0.0.0.0", "::", "192.168.1.10", "bot.example"])("listening on %s is refused", (host) => {
  expect(refusalOf(() => serveWeb(web, { host, port: 0 })).code).toBe("web_not_loopback");
});
