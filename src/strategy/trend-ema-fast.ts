import { trendStrategy } from "./trend.ts";

export const trendEmaFast = trendStrategy(
  "trend_ema_fast",
  "As trend_ema with EMAs of 13, 34 and 13, and entries only when the trend is at least 15 bps strong.",
  { regime_fast: 13, regime_slow: 34, timing: 13, pullback_bps: 30, min_regime_strength_bps: 15 },
);
