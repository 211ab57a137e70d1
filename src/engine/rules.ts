/** Everything one config version decides by, resolved once: the strategy with its values, risk, protections, exits, execution. */
import type { Instrument } from "../core/instrument.ts";
import { bpsToPpm } from "../core/money.ts";
import type { ValuesOf } from "../core/parameter.ts";
import type { PaperRates } from "../execution/paper.ts";
import { clampRisk, type HardLimits } from "../risk/limits.ts";
import type { EXIT_PARAMETERS, PROTECTION_PARAMETERS, RISK_PARAMETERS } from "../risk/parameters.ts";
import { strategyNamed } from "../strategy/registry.ts";
import type { Strategy, StrategyNeeds } from "../strategy/strategy.ts";
import type { EXECUTION_PARAMETERS } from "../tunables/execution-parameters.ts";
import { type Tunables, valuesOf } from "../tunables/table.ts";

export interface Rules {
  readonly configVersion: number;
  readonly instrument: Instrument;
  readonly strategy: Strategy;
  readonly strategyValues: ValuesOf<Strategy["parameters"]>;
  readonly needs: StrategyNeeds;
  readonly risk: ValuesOf<typeof RISK_PARAMETERS>;
  readonly protections: ValuesOf<typeof PROTECTION_PARAMETERS>;
  readonly exits: ValuesOf<typeof EXIT_PARAMETERS>;
  readonly execution: ValuesOf<typeof EXECUTION_PARAMETERS>;
  readonly limits: HardLimits;
  readonly rates: PaperRates;
}

/** Resolves a config version against the instrument and the hard limits, which clamp it. */
export function resolveRules(
  configVersion: number,
  tunables: Tunables,
  instrument: Instrument,
  limits: HardLimits,
): Rules {
  const strategy = strategyNamed(tunables["strategy.active"] as string);
  const strategyValues = valuesOf(tunables, `strategy.${strategy.name}`, strategy.parameters);
  const risk = clampRisk(valuesOf(tunables, "risk") as ValuesOf<typeof RISK_PARAMETERS>, limits);
  return Object.freeze({
    configVersion,
    instrument,
    strategy,
    strategyValues,
    needs: strategy.needs(strategyValues),
    risk,
    protections: valuesOf(tunables, "protections") as ValuesOf<typeof PROTECTION_PARAMETERS>,
    exits: valuesOf(tunables, "exits") as ValuesOf<typeof EXIT_PARAMETERS>,
    execution: valuesOf(tunables, "execution") as ValuesOf<typeof EXECUTION_PARAMETERS>,
    limits,
    rates: { feePpm: bpsToPpm(risk.fee_bps), slippagePpm: bpsToPpm(risk.slippage_bps) },
  });
}
