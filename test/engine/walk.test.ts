import { describe, expect, test } from "bun:test";
import type { CandleColumns } from "../../src/core/candles.ts";
import type { PositionPolicy } from "../../src/core/state.ts";
import { walk } from "../../src/engine/walk.ts";
import { DEFAULT_HARD_LIMITS } from "../../src/risk/limits.ts";
import { freshTrader, type PaperSetup, type TunableValues } from "../simulation/paper-engine.ts";
import { TraceRecorder } from "../simulation/run-trace.ts";
import {
  type Bar,
  BUY,
  FALL,
  HOLD,
  HOUR,
  hourly,
  minutely,
  QUIET,
  QUIET_UNTIL,
  SELL,
  START,
} from "./scripted-market.ts";

interface Plan {
  readonly tunables?: TunableValues;
  readonly rest?: Partial<PaperSetup>;
  readonly policy?: PositionPolicy;
  readonly warmUntil?: number;
}

function walked(
  base: CandleColumns,
  { tunables = {}, rest = {}, policy = "protect", warmUntil = QUIET_UNTIL }: Plan = {},
) {
  const trader = freshTrader({ tunables: { "strategy.active": "breakout", ...tunables }, ...rest });
  const recorder = new TraceRecorder();
  const state = walk(trader, { base, warmUntil, policy }, recorder);
  const hourOf = (at: number): number => (at - QUIET_UNTIL) / HOUR;
  return {
    trader,
    recorder,
    state,
    /** The hour after the quiet ones at whose close it was decided, and why it ended as it did. */
    reasons: recorder.decisions.map(({ candleCloseAt, reason }) => [hourOf(candleCloseAt), reason]),
    fills: recorder.fills.map(({ purpose, ticks, lots, at }) => [hourOf(at), purpose, ticks / 100, lots]),
  };
}

describe("candles that only warm", () => {
  test("are fed and never decided", () => {
    const { trader, reasons } = walked(hourly([]), { warmUntil: QUIET_UNTIL });
    expect([reasons, trader.fedTiming]).toEqual([[], 84]);
  });

  test("are too few before the strategy's need is met: every one ends with that", () => {
    const { reasons } = walked(hourly([]), { warmUntil: START });
    const counts = Map.groupBy(reasons, ([, reason]) => reason);
    // The last of 84 hours is the first with 21 whole 4h candles.
    expect([counts.get("insufficient_candles")?.length, counts.get("signal_hold")?.length]).toEqual([83, 1]);
  });
});

describe("a round trip on hourly candles", () => {
  test("is entered and left by signals at the worse tick", () => {
    const { fills, reasons } = walked(hourly([BUY, HOLD, SELL, QUIET]));
    expect(fills).toEqual([
      [1, "entry", 10_125.06, 227],
      [3, "exit_signal", 9_845.07, 227],
    ]);
    expect(reasons).toEqual([
      [1, "executed"],
      [2, "already_in_position"],
      [3, "executed"],
      [4, "signal_hold"],
    ]);
  });

  test("a stop inside the hour comes before the decision at its close", () => {
    const { fills, reasons } = walked(hourly([BUY, FALL, BUY, BUY]));
    expect(fills.slice(0, 2)).toEqual([
      [1, "entry", 10_125.06, 227],
      [2, "stop_loss", 9_620.24, 227],
    ]);
    // The cooldown of 60 minutes ends with the next close.
    expect(reasons.slice(1, 3)).toEqual([
      [2, "no_inventory_to_sell"],
      [3, "executed"],
    ]);
  });

  test("a cooldown of 61 minutes locks the next close, and no other", () => {
    const { reasons } = walked(hourly([BUY, FALL, BUY, BUY]), {
      tunables: { "protections.cooldown_minutes": 61 },
    });
    expect(reasons.map(([, reason]) => reason)).toEqual([
      "executed",
      "no_inventory_to_sell",
      "entry_locked",
      "executed",
    ]);
  });
});

describe("exits on minutes", () => {
  test("act on the minute that touches them, not on the hour", () => {
    const { fills } = walked(minutely([BUY, FALL]));
    expect(fills[1]).toEqual([1 + 1 / 60, "stop_loss", 9_620.24, 227]);
  });

  test("do not see the minutes before the entry: they belong to the candle that was decided", () => {
    const dipped: Bar = [10_000, 10_200, 9_000, 10_120];
    const { fills } = walked(minutely([dipped, HOLD]));
    expect(fills).toHaveLength(1);
  });

  test("go on after the last whole hour", () => {
    const base = minutely([BUY, HOLD, FALL]);
    const cut = { ...base, timeframe: base.timeframe, length: base.length - 58 };
    expect(walked(cut).fills.at(-1)).toEqual([2 + 1 / 60, "stop_loss", 9_620.24, 227]);
  });
});

