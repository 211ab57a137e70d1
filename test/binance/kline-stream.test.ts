// The stream over real WebSockets against a scripted exchange; its timers run on virtual time.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  createKlineStream,
  type KlineStream,
  type KlineStreamOptions,
} from "../../src/binance/kline-stream.ts";
import { VirtualClock } from "../../src/clock.ts";
import type { Candle } from "../../src/core/candles.ts";
import { InputError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { Timeframe } from "../../src/core/timeframe.ts";
import {
  type FakeBinance,
  klineFrame,
  startFakeBinance,
  startRawServer,
  until,
} from "../support/fake-binance.ts";

const START_AT = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
const HOUR = 3_600_000;

let clock: VirtualClock;
let exchange: FakeBinance;
let stream: KlineStream;
let heard: string[];
let candles: (readonly [Timeframe, Candle])[];
let prices: number[];

const events = {
  onCandle: (timeframe: Timeframe, candle: Candle) => void candles.push([timeframe, candle]),
  onPrice: (price: number) => void prices.push(price),
  onStatus: (status: string, reason: string) => void heard.push(`${status}: ${reason}`),
};

const connect = (options: Partial<KlineStreamOptions> = {}): KlineStream =>
  createKlineStream({
    clock,
    random: seededRandom(1),
    symbol: "BTCUSDT",
    baseUrl: exchange.streamUrl,
    ...options,
  });

/** The n-th minute after the start as a stream frame. */
const minute = (n: number, isClosed = true) => klineFrame(START_AT + n * MINUTE, MINUTE, "1m", isClosed);
const openTimes = () => candles.map(([, candle]) => (candle.openAt - START_AT) / MINUTE);

async function isOpen(connections = 1): Promise<void> {
  await until(
    () => exchange.connections.length === connections && exchange.sockets.size === 1,
    `connection ${connections} is open`,
  );
  await until(() => heard.at(-1)?.startsWith("connected") ?? false, "the stream says so");
}

/** Sends frames and waits until the stream has read them. */
async function tell(...frames: unknown[]): Promise<void> {
  const before = stream.counts().frames;
  for (const frame of frames) exchange.send(frame);
  await until(() => stream.counts().frames === before + frames.length, "the frames are read");
}

/** Lets the settled time pass with a good frame at its end. */
async function settle(): Promise<void> {
  await clock.advanceTo(clock.now() + 10_000);
  await tell(minute(0, false));
}

beforeEach(() => {
  clock = new VirtualClock(START_AT);
  exchange = startFakeBinance(clock);
  heard = [];
  candles = [];
  prices = [];
  stream = connect();
});
afterEach(async () => {
  await stream.stop();
  await exchange.stop();
});

describe("while connected", () => {
  beforeEach(async () => {
    stream.start(["1h", "1m"], events);
    await isOpen();
  });

  test("all timeframes share one connection", () => {
    expect(exchange.connections).toEqual(["btcusdt@kline_1h/btcusdt@kline_1m"]);
    expect(heard).toEqual(["connected: listening"]);
  });

  test("a candle is told when it has closed, not before", async () => {
    await tell(minute(0, false), minute(0, false));
    expect(candles).toEqual([]);
    await tell(minute(0));
    expect(candles).toEqual([
      ["1m", { openAt: START_AT, open: 20_000 + ((START_AT / MINUTE) % 1_000), ...rest(START_AT, MINUTE) }],
    ]);
  });

  test("the price is told with every frame of the shortest timeframe", async () => {
    await tell(minute(0, false), klineFrame(START_AT, HOUR, "1h", false), minute(0));
    const close = 20_001 + ((START_AT / MINUTE) % 1_000);
    expect(prices).toEqual([close, close]);
  });

  test("a candle told twice is passed on once, and an older one not at all", async () => {
    await tell(minute(5), minute(5), minute(4), minute(6), minute(5));
    expect(openTimes()).toEqual([5, 6]);
    expect(stream.counts()).toMatchObject({ candles: 2, duplicates: 1, frames: 5 });
    expect(stream.counts().outOfOrder).toBeGreaterThanOrEqual(2);
  });

  test("a gap is counted and passed over", async () => {
    await tell(minute(1), minute(2), minute(7));
    expect(openTimes()).toEqual([1, 2, 7]);
    expect(stream.counts().gaps).toBe(1);
  });

  test("each timeframe has its own order", async () => {
    await tell(minute(59), klineFrame(START_AT, HOUR, "1h", true), minute(60));
    expect(candles.map(([timeframe]) => timeframe)).toEqual(["1m", "1h", "1m"]);
    expect(stream.counts().outOfOrder).toBe(0);
  });

  test("a price older than one already told is dropped", async () => {
    await tell(minute(3, false), minute(2, false));
    expect(prices).toHaveLength(1);
  });
});

describe("garbage", () => {
  test.each<[string, unknown]>([
    ["not JSON", "hello"],
    ["cut", JSON.stringify(minute(0)).slice(0, 200)],
    ["an HTML page", "<html></html>"],
    ["another symbol", { ...minute(0), stream: "ethusdt@kline_1m" }],
    ["a price of zero", { ...minute(0), data: { ...minute(0).data, k: { ...minute(0).data.k, c: "0.00" } } }],
    ["a list", [minute(0)]],
    ["null", "null"],
  ])("is counted and dropped: %s", async (_name, frame) => {
    stream.start(["1m"], events);
    await isOpen();
    await tell(frame, minute(1));
    expect(stream.counts()).toMatchObject({ badFrames: 1, candles: 1 });
    expect(heard).toHaveLength(1);
  });

  test("is told of once a minute, not once a frame", async () => {
    const told: string[] = [];
    stream = connect({
      stallMs: HOUR,
      onBadFrame: (path, problem, count) => void told.push(`${path}|${problem}|${count}`),
    });
    stream.start(["1m"], events);
    await isOpen();
    await tell(...Array.from({ length: 500 }, () => "x"));
    await clock.advanceTo(START_AT + MINUTE);
    await tell({ ...minute(0), stream: "x" });
    expect(told).toEqual(["|not JSON|1", "stream|not a stream subscribed to|501"]);
  });

  test("alone does not keep a connection alive", async () => {
    stream.start(["1m"], events);
    await isOpen();
    await clock.advanceTo(START_AT + 59_000);
    await tell("x", "y");
    await clock.advanceTo(START_AT + 60_000);
    expect(heard.at(-1)).toBe("disconnected: no good frame for 60 s");
  });
});

describe("reconnecting", () => {
  test("after a drop comes within a second or two, and candles go on where they were", async () => {
    stream.start(["1m"], events);
    await isOpen();
    await tell(minute(0));
    await settle();
    for (const socket of exchange.sockets) socket.terminate();
    await until(() => heard.length === 2, "the drop is told");
    expect(heard[1]).toStartWith("disconnected: the connection closed (");
    await clock.advanceTo(clock.now() + 1_000);
    await isOpen(2);
    await tell(minute(0), minute(1));
    expect(openTimes()).toEqual([0, 1]);
    expect(stream.counts()).toMatchObject({ connections: 2, duplicates: 1 });
  });

  test("to an exchange that refuses is tried ever more slowly, down to once a minute", async () => {
    const pauses: number[] = [];
    const after = clock.after.bind(clock);
    clock.after = (delayMs, run) => {
      if (delayMs < HOUR) pauses.push(delayMs);
      return after(delayMs, run);
    };
    exchange.acceptsStreams = false;
    stream = connect({ stallMs: HOUR });
    stream.start(["1m"], events);
    for (let attempt = 1; attempt <= 10; attempt++) {
      await until(() => pauses.length === attempt, `attempt ${attempt} has failed`);
      expect(exchange.connections).toHaveLength(attempt);
      await clock.advanceTo(clock.now() + pauses.at(-1)!);
    }
    for (const [i, pause] of pauses.slice(0, 10).entries()) {
      const ceiling = Math.min(60_000, 1_000 * 2 ** (i + 1));
      expect(pause).toBeWithin(ceiling / 2, ceiling + 1);
    }
    expect(heard).toEqual(["disconnected: the connection closed (1006)"]);
  });

  test("to an address where nobody listens, or nobody answers, goes on trying", async () => {
    const silent = startRawServer("", "keep");
    stream = connect({ baseUrl: silent.url.replace("http", "ws") });
    stream.start(["1m"], events);
    await Bun.sleep(20);
    await clock.advanceTo(START_AT + MINUTE);
    expect(heard).toEqual(["disconnected: no good frame for 60 s"]);
    silent.stop();
    await clock.advanceTo(START_AT + 2 * MINUTE);
    await until(() => stream.counts().connections >= 2, "it tries again");
  });

  test("happens when a connection falls silent", async () => {
    stream.start(["1m"], events);
    await isOpen();
    await clock.advanceTo(START_AT + 50_000);
    await tell(minute(0, false));
    await clock.advanceTo(START_AT + 109_999);
    expect(heard).toHaveLength(1);
    await clock.advanceTo(START_AT + 110_000);
    expect(heard[1]).toBe("disconnected: no good frame for 60 s");
    await clock.advanceTo(START_AT + 112_000);
    await isOpen(2);
  });

  test("happens at once when the server announces its shutdown", async () => {
    stream.start(["1m"], events);
    await isOpen();
    await settle();
    exchange.send({ stream: "!serverShutdown", data: { e: "serverShutdown", E: clock.now() } });
    await until(() => heard.length === 2, "the shutdown is told");
    expect(heard[1]).toBe("disconnected: the exchange shuts this server down");
    await clock.advanceTo(clock.now());
    await isOpen(2);
  });

  test("to servers that announce their shutdown again and again slows down", async () => {
    stream.start(["1m"], events);
    for (const [earliestMs, latestMs] of [
      [1_000, 2_000],
      [2_000, 4_000],
      [4_000, 8_000],
    ] as const) {
      const { connections } = stream.counts();
      await isOpen(connections);
      exchange.send({ e: "serverShutdown", E: clock.now() });
      await until(() => heard.at(-1)!.startsWith("disconnected"), "the shutdown is told");
      const shutdownAt = clock.now();
      await clock.advanceTo(shutdownAt + earliestMs - 1);
      expect(stream.counts().connections).toBe(connections);
      await clock.advanceTo(shutdownAt + latestMs);
      expect(stream.counts().connections).toBe(connections + 1);
    }
  });

  test("comes before the exchange's 24 hours end", async () => {
    stream = connect({ stallMs: 48 * HOUR });
    stream.start(["1m"], events);
    await isOpen();
    await settle();
    await clock.advanceTo(START_AT + 24 * HOUR - 600_001);
    expect(heard).toHaveLength(1);
    await clock.advanceTo(START_AT + 24 * HOUR - 600_000);
    expect(heard[1]).toBe("disconnected: renewed before the exchange's 24 hours end");
    await isOpen(2);
  });
});

describe("stopping", () => {
  test("ends the connection and every timer", async () => {
    stream.start(["1m"], events);
    await isOpen();
    await stream.stop();
    await until(() => exchange.sockets.size === 0, "the exchange sees it go");
    await clock.advanceTo(START_AT + 48 * HOUR);
    await Bun.sleep(5);
    expect(exchange.connections).toHaveLength(1);
    expect(heard).toEqual(["connected: listening"]);
  });

  test("during a pause before reconnecting ends that too", async () => {
    exchange.acceptsStreams = false;
    stream.start(["1m"], events);
    await until(() => heard.length === 1, "the refusal is told");
    await stream.stop();
    await clock.advanceTo(START_AT + HOUR);
    await Bun.sleep(5);
    expect(exchange.connections).toHaveLength(1);
  });

  test("lets it be started anew", async () => {
    stream.start(["1m"], events);
    await isOpen();
    await stream.stop();
    await until(() => exchange.sockets.size === 0, "the exchange sees it go");
    stream.start(["1m"], events);
    await isOpen(2);
    await tell(minute(0));
    expect(openTimes()).toEqual([0]);
  });
});

describe("refused at once", () => {
  test("no timeframes", () => {
    expect(() => stream.start([], events)).toThrow(InputError);
  });
  test("a second start", () => {
    stream.start(["1m"], events);
    expect(() => stream.start(["1m"], events)).toThrow("running already");
  });
  test.each(["ws://stream.binance.com", "wss://me:secret@stream.binance.com", "https://stream.binance.com"])(
    "the address %s",
    (baseUrl) => {
      expect(() => connect({ baseUrl })).toThrow(InputError);
    },
  );
});

function rest(openAt: number, lengthMs: number) {
  const open = 20_000 + ((openAt / lengthMs) % 1_000);
  return { high: open + 2, low: open - 1, close: open + 1, volume: 12.34567 };
}
