/** The kinds of argument a command may take: each a zod schema from what was typed to a value, with a hint that says what to type. */
import { z } from "zod";

/** What menus, help and completion know of an argument. `rest` takes everything to the end of the line. */
export interface ArgumentFacts {
  readonly hint: string;
  readonly options?: readonly string[];
  readonly rest?: true;
}

/** Kept as the schema's metadata: zod hands it on through `.describe` and `.optional().unwrap()`. */
const remember = <Schema extends z.ZodType>(schema: Schema, facts: ArgumentFacts): Schema =>
  schema.meta({ ...facts }) as Schema;

export interface Argument extends ArgumentFacts {
  readonly name: string;
  readonly help: string;
  readonly isOptional: boolean;
}

/** Plain digits alone: no sign but a minus, no exponent, no hexadecimal, no separators, no other script's digits. */
const WHOLE = /^-?(0|[1-9][0-9]{0,14})$/;
const DECIMAL = /^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,8})?$/;

/** A whole number from `min` to `max`, such as 10. */
export function integer(min: number, max: number) {
  const hint = `a whole number from ${min} to ${max}`;
  const within = (text: string): boolean => WHOLE.test(text) && Number(text) >= min && Number(text) <= max;
  return remember(z.string().refine(within, hint).transform(Number), { hint });
}

/** A plain decimal of at most 8 decimals, kept as the text that was typed; money is made of it by `unitsFromDecimal`. */
export function decimal(hint = "a plain number such as 0.25") {
  return remember(z.string().regex(DECIMAL, hint), { hint });
}

/** One of the words given, in small letters or capitals. */
export function choice<const Options extends readonly [string, ...string[]]>(options: Options) {
  const hint =
    options.length > 6 ? `one of ${options.slice(0, 6).join(", ")}, …` : `one of ${options.join(", ")}`;
  return remember(
    z.preprocess((text) => String(text).toLowerCase(), z.enum(options, hint)),
    { hint, options },
  );
}

/** One word, or several in quotes, of at most `longest` characters. */
export function word(hint = "a word", longest = 64) {
  return remember(z.string().min(1, hint).max(longest, `at most ${longest} characters`), { hint });
}

/** Everything to the end of the line; only as the last argument. */
export function rest(hint = "a few words", longest = 500) {
  return remember(z.string().min(1, hint).max(longest, `at most ${longest} characters`), {
    hint,
    rest: true,
  });
}

/** The arguments of a command in order, as help and the platforms' menus show them. */
export function argumentsOf(args: z.ZodObject): readonly Argument[] {
  return Object.entries(args.shape).map(([name, schema]) => {
    const field = schema as z.ZodType;
    const isOptional = field instanceof z.ZodOptional;
    const inner = (isOptional ? field.unwrap() : field) as z.ZodType;
    const { hint = "a word", options, rest: takesRest } = (inner.meta() ?? {}) as Partial<ArgumentFacts>;
    const help = field.description ?? inner.description ?? "";
    return {
      name,
      help,
      isOptional,
      hint,
      ...(options && { options }),
      ...(takesRest && { rest: takesRest }),
    };
  });
}

/** `[n] [page]`, `<person> <role>`, `[reason …]`. */
export function usageOf(args: z.ZodObject): string {
  return argumentsOf(args)
    .map(({ name, isOptional, options, rest: takesRest }) => {
      const shown = options && options.length <= 4 ? options.join("|") : name;
      return isOptional ? `[${shown}${takesRest ? " …" : ""}]` : `<${shown}${takesRest ? " …" : ""}>`;
    })
    .join(" ");
}
