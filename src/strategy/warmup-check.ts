/** Shows that a strategy's warm-up is long enough: signals hardly change with the point at which history begins. */
import { InputError } from "../core/errors.ts";
import type { Parameters, ValuesOf } from "../core/parameter.ts";
import type { Signal } from "../core/signal.ts";
import { type StrategyHistory, signalsOver } from "./signals-over.ts";
import type { Strategy } from "./strategy.ts";

export interface WarmupReport {
  /** Later beginnings that left warm signals to compare with the whole history's. */
  readonly beginnings: number;
  readonly comparedSignals: number;
  /** Signals whose side or reason differed. */
  readonly differentDecisions: number;
  /** Of confidence and all indicator values; see `difference`. */
  readonly largestDifference: number;
  /** Where it was found; null when there was none. */
  readonly worst: { readonly value: string; readonly openAt: number } | null;
}

/**
 * Compares the signals of the whole history with those of `beginnings` histories that begin later, evenly spread.
 * Throws `history_too_short` when no later beginning leaves a warm signal to compare.
 */
export function checkWarmup<P extends Parameters>(
  strategy: Strategy<P>,
  values: ValuesOf<P>,
  history: StrategyHistory,
  beginnings: number,
): WarmupReport {
  const whole = new Array<Signal>(history.timing.length);
  let warmAt = -1;
  signalsOver(strategy.create(values), history, Number.NEGATIVE_INFINITY, (signal, index) => {
    whole[index] = signal;
    if (warmAt < 0 && signal.reason !== "insufficient_candles") warmAt = index;
  });
  // The warm-up took candles 0 to warmAt; a later beginning needs as many again and one signal.
  const latest = history.timing.length - 1 - warmAt;
  if (warmAt < 0 || latest < 1) throw tooShort(strategy, values);
  const comparison = new Comparison();
  const count = Math.min(beginnings, latest);
  let compared = 0;
  for (let k = 1; k <= count; k++) {
    const before = comparison.comparedSignals;
    const fromAt = history.timing.openAt[Math.floor((latest * k) / count)]!;
    signalsOver(strategy.create(values), history, fromAt, (signal, index) => {
      const reference = whole[index]!;
      if (signal.reason !== "insufficient_candles" && reference.reason !== "insufficient_candles") {
        comparison.add(reference, signal, history.timing.openAt[index]!);
      }
    });
    if (comparison.comparedSignals > before) compared++;
  }
  if (compared === 0) throw tooShort(strategy, values);
  const { comparedSignals, differentDecisions, largestDifference, worst } = comparison;
  return { beginnings: compared, comparedSignals, differentDecisions, largestDifference, worst };
}

class Comparison {
  comparedSignals = 0;
  differentDecisions = 0;
  largestDifference = 0;
  worst: { value: string; openAt: number } | null = null;

  add(reference: Signal, signal: Signal, openAt: number): void {
    this.comparedSignals++;
    if (reference.side !== signal.side || reference.reason !== signal.reason) this.differentDecisions++;
    this.measure("confidence", reference.confidence, signal.confidence, openAt);
    for (const name of Object.keys(reference.values)) {
      this.measure(name, reference.values[name]!, signal.values[name] ?? Number.NaN, openAt);
    }
  }

  private measure(value: string, reference: number, other: number, openAt: number): void {
    const found = difference(reference, other);
    if (found <= this.largestDifference) return;
    this.largestDifference = found;
    this.worst = { value, openAt };
  }
}

/**
 * Relative, |a − b| ÷ max(|a|, |b|, 1): below one the difference itself, because ratios such as a z-score or a regime
 * strength pass through zero, where a relative difference means nothing. A value missing on one side is infinitely off.
 */
function difference(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const found = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1);
  return Number.isNaN(found) ? Number.POSITIVE_INFINITY : found;
}

function tooShort<P extends Parameters>(strategy: Strategy<P>, values: ValuesOf<P>): InputError {
  const { timing, regime, timingWarmup, regimeWarmup } = strategy.needs(values);
  const needed = regime
    ? `${timingWarmup} ${timing} and ${regimeWarmup} ${regime}`
    : `${timingWarmup} ${timing}`;
  return new InputError(
    "history_too_short",
    `The history is too short for the check: ${strategy.name} warms up on ${needed} candles; give at least twice that.`,
    { strategy: strategy.name, timingWarmup, regimeWarmup },
  );
}