describe("after the equity stop", () => {
  // 227 lots bought at 10,125.06: a close of 9,960 has lost 0.4 of 10,000 USDT.
  const limits = { ...DEFAULT_HARD_LIMITS, equityStop: 0.00003 };
  const LOSS: Bar = [10_100, 10_110, 9_950, 9_960];
  const after = (policy: PositionPolicy, bars: readonly Bar[]) =>
    walked(hourly(bars), { rest: { limits }, policy });

  test("nothing is decided any more, and the state says so", () => {
    const { state, reasons, recorder } = after("protect", [BUY, LOSS, BUY, BUY]);
    expect(state).toBe("EMERGENCY_STOP");
    expect(reasons).toEqual([[1, "executed"]]);
    expect(recorder.equityStops).toHaveLength(1);
  });

  test("protect keeps the stop", () => {
    expect(after("protect", [BUY, LOSS, FALL]).fills.at(-1)).toEqual([3, "stop_loss", 9_620.24, 227]);
  });

  test("hold lets nothing leave", () => {
    const { fills, trader } = after("hold", [BUY, LOSS, FALL]);
    expect([fills.length, trader.ledger.lots]).toEqual([1, 227]);
  });

  test("flatten sells at the close that tripped it", () => {
    const { fills, trader } = after("flatten", [BUY, LOSS, FALL]);
    expect(fills.slice(1)).toEqual([[2, "flatten", 9_955.02, 227]]);
    expect(trader.ledger.lots).toBe(0);
  });
});

describe("limit entries", () => {
  // Half a percent below 10,120 is 10,069.40; confidence and volatility give 227 lots as ever.
  const tunables = { "execution.entry_type": "limit", "execution.limit_offset_bps": 50 };
  const ABOVE: Bar = [10_120, 10_220, 10_070, 10_150];
  const THROUGH: Bar = [10_120, 10_220, 10_060, 10_150];
  const LOW: Bar = [10_000, 10_080, 9_990, 10_000];

  test("rest until a later candle trades through them", () => {
    const { fills, reasons } = walked(hourly([BUY, ABOVE, THROUGH]), { tunables });
    expect(fills).toEqual([[3, "entry", 10_069.4, 227]]);
    expect(reasons).toEqual([
      [1, "order_placed"],
      [2, "order_pending"],
      [3, "already_in_position"],
    ]);
  });

  test("live for so many hours and no longer", () => {
    const { fills, recorder } = walked(hourly([BUY, ABOVE, [10_000, 10_080, 10_075, 10_080], THROUGH]), {
      tunables,
    });
    expect(fills).toEqual([]);
    expect(recorder.canceledOrders).toEqual([QUIET_UNTIL + HOUR]);
  });

  test("fill in parts by the volume of each candle", () => {
    const thin = hourly([BUY, THROUGH, THROUGH, THROUGH], 0.01);
    const { fills } = walked(thin, { tunables: { ...tunables, "execution.limit_ttl_candles": 5 } });
    expect(fills.map(([hour, , , lots]) => [hour, lots])).toEqual([
      [2, 100],
      [3, 100],
      [4, 27],
    ]);
  });

  test("are cancelled when the signal turns", () => {
    const { fills, recorder, reasons } = walked(hourly([BUY, [10_120, 10_120, 10_070, 9_850], LOW]), {
      tunables,
    });
    expect([fills, recorder.canceledOrders]).toEqual([[], [QUIET_UNTIL + HOUR]]);
    expect(reasons[1]).toEqual([2, "no_inventory_to_sell"]);
  });
});

describe("a day's loss", () => {
  test("denies entries until the next UTC day, and then no more", () => {
    // The stop of hour 2 loses 1.19 USDT of 10,000, fees included: a little more than the limit.
    const limits = { ...DEFAULT_HARD_LIMITS, maxDailyLoss: 0.0001 };
    const tunables = { "protections.cooldown_minutes": 0 };
    /** Every hour closes above all before it. */
    const higher = Array.from({ length: 10 }, (_, i): Bar => {
      const close = 10_300 + 150 * i;
      return [close - 20, close + 10, close - 30, close];
    });
    // Hour 1 closes at 13:00 on 4 January, the twelfth at midnight.
    const { reasons } = walked(hourly([BUY, FALL, ...higher]), { rest: { limits }, tunables });
    const denied = [3, 4, 5, 6, 7, 8, 9, 10, 11].map((hour) => [hour, "max_daily_loss_exceeded"]);
    expect(reasons.slice(2)).toEqual([...denied, [12, "executed"]] as never);
  });
});
