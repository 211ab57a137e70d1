import { describe, expect, test } from "bun:test";
import { get } from "node:http";
import { get as getSecure } from "node:https";
import { connect, createConnection, Socket } from "node:net";
import { connect as connectSecure } from "node:tls";
// Not the guard itself: that these pass shows that bunfig.toml preloads it.
import { closedProxy, isLoopback, NetworkBlockedError } from "./loopback.ts";

// An address kept for documentation (RFC 5737): nothing answers there, should a guard ever fail.
const outside = "192.0.2.1";
const blocked = expect.objectContaining({ name: "NetworkBlockedError" });

async function failureOf(attempt: () => unknown): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  return "nothing was refused";
}

describe("what is loopback", () => {
  test.each(["127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST", "::1", "[::1]", "::ffff:127.0.0.1"])(
    "%s is",
    (host) => expect(isLoopback(host)).toBe(true),
  );
  test.each([outside, "0.0.0.0", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "::2", ""])(
    "%j is not",
    (host) => expect(isLoopback(host)).toBe(false),
  );
});

describe("each way out is refused", () => {
  test.each<[string, () => unknown]>([
    ["fetch of a string", () => fetch(`http://${outside}/`)],
    ["fetch of a URL", () => fetch(new URL(`https://${outside}/`))],
    ["fetch of a Request", () => fetch(new Request(`https://${outside}/`))],
    ["fetch of a name", () => fetch("https://api.example.com/")],
    ["WebSocket", () => new WebSocket(`wss://${outside}/ws`)],
    ["net.connect(port, host)", () => connect(443, outside)],
    ["net.connect(options)", () => connect({ host: outside, port: 443 })],
    ["net.createConnection", () => createConnection({ host: outside, port: 443 })],
    ["new Socket().connect", () => new Socket().connect(443, outside)],
    ["tls.connect", () => connectSecure({ host: outside, port: 443 })],
    ["http.get", () => get(`http://${outside}/`)],
    ["https.get", () => getSecure(`https://${outside}/`)],
    ["Bun.connect", () => Bun.connect({ hostname: outside, port: 443, socket: { data() {} } })],
  ])("%s", async (_route, attempt) => {
    expect(await failureOf(attempt)).toEqual(blocked);
  });

  test("Bun.fetch, which cannot be patched, ends at the closed proxy", async () => {
    for (const scheme of ["http", "https"]) {
      const error = await failureOf(() => Bun.fetch(`${scheme}://${outside}/`));
      expect(error).toMatchObject({ code: "ECONNREFUSED" });
    }
  });

  test("a child process inherits the closed proxy", async () => {
    const child = Bun.spawn([process.execPath, "-e", `await fetch("http://${outside}/")`], {
      stdout: "ignore",
      stderr: "pipe",
    });
    expect(await child.stderr.text()).toContain("ECONNREFUSED");
    expect(await child.exited).not.toBe(0);
    expect(process.env["HTTPS_PROXY"]).toBe(closedProxy);
  });

  test("the error names the route and the target", async () => {
    const error = await failureOf(() => fetch("https://api.example.com/"));
    expect(error).toBeInstanceOf(NetworkBlockedError);
    expect(error).toMatchObject({ route: "fetch", target: "api.example.com" });
  });
});

describe("loopback works", () => {
  test.each(["127.0.0.1", "localhost", "::1"])("HTTP and WebSocket at %s", async (hostname) => {
    await using server = Bun.serve({
      hostname,
      port: 0,
      fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("here")),
      websocket: { open: (socket) => void socket.send("hello"), message() {} },
    });
    expect(await (await fetch(server.url)).text()).toBe("here");
    expect(await (await Bun.fetch(server.url)).text()).toBe("here");

    const socket = new WebSocket(server.url.href.replace("http", "ws"));
    const greeting = await new Promise<unknown>((resolve, reject) => {
      socket.onmessage = (event) => resolve(event.data);
      socket.onerror = reject;
    });
    socket.close();
    expect(greeting).toBe("hello");
  });

  test("TCP by node:net and by Bun.connect", async () => {
    const listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { open: (socket) => void socket.end("tcp"), data() {} },
    });
    const byNode = await new Promise<string>((resolve, reject) => {
      connect(listener.port, "127.0.0.1")
        .on("data", (chunk) => resolve(String(chunk)))
        .on("error", reject);
    });
    const byBun = await new Promise<string>((resolve, reject) => {
      const handlers = { data: (_: unknown, chunk: Uint8Array) => resolve(new TextDecoder().decode(chunk)) };
      Bun.connect({ hostname: "127.0.0.1", port: listener.port, socket: handlers }).catch(reject);
    });
    listener.stop(true);
    expect([byNode, byBun]).toEqual(["tcp", "tcp"]);
  });
});
