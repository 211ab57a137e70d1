import { afterAll, expect, test } from "bun:test";
import { Room } from "./status-room.ts";
import { tradingMonth } from "./trading-month.ts";

const month = tradingMonth();
const room = new Room(month);
const web = room.web();
afterAll(() => month.database.close());

const get = (path: string, host = "localhost:8787", method = "GET") =>
  web.request(path, { method, headers: { host } });

const EVERY_KIND = [
  ["/", 200],
  ["/trading", 200],
  ["/audit", 200],
  ["/fragments/home", 200],
  ["/fragments/trading", 200],
  ["/fragments/audit", 200],
  ["/health", 200],
  ["/ready", 200],
  ["/api/trading/orders", 200],
  ["/api/trading/orders?limit=none", 400],
  ["/?range=forever", 400],
  ["/nowhere", 404],
  ["/api/nowhere", 404],
  ["/assets/../../package.json", 404],
  ["/assets/style.css", 404],
] as const;

function expectLockedDown(response: Response): void {
  const header = (name: string) => response.headers.get(name);
  expect(header("content-security-policy")).toBe(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  );
  expect(header("x-frame-options")).toBe("DENY");
  expect(header("x-content-type-options")).toBe("nosniff");
  expect(header("referrer-policy")).toBe("no-referrer");
  expect(header("permissions-policy")).toContain("camera=()");
}

test.each(EVERY_KIND)("%s answers %d, locked down and never stored", async (path, status) => {
  const response = await get(path);
  expect(response.status).toBe(status);
  expectLockedDown(response);
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])(
  "%s is refused on every address, known or not",
  async (method) => {
    for (const path of ["/", "/audit", "/api/system/state", "/assets/style.css", "/nowhere"]) {
      const response = await get(path, "localhost", method);
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, HEAD");
      expectLockedDown(response);
    }
  },
);

test("HEAD answers like GET, without a body", async () => {
  const response = await get("/", "localhost", "HEAD");
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
  expectLockedDown(response);
});

test.each(["localhost", "localhost:8787", "LOCALHOST", "127.0.0.1:8787", "[::1]:8787", "bot.example:443"])(
  "the host name %s is answered",
  async (host) => {
    expect((await get("/health", host)).status).toBe(200);
  },
);

test.each([
  "evil.example",
  "localhost.evil.example",
  "localhost@evil.example",
  "localhost, evil.example",
  "127.0.0.1.nip.io",
  "bot.example.evil",
  "",
])("the host name “%s” is refused, on pages, data and assets alike", async (host) => {
  for (const path of ["/", "/api/trading/position", "/nowhere"]) {
    const response = await get(path, host);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain("USDT");
    expectLockedDown(response);
  }
});

test("assets carry a hash of their content and may be kept for ever", async () => {
  const page = await (await get("/")).text();
  const paths = [...page.matchAll(/\/assets\/[a-z-]+\.[0-9a-f]{16}\.[a-z0-9]+/g)].map(([path]) => path);
  const endings = new Set(paths.map((path) => path.split(".").at(-1)));
  expect(endings).toEqual(new Set(["svg", "woff2", "css", "js"]));
  for (const path of paths) {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expectLockedDown(response);
  }
});

test("the style sheet asks for nothing but our own fonts", async () => {
  const page = await (await get("/")).text();
  const path = /\/assets\/style\.[0-9a-f]+\.css/.exec(page)?.[0] ?? "";
  const sheet = await (await get(path)).text();
  const addresses = [...sheet.matchAll(/url\("([^"]+)"\)/g)].map(([, address]) => address ?? "");
  expect(addresses).toHaveLength(2);
  for (const address of addresses)
    expect((await get(address)).headers.get("content-type")).toBe("font/woff2");
  expect(sheet).not.toContain("@import");
});

test("a failure is told to the program and says nothing of itself to the reader", async () => {
  const broken = new Room(month);
  broken.engine = () => {
    throw new Error("secret detail");
  };
  const app = broken.web();
  for (const path of ["/", "/api/trading/position"]) {
    const response = await app.request(path, { headers: { host: "localhost" } });
    expect(response.status).toBe(500);
    expectLockedDown(response);
    expect(await response.text()).not.toContain("secret detail");
  }
  expect(broken.faults.map(String)).toEqual(["Error: secret detail", "Error: secret detail"]);
});
