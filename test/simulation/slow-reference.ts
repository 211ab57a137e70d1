/**
 * trend_ema with its risk gate, sizing, fills and ATR stop, written a second time from the specification: whole arrays,
 * decimals of big.js, no thought of speed, and nothing imported from the rooms it is held against.
 */
import Big from "big.js";

export interface ReferenceCandle {
  readonly openAt: number;
  readonly high: number;
  readonly low: number;
  readonly open: number;
  readonly close: number;
}

export interface ReferenceRules {
  readonly sizing: "notional" | "stop_distance";
  readonly perTrade: number;
  readonly maxExposure: number;
  readonly maxDailyLoss: number;
  readonly equityStop: number;
  readonly cooldownMinutes: number;
  readonly startingCash: number;
}

export interface ReferenceDecision {
  readonly at: number;
  readonly side: "buy" | "sell" | "hold";
  readonly signal: string;
  readonly reason: string;
  readonly lots: number | null;
}

export interface ReferenceFill {
  readonly at: number;
  readonly side: "buy" | "sell";
  readonly purpose: "entry" | "exit_signal" | "stop_loss";
  readonly price: string;
  readonly lots: number;
  readonly fee: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FEE = new Big("0.001");
const SLIPPAGE = new Big("0.0005");
const LOT = new Big("0.00001");
const TICK = new Big("0.01");
const MIN_NOTIONAL = new Big(5);
/** The hard limit on one entry when the environment says nothing. */
const LARGEST_ENTRY = new Big(10_000);

const floorTo = (value: Big, step: Big): Big => value.div(step).round(0, Big.roundDown).times(step);
const ceilTo = (value: Big, step: Big): Big => value.div(step).round(0, Big.roundUp).times(step);
const ceilUnits = (value: Big): Big => value.round(8, Big.roundUp);
const onTick = (price: number): Big => new Big(price).div(TICK).round(0, Big.roundHalfUp).times(TICK);

/** Seeded with the mean of the first `period` values; NaN before. */
function ema(values: readonly number[], period: number, alpha: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (i < period - 1) out.push(Number.NaN);
    else if (i === period - 1) out.push(values.slice(0, period).reduce((a, b) => a + b, 0) / period);
    else out.push(alpha * values[i]! + (1 - alpha) * out[i - 1]!);
  }
  return out;
}

const plainEma = (values: readonly number[], period: number): number[] =>
  ema(values, period, 2 / (period + 1));

/** Wilder's ATR 14 by candle. */
function atr14(candles: readonly ReferenceCandle[]): number[] {
  const ranges = candles.slice(1).map((candle, i) => {
    const before = candles[i]!.close;
    return Math.max(candle.high - candle.low, Math.abs(candle.high - before), Math.abs(candle.low - before));
  });
  return [Number.NaN, ...ema(ranges, 14, 1 / 14)];
}

/** What the strategy says at each hour. */
function signals(candles: readonly ReferenceCandle[]) {
  const hourly = plainEma(
    candles.map(({ close }) => close),
    20,
  );
  const fourHourly: number[] = [];
  const closedBy: number[] = [];
  candles.forEach((candle, i) => {
    const isBucketEnd = (candle.openAt + HOUR) % (4 * HOUR) === 0;
    if (isBucketEnd && i >= 3) fourHourly.push(candle.close);
    closedBy.push(fourHourly.length);
  });
  const fast = plainEma(fourHourly, 20);
  const slow = plainEma(fourHourly, 50);
  return candles.map(({ close }, i) => {
    const count = closedBy[i]!;
    if (count < 488 || i + 1 < 159)
      return { side: "hold", signal: "insufficient_candles", confidence: 0 } as const;
    const [f, s, timing] = [fast[count - 1]!, slow[count - 1]!, hourly[i]!];
    const confidence = Math.min(1, (Math.abs(f - s) / s) * 20);
    if (f > s) {
      return close >= timing * (1 - 0.003)
        ? ({ side: "buy", signal: "bullish_entry", confidence: Math.max(0.55, confidence) } as const)
        : ({ side: "hold", signal: "bullish_wait_pullback", confidence } as const);
    }
    return close <= timing * (1 + 0.003)
      ? ({ side: "sell", signal: "bearish_exit", confidence } as const)
      : ({ side: "hold", signal: "bearish_wait_retest", confidence } as const);
  });
}

