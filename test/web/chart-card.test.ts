import { afterAll, expect, test } from "bun:test";
import { upsertCandles } from "../../db/candles.ts";
import { chartSvg } from "../../src/charts/chart-svg.ts";
import { Room } from "./status-room.ts";
import { NOW, tradingMonth } from "./trading-month.ts";

const month = tradingMonth();
afterAll(() => month.database.close());

function drawingRoom() {
  const room = new Room(month);
  const drawn: string[] = [];
  room.draw = async (chart) => {
    drawn.push(chart.title);
    return chartSvg(chart);
  };
  return { room, drawn, web: room.web() };
}

async function read(path: string, web = new Room(month).web()): Promise<string> {
  const response = await web.request(path, { headers: { host: "localhost" } });
  expect(response.status).toBe(200);
  return response.text();
}

test("the chart is a picture with a name, and says in words what it shows", async () => {
  const { room, web } = drawingRoom();
  const page = await read("/trading", web);
  expect(page).toMatch(
    /<svg [^>]*role="img" aria-label="BTCUSDT 1h: last price [\d,.]+, [+−][\d.]+ % in 4 d\."/,
  );
  const caption = /<figcaption class="note">(.*?)<\/figcaption>/s.exec(page)?.[1] ?? "";
  expect(caption).toMatch(
    /27 May 16:00 to 31 May 16:00: from [\d,]+\.\d\d to [\d,]+\.\d\d USDT, between [\d,]+\.\d\d and [\d,]+\.\d\d\./,
  );
  const buys = room.candleChart("1h")?.fills.filter(({ side }) => side === "buy") ?? [];
  const price = (buys.at(-1)?.price ?? 0).toLocaleString("en-US", { minimumFractionDigits: 2 });
  expect(buys).toHaveLength(2);
  expect(caption).toContain(`2 buys, the last at ${price} on 31 May 00:00.`);
});

test("a fill in a candle that has not closed is neither seen nor told", async () => {
  const { room, web } = drawingRoom();
  const whole = room.candleChart;
  room.candleChart = (timeframe) => {
    const chart = whole(timeframe);
    return chart === null ? null : { ...chart, fills: [{ at: NOW, side: "sell", price: 72_000 }] };
  };
  expect(await read("/trading", web)).toContain("No fills in this time.");
});

test("refreshing draws once, and a closed candle draws anew", async () => {
  const growing = tradingMonth();
  const { room, drawn } = drawingRoom();
  const web = Object.assign(new Room(growing), { draw: room.draw }).web();
  for (const path of ["/trading", "/fragments/trading", "/fragments/trading"]) await read(path, web);
  expect(drawn).toEqual(["BTCUSDT 1h"]);
  growing.database.transact(NOW + 3_600_000, (tx) => {
    const candle = { openAt: NOW, open: 70_000, high: 70_010, low: 69_990, close: 70_005.5, volume: 3 };
    upsertCandles(tx, "BTCUSDT", "1h", [candle]);
  });
  expect(await read("/fragments/trading", web)).toContain("BTCUSDT 1h: last price 70,005.5");
  await read("/fragments/trading", web);
  expect(drawn).toEqual(["BTCUSDT 1h", "BTCUSDT 1h"]);
  growing.database.close();
});

test("the timeframe is a choice of links, kept by the refresh and by the pages of fills", async () => {
  const { web } = drawingRoom();
  const page = await read("/trading?timeframe=4h", web);
  expect(page).toContain('aria-label="BTCUSDT 4h: ');
  expect(page).toContain('hx-get="/fragments/trading?timeframe=4h"');
  expect(page).toContain('<a href="/trading?timeframe=1d#chart-title">1d</a>');
  expect(page).toContain('<a href="/trading?timeframe=4h#chart-title" aria-current="true">4h</a>');
  const older = /<a href="(\/trading\?timeframe=4h&amp;fills=\d+)#fills-title">Older/.exec(page)?.[1] ?? "";
  const next = await read(older.replaceAll("&amp;", "&"), web);
  expect(next).toContain('aria-label="BTCUSDT 4h: ');
  expect(next).toMatch(/<a href="\/trading\?timeframe=1d&amp;fills=\d+#chart-title">/);
  expect(next).toContain('<a href="/trading?timeframe=4h#fills-title">Newest fills</a>');
});

test.each([
  ["/trading?timeframe=15m", "There are no 15m candles yet; /data in chat shows what is held.", undefined],
  ["/trading", "Charts are not drawn here.", null],
  ["/trading", "The chart could not be drawn; it is tried again within a minute or so.", async () => null],
])("%s says in a sentence why there is no picture: %s", async (path, sentence, draw) => {
  const { room, web } = drawingRoom();
  if (draw !== undefined) room.draw = draw;
  const page = await read(path, web);
  expect(page).toContain(sentence);
  expect(page).not.toContain("<figcaption");
});

test("a drawing that never ends does not hold up the page", async () => {
  const { room, web } = drawingRoom();
  room.draw = () => new Promise(() => {});
  const answer = read("/trading", web);
  for (let second = 1; second <= 3; second++) await room.peopleClock.advanceTo(NOW + second * 1_000);
  expect(await answer).toContain("The chart is being drawn and appears with the next refresh.");
});
