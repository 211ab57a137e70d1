/** The strategies there are; a new one is a file and one row here. */
import { InputError } from "../core/errors.ts";
import { breakout } from "./breakout.ts";
import { meanReversion } from "./mean-reversion.ts";
import type { Strategy } from "./strategy.ts";
import { trendEma } from "./trend-ema.ts";
import { trendEmaFast } from "./trend-ema-fast.ts";

export const STRATEGIES: readonly Strategy[] = [trendEma, trendEmaFast, meanReversion, breakout];

export const STRATEGY_NAMES: readonly string[] = STRATEGIES.map((strategy) => strategy.name);

/** The strategy of that name; throws `unknown_strategy` naming the known ones. */
export function strategyNamed(name: string): Strategy {
  const strategy = STRATEGIES.find((candidate) => candidate.name === name);
  if (strategy) return strategy;
  throw new InputError(
    "unknown_strategy",
    `"${name.slice(0, 40)}" is not a strategy; use one of ${STRATEGY_NAMES.join(", ")}.`,
    { name: name.slice(0, 40) },
  );
}
