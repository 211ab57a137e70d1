/** Where the simulated market's candles come from: the seeded price process or a replayed file. */
import type { Timeframe } from "../core/timeframe.ts";
import type { GrowingCandles } from "./traded-candles.ts";

export interface CandleSource {
  readonly name: "seeded" | "replay";
  /** The finest timeframe there is; every slower one is made from it. */
  readonly baseTimeframe: Timeframe;
  /** When the last candle closes, epoch ms; null for a source that never ends. */
  readonly endsAt: number | null;
  /**
   * Base candles known to the source. They may reach beyond the last `upTo`, and the one still open stands
   * here as it will close: what may be seen at an instant is the market's business.
   */
  readonly candles: GrowingCandles;
  /** Makes sure that every candle opening at or before `at` is there. Going back is harmless. */
  upTo(at: number): void;
}
