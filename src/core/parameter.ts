/** How a tunable value is declared: once, as data; schemas, menus, docs and search spaces derive from it. */
export type RiskDirection = "up" | "down" | "none";

interface Declared {
  readonly help: string;
  /** In which direction a change raises risk; `none` when neither does. For booleans `up` means switching on. */
  readonly raisesRisk: RiskDirection;
}

export interface NumberParameter extends Declared {
  readonly kind: "number" | "integer";
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Largest change one proposal may make. */
  readonly maxStep: number;
  /** `fraction`, `bps`, `candles`, `× ATR`, `minutes`, … */
  readonly unit: string;
}

export interface ChoiceParameter<Option extends string = string> extends Declared {
  readonly kind: "choice";
  readonly default: Option;
  readonly options: readonly Option[];
}

export interface SwitchParameter extends Declared {
  readonly kind: "switch";
  readonly default: boolean;
}

export type Parameter = NumberParameter | ChoiceParameter | SwitchParameter;
export type Parameters = Readonly<Record<string, Parameter>>;
export type ParameterValue = number | string | boolean;

export type ValueOf<P extends Parameter> = P extends NumberParameter
  ? number
  : P extends ChoiceParameter<infer Option>
    ? Option
    : boolean;
export type ValuesOf<P extends Parameters> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** The declared defaults as values. */
export function defaultsOf<P extends Parameters>(parameters: P): ValuesOf<P> {
  const values: Record<string, ParameterValue> = {};
  for (const [name, parameter] of Object.entries(parameters)) values[name] = parameter.default;
  return Object.freeze(values) as ValuesOf<P>;
}
