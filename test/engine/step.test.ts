// Candle by candle on a position of 100 lots bought at 10,000, filled at 10,005: with an ATR of 100 its stop lies at 9,755.
import { describe, expect, test } from "bun:test";
import type { OrderIntent } from "../../src/core/order.ts";
import { type Broker, feedTimingCandle, flatten, passExitCandle } from "../../src/engine/step.ts";
import type { Trader } from "../../src/engine/trader.ts";
import { fillWithSlippage } from "../../src/execution/paper.ts";
import { CandleSeries } from "../../src/market/series.ts";
import type { ExitScope } from "../../src/risk/gate.ts";
import { DEFAULT_HARD_LIMITS } from "../../src/risk/limits.ts";
import { freshTrader, type PaperSetup, type TunableValues } from "../simulation/paper-engine.ts";
import { TraceRecorder } from "../simulation/run-trace.ts";
import type { Bar } from "./scripted-market.ts";

const HOUR = 3_600_000;
const AT = Date.UTC(2024, 0, 4, 12);

const entry = (rest: Partial<OrderIntent> = {}): OrderIntent => ({
  side: "buy",
  type: "market",
  purpose: "entry",
  lots: 100,
  limitTicks: null,
  decisionTicks: 1_000_000,
  decidedAt: AT,
  ...rest,
});

function opened(tunables: TunableValues = {}, rest: Partial<PaperSetup> = {}, intent = entry()) {
  const trader = freshTrader({ tunables, ...rest });
  trader.markTicks = 1_000_000;
  trader.lastTimingCloseAt = AT;
  trader.atr = 100;
  const recorder = new TraceRecorder();
  const broker: Broker = (order) =>
    fillWithSlippage(
      trader.rules.instrument,
      order,
      order.decisionTicks,
      order.decidedAt,
      trader.rules.rates,
    );
  trader.countOrder(AT);
  if (intent.type === "market") trader.book(broker(intent).fills, "entry");
  else
    trader.working = { intent, lotsLeft: intent.lots, candlesLeft: trader.rules.execution.limit_ttl_candles };
  let hours = 0;
  /** The next hour as an exit candle; returns what was filled in it: purpose, price, lots. */
  const pass = (bar: Bar, scope: ExitScope = "all", volume = 50) => {
    const before = recorder.fills.length;
    const candles = new CandleSeries("1h");
    candles.push(AT + hours * HOUR, ...bar, volume);
    hours += 1;
    passExitCandle(trader, candles, 0, AT + hours * HOUR, scope, broker, recorder);
    return recorder.fills.slice(before).map(({ purpose, ticks, lots }) => [purpose, ticks / 100, lots]);
  };
  return { trader, recorder, broker, pass };
}

const STILL: Bar = [10_000, 10_000, 10_000, 10_000];
const TARGETS: TunableValues = {
  "exits.take_profit_1_pct": 1,
  "exits.take_profit_1_fraction": 0.5,
  "exits.take_profit_2_pct": 2,
};

describe("a stop", () => {
  test("touched within a candle fills at the stop, less slippage, on the worse tick", () => {
    // 9,755 × 0.9995 = 9,750.1225.
    expect(opened().pass([9_900, 9_950, 9_700, 9_800])).toEqual([["stop_loss", 9_750.12, 100]]);
  });

  test("opened below fills at the open, less slippage", () => {
    expect(opened().pass([9_700, 9_950, 9_690, 9_800])).toEqual([["stop_loss", 9_695.15, 100]]);
  });

  test("touched exactly fires; a tick above it does not", () => {
    expect(opened().pass([9_900, 9_950, 9_755, 9_800])).toHaveLength(1);
    expect(opened().pass([9_900, 9_950, 9_755.01, 9_800])).toEqual([]);
  });

  test("comes before a target of the same candle", () => {
    expect(opened(TARGETS).pass([10_000, 10_500, 9_700, 10_400])).toEqual([["stop_loss", 9_750.12, 100]]);
  });

  test("of a dusty position does not leave: it could not be sold", () => {
    const { pass, trader } = opened({}, {}, entry({ lots: 40 }));
    expect([pass([9_700, 9_700, 9_600, 9_650]), trader.ledger.lots]).toEqual([[], 40]);
  });

  test("arms a cooldown that begins with its fill", () => {
    const { pass, recorder } = opened();
    pass([9_900, 9_950, 9_700, 9_800]);
    const at = AT + HOUR;
    expect(recorder.locks).toEqual([["cooldown", String(at), at, at + HOUR]]);
  });
});

