/** Query parameters read strictly: an unknown, repeated or malformed one is an InputError that names it and says what it may be. */
import { InputError } from "../core/errors.ts";

/** The named parameters; an empty one (an untouched form field) counts as not given. */
export function readQuery<Name extends string>(
  url: string,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const [given, text] of new URL(url).searchParams) {
    const name = names.find((one) => one === given);
    if (name === undefined) {
      const known = names.length === 0 ? "there are none here" : `use ${names.join(", ")}`;
      throw badQuery(given, `"${given.slice(0, 40)}" is not a parameter of this address; ${known}.`);
    }
    if (found[name] !== undefined) throw badQuery(name, `${name} may be given once only.`);
    if (text.length > LONGEST) throw badQuery(name, `${name} may have ${LONGEST} characters at most.`);
    if (text.trim() !== "") found[name] = text.trim();
  }
  return found;
}

const LONGEST = 200;

export function wholeNumber(
  name: string,
  text: string | undefined,
  { min, max }: { min: number; max: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const bounds = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw badQuery(name, `${name} must be a whole number ${bounds}.`);
}

export function oneOf<Option extends string>(
  name: string,
  text: string | undefined,
  options: readonly Option[],
): Option | undefined {
  if (text === undefined) return undefined;
  const option = options.find((one) => one === text);
  if (option !== undefined) return option;
  throw badQuery(name, `${name} must be one of ${options.join(", ")}.`);
}

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;

/** Epoch ms of an instant in UTC, such as `2024-05-01` or `2024-05-01T10:00:00Z`. */
export function instant(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isSafeInteger(at) && new Date(at).toISOString().startsWith(text.slice(0, 10))) return at;
  throw badQuery(name, `${name} must be a UTC date or instant such as 2024-05-01 or 2024-05-01T10:00:00Z.`);
}

const badQuery = (name: string, message: string): InputError =>
  new InputError("bad_query", message, { parameter: name.slice(0, 40) });
