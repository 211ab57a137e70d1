import { trendStrategy } from "./trend.ts";

export const trendEma = trendStrategy(
  "trend_ema",
  "Follows the 4h trend of EMA 20 against EMA 50; enters and leaves near the 1h EMA 20.",
  { regime_fast: 20, regime_slow: 50, timing: 20, pullback_bps: 30, min_regime_strength_bps: 0 },
);