describe("targets", () => {
  test("sell their shares of what is then held, one a candle, each once", () => {
    const { pass, trader } = opened(TARGETS);
    // 10,105.05 and 10,205.10, less slippage.
    expect(pass([10_000, 10_300, 10_000, 10_250])).toEqual([["take_profit", 10_099.99, 50]]);
    expect(pass([10_250, 10_300, 10_200, 10_250])).toEqual([["take_profit", 10_244.87, 50]]);
    expect(trader.ledger.lots).toBe(0);
  });

  test("gapped over fill at the open", () => {
    expect(opened(TARGETS).pass([10_400, 10_450, 10_390, 10_400])).toEqual([["take_profit", 10_394.8, 50]]);
  });
});

test("a time stop sells at the close of the hour that ends it", () => {
  const { pass } = opened({ "exits.time_stop_hours": 2 });
  expect(pass(STILL)).toEqual([]);
  expect(pass([10_000, 10_010, 9_990, 10_010])).toEqual([["time_stop", 10_004.99, 100]]);
});

const TRAILING: TunableValues = {
  "exits.trailing": true,
  "exits.trailing_distance_pct": 1,
  "exits.trailing_activation_pct": 0,
};

describe("while the position policy speaks", () => {
  test("protect lets the stop through and no target", () => {
    const { pass } = opened(TARGETS);
    expect(pass([10_000, 10_500, 9_990, 10_000], "protect")).toEqual([]);
    expect(pass([9_900, 9_900, 9_700, 9_800], "protect")).toEqual([["stop_loss", 9_750.12, 100]]);
  });

  test("hold lets nothing through", () => {
    const { pass } = opened(TARGETS);
    expect(pass([10_000, 10_500, 9_000, 9_100], "nothing")).toEqual([]);
  });

  test("hold forgets no high: the trailing stop stands where it should once exits are free again", () => {
    const { pass } = opened(TRAILING);
    expect(pass([10_000, 11_000, 9_990, 10_990], "nothing")).toEqual([]);
    // 1 % below 11,000 is 10,890; × 0.9995 = 10,884.555.
    expect(pass([10_900, 10_950, 10_850, 10_900])).toEqual([["trailing_stop", 10_884.55, 100]]);
  });
});

describe("a resting entry of 100 lots at 9,950", () => {
  const limit = entry({ type: "limit", limitTicks: 995_000 });
  const resting = (tunables: TunableValues = {}, rest: Partial<PaperSetup> = {}) =>
    opened(tunables, rest, limit);

  test("does not fill when it is only touched, and fills at its price when traded through", () => {
    const { pass, trader } = resting();
    expect(pass([10_000, 10_000, 9_950, 9_960])).toEqual([]);
    expect(pass([9_960, 9_970, 9_949.99, 9_960])).toEqual([["entry", 9_950, 100]]);
    expect([trader.working, trader.ledger.lots]).toEqual([null, 100]);
  });

  test("takes no profit at a price from before it filled: in that candle only its stop may act", () => {
    expect(resting(TARGETS).pass([10_400, 10_400, 9_940, 10_000])).toEqual([["entry", 9_950, 100]]);
    // Filled at 9,950, its stop lies at 9,700: 9,700 × 0.9995 = 9,695.15.
    expect(resting().pass([10_400, 10_400, 9_600, 9_650])).toEqual([
      ["entry", 9_950, 100],
      ["stop_loss", 9_695.15, 100],
    ]);
  });

  test("gets a tenth of each candle's volume, over as many candles as it takes", () => {
    const { pass, trader } = resting();
    const thin: Bar = [9_960, 9_970, 9_940, 9_960];
    expect(pass(thin, "all", 0.004)).toEqual([["entry", 9_950, 40]]);
    expect(trader.working?.lotsLeft).toBe(60);
    expect(pass(thin, "all", 0.004)).toEqual([["entry", 9_950, 40]]);
    expect(pass(thin, "all", 0.004)).toEqual([["entry", 9_950, 20]]);
    expect(trader.working).toBeNull();
  });

  test("pays the maker's fee on each part and arms the stop at the average entry", () => {
    const { pass, recorder, trader } = resting();
    pass([9_960, 9_970, 9_940, 9_960], "all", 0.004);
    expect(recorder.fills).toMatchObject([{ isMaker: true, feeUnits: 398_000 }]);
    expect(trader.exits.stopPrice()).toBe(9_700);
  });

  test("is cancelled when its time runs out", () => {
    const { trader, recorder } = resting({ "execution.limit_ttl_candles": 2 });
    const candles = new CandleSeries("1h");
    for (let i = 0; i < 2; i++) {
      expect(trader.working === null).toBe(false);
      candles.push(AT + i * HOUR, ...STILL, 1);
      feedTimingCandle(trader, candles, i, recorder);
    }
    expect(trader.working).toBeNull();
    expect(recorder.canceledOrders).toEqual([AT]);
  });

  test("partly filled is cancelled when a stop sells what it had bought", () => {
    const { pass, trader, recorder } = resting();
    pass([9_960, 9_970, 9_940, 9_960], "all", 0.006);
    expect(pass([9_650, 9_660, 9_600, 9_650], "all", 0)).toEqual([["stop_loss", 9_645.17, 60]]);
    expect([trader.working, trader.ledger.lots, recorder.canceledOrders]).toEqual([null, 0, [AT]]);
  });

  test("is cancelled when the equity stop is reached", () => {
    const limits = { ...DEFAULT_HARD_LIMITS, equityStop: 0.00001 };
    const { pass, trader, recorder } = resting({ "exits.stop_loss_mode": "off" }, { limits });
    pass([9_960, 9_970, 9_940, 9_960], "all", 0.006);
    pass([9_960, 9_970, 9_950, 9_700], "all", 0);
    expect(recorder.equityStops).toHaveLength(1);
    expect([trader.working, recorder.canceledOrders]).toEqual([null, [AT]]);
  });
});

