// The hand-written check of stream frames against the same rules as a zod schema: equal verdicts on anything.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { klineSubscription, readStreamFrame, type StreamFrame } from "../../src/binance/kline-frame.ts";
import { TIMEFRAMES, timeframeMs } from "../../src/core/timeframe.ts";
import { klineFrame } from "../support/fake-binance.ts";

const SUBSCRIBED = ["1m", "1h"] as const;
const subscription = klineSubscription("BTCUSDT", SUBSCRIBED);
const OPEN_AT = Date.UTC(2024, 0, 1);

const instant = z.int().min(1_000_000_000_000).max(9_999_999_999_999);
const decimal = z
  .string()
  .regex(/^[0-9]{1,15}(\.[0-9]{1,8})?$/)
  .transform(Number);
const price = decimal.refine((value) => value > 0);

/** The oracle: written apart from the code under test, and slow. */
const oracle = z
  .object({
    stream: z.enum(["btcusdt@kline_1m", "btcusdt@kline_1h"]),
    data: z.object({
      e: z.literal("kline"),
      E: instant,
      s: z.literal("BTCUSDT"),
      k: z.object({
        t: instant,
        T: instant,
        s: z.literal("BTCUSDT"),
        i: z.enum(SUBSCRIBED),
        o: price,
        h: price,
        l: price,
        c: price,
        v: decimal,
        x: z.boolean(),
      }),
    }),
  })
  .refine(({ stream, data: { k } }) => stream === `btcusdt@kline_${k.i}`)
  .refine(({ data: { k } }) => k.t % timeframeMs(k.i) === 0)
  .refine(({ data: { k } }) => k.t < k.T && k.T <= k.t + timeframeMs(k.i) - 1)
  .refine(({ data: { k } }) => k.h === Math.max(k.o, k.h, k.l, k.c) && k.l === Math.min(k.o, k.h, k.l, k.c))
  .refine(({ data }) => data.E >= data.k.t)
  .refine(({ data }) => !data.k.x || data.E >= data.k.T);

function oracleVerdict(text: string): unknown {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return "bad";
  }
  const result = oracle.safeParse(payload);
  if (!result.success) return "bad";
  const { E, k } = result.data.data;
  const candle = { openAt: k.t, open: k.o, high: k.h, low: k.l, close: k.c, volume: k.v };
  return { kind: "kline", timeframe: k.i, eventAt: E, isClosed: k.x, candle };
}

const verdict = (frame: StreamFrame): unknown => (frame.kind === "bad" ? "bad" : frame);

const PATHS = [
  ["stream"],
  ["data"],
  ["data", "e"],
  ["data", "E"],
  ["data", "s"],
  ["data", "k"],
  ...["t", "T", "s", "i", "o", "h", "l", "c", "v", "x"].map((key) => ["data", "k", key]),
];
const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      "",
      " ",
      "0",
      "0.00000000",
      "1e3",
      "-1",
      "NaN",
      "Infinity",
      "1.123456789",
      "1.5",
      "20001",
      "2e4",
      "１",
    ],
    ...["kline", "BTCUSDT", "btcusdt@kline_1m", "btcusdt@kline_1h", "ethusdt@kline_1m", "1m", "1h", "5m"],
    ...[0, -1, 1.5, null, true, false, [], {}, [1], { t: 1 }],
    ...[OPEN_AT, OPEN_AT - 1, OPEN_AT + 1, OPEN_AT + 59_999, OPEN_AT + 60_000, OPEN_AT + 3_599_999],
    ...[OPEN_AT / 1_000, OPEN_AT * 1_000, Number.MAX_SAFE_INTEGER],
  ),
  fc.double({ min: 19_990, max: 21_010, noNaN: true }).map((value) => value.toFixed(2)),
  fc.jsonValue(),
);
const change = fc.tuple(fc.constantFrom(...PATHS), fc.option(nasty, { freq: 6, nil: undefined }));

const REMOVED = undefined;

/** A copy with one field replaced, or removed when the value is undefined. */
function changed(frame: unknown, [path, value]: readonly [readonly string[], unknown]): unknown {
  const [key, ...rest] = path;
  if (typeof frame !== "object" || frame === null || key === undefined) return frame;
  const copy = { ...frame } as Record<string, unknown>;
  if (rest.length > 0) copy[key] = changed(copy[key], [rest, value]);
  else if (value === REMOVED) delete copy[key];
  else copy[key] = value;
  return copy;
}

