/** The one table of what may change while running. Schemas, autocompletion, allow-lists, search spaces and docs derive from it. */
import { z } from "zod";
import { InputError, type Result, refusal, success } from "../core/errors.ts";
import type { Parameter, Parameters, ParameterValue, ValuesOf } from "../core/parameter.ts";
import { EXIT_PARAMETERS, PROTECTION_PARAMETERS, RISK_PARAMETERS } from "../risk/parameters.ts";
import { STRATEGIES } from "../strategy/registry.ts";
import { EXECUTION_PARAMETERS } from "./execution-parameters.ts";

/** A whole config version: every key of the table with its value. */
export type Tunables = Readonly<Record<string, ParameterValue>>;

const GROUPS: Readonly<Record<string, Parameters>> = {
  strategy: {
    active: {
      kind: "choice",
      default: "trend_ema",
      options: STRATEGIES.map((strategy) => strategy.name),
      raisesRisk: "up",
      help: "The strategy that is asked for signals.",
    },
  },
  ...Object.fromEntries(STRATEGIES.map((strategy) => [`strategy.${strategy.name}`, strategy.parameters])),
  risk: RISK_PARAMETERS,
  protections: PROTECTION_PARAMETERS,
  exits: EXIT_PARAMETERS,
  execution: EXECUTION_PARAMETERS,
};

/** Key → declaration, in display order; keys are `group.name`. */
export const TUNABLES: ReadonlyMap<string, Parameter> = new Map(
  Object.entries(GROUPS).flatMap(([group, parameters]) =>
    Object.entries(parameters).map(([name, parameter]) => [`${group}.${name}`, parameter] as const),
  ),
);

/** The schema of one value, with its bounds. */
export function valueSchema(parameter: Parameter): z.ZodType<ParameterValue> {
  switch (parameter.kind) {
    case "integer":
      return z.number().int().min(parameter.min).max(parameter.max);
    case "number":
      return z.number().min(parameter.min).max(parameter.max);
    case "choice":
      return z.enum(parameter.options as [string, ...string[]]);
    case "switch":
      return z.boolean();
  }
}

const VERSION_SCHEMA = z.strictObject(
  Object.fromEntries([...TUNABLES].map(([key, parameter]) => [key, valueSchema(parameter)])),
);

/** The declared defaults, with some of them replaced; throws `bad_tunables` naming every fault. */
export function initialTunables(replaced: Partial<Tunables> = {}): Tunables {
  const defaults = Object.fromEntries([...TUNABLES].map(([key, parameter]) => [key, parameter.default]));
  const checked = checkTunables({ ...defaults, ...replaced });
  if (checked.ok) return checked.value;
  throw new InputError(
    "bad_tunables",
    `These tunables cannot be used: ${checked.facts["faults"]}`,
    checked.facts,
  );
}

/** A stored or merged version checked whole: unknown keys, missing keys and values out of bounds are all named. */
export function checkTunables(values: Readonly<Record<string, unknown>>): Result<Tunables, "bad_tunables"> {
  const parsed = VERSION_SCHEMA.safeParse(values);
  if (parsed.success) return success(Object.freeze(parsed.data) as Tunables);
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".") || "version"}: ${issue.message}`);
  return refusal("bad_tunables", { faults: faults.join("; ") });
}

/** Keys the table has gained since the version was written, with the declared defaults they take. */
export function missingTunables(stored: Readonly<Record<string, unknown>>): Tunables {
  const missing = [...TUNABLES].filter(([key]) => !Object.hasOwn(stored, key));
  return Object.fromEntries(missing.map(([key, parameter]) => [key, parameter.default]));
}

/** The values of one group by their short names. */
export function valuesOf<P extends Parameters>(
  tunables: Tunables,
  group: string,
  parameters?: P,
): ValuesOf<P> {
  const declared = parameters ?? GROUPS[group];
  if (!declared)
    throw new InputError("unknown_group", `There is no group of tunables called ${group}.`, { group });
  const values = Object.keys(declared).map((name) => [name, tunables[`${group}.${name}`]] as const);
  return Object.freeze(Object.fromEntries(values)) as ValuesOf<P>;
}