type Said = ReturnType<typeof signals>[number];

const byVolatility = (percentile: number): number =>
  percentile <= 25 ? 1.15 : percentile <= 75 ? 1 : percentile <= 90 ? 0.85 : 0.5;
const byDrawdown = (fall: number): number => (fall < 0.05 ? 1 : fall < 0.1 ? 0.8 : fall < 0.15 ? 0.5 : 0.2);

interface Holding {
  readonly lots: number;
  readonly cost: Big;
  readonly stop: number;
}

/** One account going through the candles; `warmHours` candles only warm the indicators. */
export class SlowReference {
  readonly decisions: ReferenceDecision[] = [];
  readonly fills: ReferenceFill[] = [];
  cash: Big;
  isStopped = false;
  readonly #candles: readonly ReferenceCandle[];
  readonly #rules: ReferenceRules;
  readonly #atr: readonly number[];
  #holding: Holding | null = null;
  #mark = new Big(0);
  #peak: Big;
  #day = -1;
  #dayOpening: Big;
  #dayRealised = new Big(0);
  #lockedUntil = 0;

  constructor(candles: readonly ReferenceCandle[], rules: ReferenceRules) {
    this.#candles = candles;
    this.#rules = rules;
    this.#atr = atr14(candles);
    this.cash = new Big(rules.startingCash);
    this.#peak = this.cash;
    this.#dayOpening = this.cash;
  }

  run(warmHours: number): this {
    const said = signals(this.#candles);
    this.#candles.forEach((candle, i) => {
      const at = candle.openAt + HOUR;
      const wasHolding = this.#holding !== null;
      this.#stopLoss(candle, at);
      this.#mark = onTick(candle.close);
      if (this.#equity().gt(this.#peak)) this.#peak = this.#equity();
      if (wasHolding && this.#fall() > this.#rules.equityStop) this.isStopped = true;
      this.#rollDay(at);
      if (i >= warmHours && !this.isStopped) this.#decide(i, at, said[i]!);
    });
    return this;
  }

  #decide(i: number, at: number, { side, signal, confidence }: Said): void {
    const denied = side === "buy" ? this.#denied(at) : null;
    const lots = side === "buy" && denied === null ? this.#size(i, confidence) : null;
    const reason = denied ?? this.#outcome(side, signal, lots);
    this.decisions.push({ at, side, signal, reason, lots });
    if (reason !== "executed") return;
    if (lots === null) this.#sell(this.#mark, at, "exit_signal");
    else this.#buy(lots, at, this.#atr[i]!);
  }