describe("flatten", () => {
  test("sells everything and cancels a resting entry", () => {
    const { trader, recorder, broker } = opened();
    trader.working = { intent: entry({ type: "limit", limitTicks: 900_000 }), lotsLeft: 5, candlesLeft: 1 };
    expect(flatten(trader, 1_000_000, AT + 1, broker, recorder)).toBe(true);
    expect([trader.ledger.lots, trader.isExposed, recorder.canceledOrders]).toEqual([0, false, [AT]]);
    expect(recorder.fills.at(-1)).toMatchObject({
      purpose: "flatten",
      ticks: 999_500,
      lots: 100,
      at: AT + 1,
    });
  });

  test("has nothing to do with dust", () => {
    const { trader, recorder, broker } = opened({}, {}, entry({ lots: 40 }));
    expect(flatten(trader, 1_000_000, AT, broker, recorder)).toBe(false);
  });
});

describe("the equity stop", () => {
  const at = (equityStop: number) =>
    opened({ "exits.stop_loss_mode": "off" }, { limits: { ...DEFAULT_HARD_LIMITS, equityStop } });

  test("acts beyond its limit, measured from the highest equity", () => {
    // 0.001 BTC: 10 USDT of 10,000 are 0.001; entry cost 0.015005 and a close of 9,005 costs one USDT more.
    const fallen = at(0.0001);
    fallen.pass([10_000, 10_000, 9_005, 9_005]);
    expect(fallen.recorder.equityStops).toEqual([expect.closeTo(0.000101, 7)]);
    const held = at(0.00011);
    held.pass([10_000, 10_000, 9_005, 9_005]);
    expect(held.recorder.equityStops).toEqual([]);
  });
});

describe("the books of a day", () => {
  const dayOf = (trader: Trader) => [trader.ordersToday, trader.dayRealisedUnits, trader.dayOpeningUnits];
  const MIDNIGHT = Date.UTC(2024, 0, 5);

  test("begin anew at midnight UTC with the equity of that instant", () => {
    const { trader } = opened();
    expect(dayOf(trader).slice(0, 2)).toEqual([1, -1_000_500]);
    trader.mark(11_000);
    trader.rollDay(MIDNIGHT - 1);
    expect(trader.ordersToday).toBe(1);
    trader.rollDay(MIDNIGHT);
    expect(dayOf(trader)).toEqual([0, 0, trader.equityUnits()]);
  });

  test("are not reopened by a late candle of the day before", () => {
    const { trader } = opened();
    trader.rollDay(MIDNIGHT);
    trader.countOrder(MIDNIGHT + HOUR);
    trader.countOrder(MIDNIGHT - HOUR);
    expect(trader.ordersToday).toBe(2);
    trader.rollDay(MIDNIGHT + 2 * HOUR);
    expect(trader.ordersToday).toBe(2);
  });
});
