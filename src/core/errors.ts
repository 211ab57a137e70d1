/** The error every room throws when the outside fails or a rule of the house is broken: a stable code and the facts, never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

export class CountersignError extends Error {
  readonly code: string;
  readonly facts: Facts;

  constructor(code: string, message: string, facts: Facts = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.facts = facts;
  }
}

/** An invariant of the house is broken: trading halts, the process ends, and start-up recovers. */
export class InvariantError extends CountersignError {}

/** Something outside (exchange, file, chat) failed or answered badly. */
export class OutsideError extends CountersignError {}

/** What a person typed, set or handed over cannot be used; the message says what to do. */
export class InputError extends CountersignError {}

/** An expected refusal is a value, never an exception. */
export type Result<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: Code; readonly facts: Facts };

export const success = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const refusal = <Code extends string>(
  code: Code,
  facts: Facts = {},
): { readonly ok: false; readonly code: Code; readonly facts: Facts } => ({ ok: false, code, facts });

export function invariant(
  condition: unknown,
  code: string,
  message: string,
  facts: Facts = {},
): asserts condition {
  if (!condition) throw new InvariantError(code, message, facts);
}