  #outcome(side: Said["side"], signal: string, lots: number | null): string {
    if (side === "hold") return signal === "insufficient_candles" ? signal : "signal_hold";
    if (side === "sell") return this.#isFlatAt(this.#mark) ? "no_inventory_to_sell" : "executed";
    if (lots === 0) return "quantity_rounded_to_zero";
    return this.#mark.times(LOT).times(lots!).lt(MIN_NOTIONAL) ? "below_min_notional" : "executed";
  }

  /** state → data → lock → daily loss → exposure → position. */
  #denied(at: number): string | null {
    if (at < this.#lockedUntil) return "entry_locked";
    const loss = this.#dayRealised.times(-1);
    if (loss.gte(ceilUnits(this.#dayOpening.times(this.#rules.maxDailyLoss))))
      return "max_daily_loss_exceeded";
    const bound = ceilUnits(this.#equity().times(this.#rules.maxExposure));
    if (this.#held().gte(bound)) return "max_exposure_reached";
    return this.#isFlatAt(this.#mark) ? null : "already_in_position";
  }

  /** Dust below the minimum notional counts as flat. */
  #isFlatAt(price: Big): boolean {
    return price
      .times(LOT)
      .times(this.#holding?.lots ?? 0)
      .lt(MIN_NOTIONAL);
  }

  #size(i: number, confidence: number): number {
    const { perTrade, maxExposure, sizing } = this.#rules;
    const wanted =
      perTrade * (0.5 + 0.7 * confidence) * byVolatility(this.#percentile(i)) * byDrawdown(this.#fall());
    const share = new Big(Math.min(Math.max(wanted, 0.001), 0.02)).round(9, Big.roundHalfUp);
    const money = this.#equity().times(share).round(8, Big.roundDown);
    const distance = ceilTo(new Big(this.#atr[i]!).times(2.5), TICK);
    const price = sizing === "notional" || distance.gt(this.#mark) ? this.#mark : distance;
    const room = this.#equity().times(maxExposure).round(8, Big.roundDown);
    const affordable = this.cash.div(FEE.plus(1)).round(8, Big.roundDown);
    const worst = ceilTo(this.#mark.times(SLIPPAGE.plus(1)), TICK);
    const lotsOf = (amount: Big, at: Big): number =>
      amount.div(at.times(LOT)).round(0, Big.roundDown).toNumber();
    return Math.min(
      lotsOf(money, price),
      lotsOf(room, this.#mark),
      lotsOf(affordable, worst),
      lotsOf(LARGEST_ENTRY, this.#mark),
    );
  }

  /** Share of the last 720 values of ATR ÷ close that are at most the newest, in percent. */
  #percentile(i: number): number {
    const values: number[] = [];
    for (let at = i - 719; at <= i; at++) values.push(this.#atr[at]! / this.#candles[at]!.close);
    return (100 * values.filter((value) => value <= values[719]!).length) / 720;
  }

  #buy(lots: number, at: number, atr: number): void {
    const price = ceilTo(this.#mark.times(SLIPPAGE.plus(1)), TICK);
    const value = price.times(LOT).times(lots);
    this.#fill({ at, side: "buy", purpose: "entry", lots }, price, value.times(-1));
    const held = lots + (this.#holding?.lots ?? 0);
    const cost = value.plus(this.#holding?.cost ?? 0);
    this.#holding = { lots: held, cost, stop: cost.div(LOT).div(held).toNumber() - 2.5 * atr };
  }

  #sell(reference: Big, at: number, purpose: ReferenceFill["purpose"]): void {
    const { lots, cost } = this.#holding!;
    const price = floorTo(reference.times(new Big(1).minus(SLIPPAGE)), TICK);
    const value = price.times(LOT).times(lots);
    this.#rollDay(at);
    this.#fill({ at, side: "sell", purpose, lots }, price, value);
    this.#dayRealised = this.#dayRealised.plus(value).minus(cost);
    this.#holding = null;
    this.#lockedUntil = at + this.#rules.cooldownMinutes * 60_000;
  }

  #fill(fill: Pick<ReferenceFill, "at" | "side" | "purpose" | "lots">, price: Big, flow: Big): void {
    const fee = ceilUnits(flow.abs().times(FEE));
    this.cash = this.cash.plus(flow).minus(fee);
    this.#dayRealised = this.#dayRealised.minus(fee);
    this.fills.push({ ...fill, price: price.toFixed(2), fee: fee.toFixed(8) });
  }

  /** A stop touched within the candle fills at the worse of its open and the stop. */
  #stopLoss(candle: ReferenceCandle, at: number): void {
    const holding = this.#holding;
    if (holding === null || candle.low > holding.stop) return;
    const price = onTick(Math.min(candle.open, holding.stop));
    if (!this.#isFlatAt(price)) this.#sell(price, at, "stop_loss");
  }

  #rollDay(at: number): void {
    const day = Math.floor(at / DAY);
    if (day <= this.#day) return;
    this.#day = day;
    this.#dayOpening = this.#equity();
    this.#dayRealised = new Big(0);
  }

  #held(): Big {
    return this.#mark.times(LOT).times(this.#holding?.lots ?? 0);
  }

  #equity(): Big {
    return this.cash.plus(this.#held());
  }

  #fall(): number {
    return this.#peak.minus(this.#equity()).div(this.#peak).toNumber();
  }
}
