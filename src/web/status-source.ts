/**
 * What the page asks of the running program beyond the database, in core words; wired by the program. Every method but
 * `draw` answers at once, and none changes anything. Prices in ticks, amounts in quote units (1e-8), instants in epoch ms.
 */
import type { Instrument } from "../core/instrument.ts";
import type { CandleChart } from "../core/picture.ts";
import type { ClosedTrade } from "../core/position.ts";
import type { Reason } from "../core/reasons.ts";
import type { Timeframe } from "../core/timeframe.ts";
import type { Report } from "../metrics/report.ts";

export interface ReadinessItem {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, such as `812 held, 720 needed`. */
  readonly detail: string;
  /** What to do when it is not well; null when it is. */
  readonly mend: string | null;
}

export interface EngineView {
  readonly mode: "paper" | "live" | "demo" | "replay";
  readonly strategy: string;
  readonly configVersion: number;
  /** The timeframe decisions are made on; its candles also give the day's range. */
  readonly timing: Timeframe;
  /** The last price heard, null before the first. */
  readonly price: { readonly ticks: number; readonly at: number } | null;
  /** Since the newest closed candle closed; null while there is none. */
  readonly dataAgeMs: number | null;
  readonly isDataStale: boolean;
  readonly lastCycle: {
    readonly at: number;
    readonly durationMs: number;
    readonly reason: Reason;
  } | null;
  /** The UTC day's books as the risk gate sees them; null before the first mark. */
  readonly today: { readonly openingUnits: number; readonly realisedUnits: number } | null;
  /** The stop that acts now (stop loss or trailing stop) and the next take-profit level; null when there is none. */
  readonly stopTicks: number | null;
  readonly targetTicks: number | null;
}

/** The last verification of the audit chain. */
export interface ChainView {
  readonly ok: boolean;
  readonly verifiedSeq: number;
  readonly verifiedAt: number;
  readonly firstBadSeq: number | null;
}

export interface StatusSource {
  readonly version: string;
  instrument(): Instrument;
  engine(): EngineView;
  readiness(): readonly ReadinessItem[];
  /** Null until a verification has ended. */
  chain(): ChainView | null;
  /** The strategy's own sentence for a reason code of its signals; null when it has none. */
  signalSentence(strategy: string, reason: string): string | null;
  /** The open account's, newest first. */
  closedTrades(limit: number): readonly ClosedTrade[];
  /** The open account's whole life. Asked once for each new equity snapshot, so it may take a moment. */
  performance(): Report;
  /** The last candles of that length with averages and the open account's fills; null without one. */
  candleChart(timeframe: Timeframe): CandleChart | null;
  /** The chart as SVG fit for inlining; null when it cannot be drawn. Takes its time, never rejects. Null where nothing draws. */
  readonly draw: ((chart: CandleChart) => Promise<string | null>) | null;
}
