import { afterAll, expect, test } from "bun:test";
import { openDatabase } from "../../db/database.ts";
import { migrate } from "../../db/migrate.ts";
import { enterState, initialiseState } from "../../db/system-state.ts";
import { Room } from "./status-room.ts";
import { NOW, START_UNITS, shownPrice, tradingMonth } from "./trading-month.ts";

const month = tradingMonth();
const room = new Room(month);
const web = room.web();
afterAll(() => month.database.close());

async function read(path: string, app = web): Promise<string> {
  const response = await app.request(path, { headers: { host: "localhost" } });
  expect(response.status).toBe(200);
  return response.text();
}

/** The words of a page as a reader sees them, on one line. */
const wordsOf = (page: string): string =>
  page
    .replace(/<(head|script|style)[\s>][\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'")
    .replace(/\s+/g, " ");

test("home says the state, its meaning and who brought it about", async () => {
  const words = wordsOf(await read("/"));
  expect(words).toContain("RUNNING Trading on its own inside its limits.");
  expect(words).toContain("by Ada on Telegram : Checks done, starting.");
  expect(words).toContain("Paper money");
});

test("home marks the account at the last price heard", async () => {
  const words = wordsOf(await read("/"));
  const { ledger, lastTicks } = month;
  const units = ledger.equityUnits(lastTicks + 4_210);
  const equity = (units / 1e8).toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  expect(words).toContain(`Equity ${equity} USDT`);
  expect(words).toContain(`BTC price ${shownPrice(lastTicks + 4_210)} USDT`);
  expect(units).not.toBe(START_UNITS);
});

test("home says the change over 24 hours from the candle of 24 hours ago", async () => {
  const dayAgo = month.database.read(
    (reader) =>
      reader.get<{ open: number }>("SELECT open FROM candles_cache WHERE open_at = $at", {
        at: NOW - 24 * 3_600_000,
      })?.open ?? 0,
  );
  const change = ((month.lastTicks + 4_210) / 100 / dayAgo - 1) * 100;
  expect(wordsOf(await read("/"))).toContain(
    `${change > 0 ? "+" : "−"}${Math.abs(change).toFixed(2)} % in 24 h`,
  );
});

test("home shows the last decision with its reason in words", async () => {
  const words = wordsOf(await read("/"));
  expect(words).toContain("Last decision BUY Already in position");
  expect(words).toContain("The regime is bullish and the close is not far below the timing average: buy.");
  expect(words).toContain("The strategy says buy, but a position is already held.");
});

test("home draws the equity curve of each range", async () => {
  for (const range of ["1d", "7d", "30d", "all"]) {
    const page = await read(`/?range=${range}`);
    expect(page).toContain('class="curve-line" d="M0.0 ');
    expect(page).toMatch(new RegExp(`href="/\\?range=${range}" aria-current="true"`));
  }
});

test("a failing check opens the list and says how to mend it", async () => {
  const unready = new Room(month);
  unready.checks = [{ name: "Fresh data", ok: false, detail: "3 h old.", mend: "Check the connection." }];
  const page = await read("/", unready.web());
  expect(page).toMatch(/<details class="card readiness is-not-ready" open>/);
  expect(wordsOf(page)).toContain("Not ready. 1 of 1 checks needs attention.");
  expect(wordsOf(page)).toContain("Check the connection.");
});

test("without a price, an account or a verification the pages say so instead of failing", async () => {
  const database = openDatabase({ path: ":memory:" });
  migrate(database, NOW, { auto: true });
  database.transact(NOW, (tx) => initialiseState(tx, { kind: "system", name: "startup" }));
  const empty = new Room({ ...month, database });
  empty.price = null;
  empty.chainView = null;
  const app = empty.web();
  expect(wordsOf(await read("/", app))).toContain("No account is open yet.");
  expect(wordsOf(await read("/", app))).toContain("BTC price n/a");
  expect(wordsOf(await read("/trading", app))).toContain("No account is open yet.");
  expect(wordsOf(await read("/audit", app))).toContain("Not verified yet since the program started.");
  expect(empty.faults).toEqual([]);
  database.close();
});

test("an emergency stop is said in words on every page and in the title", async () => {
  const stopped = tradingMonth();
  stopped.database.transact(NOW, (tx) =>
    enterState(tx, { by: "safety", cause: "equity_stop" }, "Equity fell.", { kind: "job", name: "cycle" }),
  );
  const app = new Room(stopped).web();
  for (const path of ["/", "/trading", "/audit"])
    expect(wordsOf(await read(path, app))).toContain("EMERGENCY STOP");
  expect(await read("/", app)).toContain("<title>EMERGENCY STOP · Countersign</title>");
  stopped.database.close();
});

test("trading shows the position with its stop and the distance to it", async () => {
  const words = wordsOf(await read("/trading"));
  const stop = month.stopTicks ?? 0;
  const distance = (Math.abs(stop / (month.lastTicks + 4_210) - 1) * 100).toFixed(2);
  expect(words).toContain(`Stop ${shownPrice(stop)} −${distance} %`);
  expect(words).toContain("Long 0.0");
});

test("trading shows every figure of the performance report", async () => {
  const page = wordsOf(await read("/trading"));
  for (const { figures } of room.performance().sections) {
    for (const { label } of figures) expect(page).toContain(label);
  }
});

test("trading shows a flat account's stops as absent", async () => {
  const flat = new Room({ ...month, stopTicks: null });
  expect(wordsOf(await read("/trading", flat.web()))).toContain("Stop n/a Target n/a");
});

test("older fills follow on the next page without overlap", async () => {
  const idsOf = (page: string) => [...page.matchAll(/id="fill-(\d+)"/g)].map(([, id]) => Number(id));
  const first = idsOf(await read("/trading"));
  const next = idsOf(await read(`/trading?fills=${first.at(-1)}`));
  expect(first).toHaveLength(12);
  expect(next[0]).toBe((first.at(-1) ?? 0) - 1);
});

test("the report is computed once for each new equity snapshot", async () => {
  const counted = new Room(month);
  const app = counted.web();
  for (let i = 0; i < 3; i++) await read("/trading", app);
  expect(counted.reports).toBe(1);
});

const seqsOf = (page: string) => [...page.matchAll(/id="event-(\d+)"/g)].map(([, seq]) => Number(seq));

test("audit pages through the log, newest first, without gaps", async () => {
  const first = await read("/audit");
  const seqs = seqsOf(first);
  const older = /href="(\/audit\?before=\d+)">Older/.exec(first)?.[1] ?? "";
  const all = [...seqs, ...seqsOf(await read(older))];
  expect(all).toEqual(Array.from({ length: 100 }, (_, index) => (seqs[0] ?? 0) - index));
});

test.each([
  ["category=people", "Added Ada as admin."],
  ["text=resume", "PAUSED → RUNNING"],
  ["actor=person%3A1", "PAUSED → RUNNING"],
  ["from=2026-05-01&to=2026-05-01", "Opened paper account"],
])("audit finds events by %s", async (query, summary) => {
  const words = wordsOf(await read(`/audit?${query}`));
  expect(words).toContain(summary);
});

test("audit counts days in the page's time zone, both included", async () => {
  const page = await read("/audit?from=2026-05-10&to=2026-05-10&category=trading");
  const times = [...page.matchAll(/datetime="(2026-[^"]+)"/g)].map(([, at]) => at ?? "").sort();
  // Rome is two hours ahead of UTC in May; hours are decided as they close.
  expect(times.filter((at) => at < "2026-05-09T22:00" || at >= "2026-05-10T22:00")).toEqual([
    "2026-05-31T14:01:00.000Z",
  ]);
  expect(times).toContain("2026-05-09T22:00:00.000Z");
});

test("audit says what the chain's last verification found", async () => {
  const broken = new Room(month);
  broken.chainView = { ok: false, verifiedSeq: 40, verifiedAt: NOW, firstBadSeq: 41 };
  expect(wordsOf(await read("/audit"))).toContain("✓ Chain verified to event");
  expect(wordsOf(await read("/audit", broken.web()))).toContain("! Chain broken at event 41");
});

test.each([
  ["/audit?category=gossip", "category must be one of"],
  ["/audit?from=yesterday", "from must be a date such as 2024-05-01."],
  ["/audit?to=2026-02-30", "to must be a date such as 2024-05-01."],
  ["/audit?before=-1", "before must be a whole number from 1."],
  ["/audit?text=a&text=b", "text may be given once only."],
  ["/trading?page=2", "is not a parameter of this address; use timeframe, orders, fills."],
  ["/trading?timeframe=5m", "timeframe must be one of 15m, 1h, 4h, 1d."],
  ["/?range=1y", "range must be one of 1d, 7d, 30d, all."],
])("%s is not understood, and the page says why", async (path, sentence) => {
  const response = await web.request(path, { headers: { host: "localhost" } });
  expect(response.status).toBe(400);
  expect(wordsOf(await response.text())).toContain(sentence);
});

test("an empty filter form is no filter", async () => {
  expect(seqsOf(await read("/audit?category=&text=&actor=&from=&to="))).toHaveLength(50);
});

test("what refreshes itself is the page's own content", async () => {
  for (const path of ["/", "/trading", "/audit"]) {
    const page = await read(path);
    const address = /hx-get="([^"]+)"/.exec(page)?.[1] ?? "";
    const fragment = wordsOf(await read(address)).replace(/^.*· Countersign/, "");
    expect(fragment).not.toContain("Read-only");
    expect(wordsOf(page)).toContain(fragment.trim());
  }
});

test("nothing on the pages changes anything: the only form asks", async () => {
  for (const path of ["/", "/trading", "/audit"]) {
    const page = await read(path);
    expect(page).not.toMatch(/hx-(post|put|patch|delete)|method="post"/i);
    expect([...page.matchAll(/<form/g)].length).toBe(path === "/audit" ? 1 : 0);
  }
});
