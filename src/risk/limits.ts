/** Hard limits: read from the environment at start, never tunable; they clamp whatever version is active. */
import { UNITS_PER_ASSET } from "../core/money.ts";
import type { RiskValues } from "./parameters.ts";

export interface HardLimits {
  /** Largest value of one entry order, quote units. */
  readonly maxOrderNotionalUnits: number;
  /** Upper bound of `max_exposure`, as a share of equity. */
  readonly maxExposure: number;
  /** Upper bound of the per-trade share, also after multipliers. */
  readonly perTrade: number;
  /** Upper bound of `max_daily_loss`, as a share of the day's opening equity. */
  readonly maxDailyLoss: number;
  /** Entries stop for the rest of the UTC day once this many orders were made in it. */
  readonly maxOrdersPerDay: number;
  /** Drawdown from peak equity beyond which the system goes to EMERGENCY_STOP, as a share of the peak. */
  readonly equityStop: number;
}

/** What stands when the environment says nothing. */
export const DEFAULT_HARD_LIMITS: HardLimits = Object.freeze({
  maxOrderNotionalUnits: 10_000 * UNITS_PER_ASSET,
  maxExposure: 0.5,
  perTrade: 0.02,
  maxDailyLoss: 0.05,
  maxOrdersPerDay: 100,
  equityStop: 0.2,
});

/** The risk values that act: the active version's, none beyond its hard limit. */
export const clampRisk = (values: RiskValues, limits: HardLimits): RiskValues =>
  Object.freeze({
    ...values,
    per_trade: Math.min(values.per_trade, limits.perTrade),
    max_exposure: Math.min(values.max_exposure, limits.maxExposure),
    max_daily_loss: Math.min(values.max_daily_loss, limits.maxDailyLoss),
  });