describe("a frame of the kline stream", () => {
  test("changed in up to three fields is judged as the schema judges it, and reads the same", () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...SUBSCRIBED),
        fc.boolean(),
        fc.array(change, { maxLength: 3 }),
        (interval, isClosed, changes) => {
          const whole: unknown = klineFrame(OPEN_AT, timeframeMs(interval), interval, isClosed);
          const text = JSON.stringify(changes.reduce(changed, whole));
          const expected = oracleVerdict(text);
          if (expected !== "bad") accepted++;
          expect(verdict(readStreamFrame(text, subscription))).toEqual(expected);
        },
      ),
      { numRuns: 10_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  test("cut anywhere, or any other text, is bad and never throws", () => {
    const text = JSON.stringify(klineFrame(OPEN_AT, 60_000, "1m", true));
    for (let length = 0; length < text.length; length++) {
      expect(readStreamFrame(text.slice(0, length), subscription).kind).toBe("bad");
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (anything) => {
        expect(verdict(readStreamFrame(anything, subscription))).toEqual(oracleVerdict(anything));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each(TIMEFRAMES.map((timeframe) => [timeframe]))("of %s gives the closed candle", (timeframe) => {
    const lengthMs = timeframeMs(timeframe);
    const frame = klineFrame(OPEN_AT, lengthMs, timeframe, true);
    expect(readStreamFrame(JSON.stringify(frame), klineSubscription("BTCUSDT", [timeframe]))).toEqual({
      kind: "kline",
      timeframe,
      eventAt: OPEN_AT + lengthMs + 1,
      isClosed: true,
      candle: {
        openAt: OPEN_AT,
        open: Number(frame.data.k.o),
        high: Number(frame.data.k.h),
        low: Number(frame.data.k.l),
        close: Number(frame.data.k.c),
        volume: 12.34567,
      },
    });
  });

  test.each<[readonly string[], unknown, string]>([
    [["stream"], "ethusdt@kline_1m", "stream"],
    [["data", "e"], "trade", "data.e"],
    [["data", "E"], "soon", "data.E"],
    [["data", "E"], OPEN_AT - 1, "data.E"],
    [["data", "s"], "ETHUSDT", "data.s"],
    [["data", "k"], null, "data.k"],
    [["data", "k", "s"], "ETHUSDT", "data.k.s"],
    [["data", "k", "i"], "1h", "data.k.i"],
    [["data", "k", "x"], "true", "data.k.x"],
    [["data", "k", "t"], OPEN_AT + 1, "data.k.t"],
    [["data", "k", "t"], OPEN_AT * 1_000, "data.k.t"],
    [["data", "k", "T"], OPEN_AT + 60_000, "data.k.T"],
    [["data", "k", "o"], 20_000, "data.k.o"],
    [["data", "k", "h"], "1.00000000", "data.k.h"],
    [["data", "k", "l"], "99999", "data.k.h"],
    [["data", "k", "c"], "0.00000000", "data.k.c"],
    [["data", "k", "v"], "-1", "data.k.v"],
    [["data", "k", "v"], REMOVED, "data.k.v"],
  ])("with a bad %p is refused with the field named", (path, value, named) => {
    const frame = changed(klineFrame(OPEN_AT, 60_000, "1m", false), [path, value]);
    expect(readStreamFrame(JSON.stringify(frame), subscription)).toMatchObject({ kind: "bad", path: named });
  });

  test("that says closed before its close time is refused", () => {
    const frame = changed(klineFrame(OPEN_AT, 60_000, "1m", true), [["data", "E"], OPEN_AT + 59_998]);
    expect(readStreamFrame(JSON.stringify(frame), subscription)).toEqual({
      kind: "bad",
      path: "data.k.x",
      problem: "closed before its close time",
    });
  });

  test("cut short by a trading halt is a candle", () => {
    const frame = changed(klineFrame(OPEN_AT, 3_600_000, "1h", true), [
      ["data", "k", "T"],
      OPEN_AT + 2_381_646,
    ]);
    expect(readStreamFrame(JSON.stringify(frame), subscription)).toMatchObject({
      kind: "kline",
      isClosed: true,
    });
  });

  test.each<[string, unknown]>([
    ["bare", { e: "serverShutdown", E: 1_770_123_456_789 }],
    ["combined", { stream: "!serverShutdown", data: { e: "serverShutdown", E: 1_770_123_456_789 } }],
  ])("that announces a shutdown is understood (%s)", (_form, frame) => {
    expect(readStreamFrame(JSON.stringify(frame), subscription)).toEqual({ kind: "shutdown" });
  });

  test("that is binary or huge is refused without parsing", () => {
    expect(readStreamFrame(new ArrayBuffer(8), subscription).kind).toBe("bad");
    expect(readStreamFrame("[".repeat(20_000), subscription)).toMatchObject({
      problem: "longer than any frame subscribed to",
    });
  });
});
