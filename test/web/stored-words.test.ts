import { afterAll, expect, test } from "bun:test";
import { Room } from "./status-room.ts";
import { NOW, tradingMonth } from "./trading-month.ts";

const HOSTILE = `</title></pre></script><script>alert(1)</script><img src=x onerror=alert(2)>"'><b id=planted>\u202e&lt;`;

const month = tradingMonth(":memory:", { text: HOSTILE });
month.database.transact(NOW, (tx) => {
  tx.audit({
    category: "chat",
    type: "command_denied",
    actor: { kind: "stranger", platform: "telegram", accountId: HOSTILE },
    summary: HOSTILE,
    facts: { [HOSTILE]: HOSTILE, nested: [{ text: HOSTILE }] },
  });
});
const room = new Room(month);
room.checks = [{ name: HOSTILE, ok: false, detail: HOSTILE, mend: HOSTILE }];
const engine = room.engine.bind(room);
room.engine = () => ({ ...engine(), strategy: HOSTILE });
room.signalSentence = () => HOSTILE;
const web = room.web();
afterAll(() => month.database.close());

/** What a parser finds that our own pages never hold: elements of the text, handlers, scripts without an address. */
async function foundIn(page: string): Promise<string[]> {
  const found: string[] = [];
  const rewriter = new HTMLRewriter()
    .on("#planted, img[src=x]", { element: ({ tagName }) => void found.push(`planted <${tagName}>`) })
    .on("script:not([src]), style, [style], iframe, object, base", {
      element: ({ tagName }) => void found.push(`<${tagName}>`),
    })
    .on("*", {
      element: ({ attributes }) => {
        for (const [name] of attributes) if (name?.startsWith("on")) found.push(`handler ${name}`);
      },
    });
  await rewriter.transform(new Response(page)).text();
  return found;
}

test("the parser would find a planted element, script and handler", async () => {
  expect(await foundIn(`<p>${HOSTILE}</p>`)).toEqual([
    "<script>",
    "planted <img>",
    "handler onerror",
    "planted <b>",
  ]);
});

const EVERY_STORED_WORD = ["/", "/trading", "/audit", "/audit?category=people", "/audit?category=config"];

test.each([
  ...EVERY_STORED_WORD,
  ...EVERY_STORED_WORD.map((path) => `/fragments${path === "/" ? "/home" : path}`),
])("stored words stay words on %s", async (path) => {
  const response = await web.request(path, { headers: { host: "localhost" } });
  expect(response.status).toBe(200);
  const page = await response.text();
  expect(page).toContain("alert(1)");
  expect(await foundIn(page)).toEqual([]);
});

test("what is asked for stays words too", async () => {
  const query = encodeURIComponent(HOSTILE);
  for (const path of [
    `/audit?text=${query}&actor=${query}`,
    `/audit?from=${query}`,
    `/?${query}=1`,
    `/${query}`,
  ]) {
    const response = await web.request(path, { headers: { host: "localhost" } });
    expect(await foundIn(await response.text())).toEqual([]);
  }
});

test("the API hands stored words on as JSON, never as a page", async () => {
  for (const path of ["/api/trading/orders", "/api/system/state", "/ready"]) {
    const response = await web.request(path, { headers: { host: "localhost" } });
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.text()).toContain("alert(1)");
  }
});
