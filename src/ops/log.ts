/** The log: one pino instance whose lines are redacted, kept for `/logs`, and written as lines or JSON. */
import { Writable } from "node:stream";
import pino from "pino";
import { CountersignError } from "../core/errors.ts";
import { Redactor } from "./redact.ts";

export type LogFacts = Readonly<Record<string, string | number | boolean | null>>;

export interface Log {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  /** Name, code, message and our own facts of an error; never its other properties, which may hold a token. */
  error(error: unknown, facts?: LogFacts): void;
  /** The newest lines, oldest first, redacted. */
  tail(count: number): readonly string[];
}

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly format: "lines" | "json";
  /** Where lines go; null keeps them for `/logs` alone. */
  readonly output: { write(text: string): unknown } | null;
  /** Instants of lines, epoch ms. */
  readonly now: () => number;
  readonly redactor?: Redactor;
}

const KEPT_LINES = 500;

export function createLog(options: LogOptions): Log {
  const kept: string[] = [];
  const redactor = options.redactor ?? new Redactor([]);
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const entry = redacted(JSON.parse(chunk.toString("utf8")) as Entry, redactor);
      const line = readable(entry);
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
      options.output?.write(`${options.format === "json" ? JSON.stringify(entry) : line}\n`);
      done();
    },
  });
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date(options.now()).toISOString()}"`,
    },
    sink,
  );
  return {
    debug: (message, facts = {}) => logger.debug(facts, message),
    info: (message, facts = {}) => logger.info(facts, message),
    warn: (message, facts = {}) => logger.warn(facts, message),
    error: (error, facts = {}) => logger.error({ ...facts, ...errorFacts(error) }, messageOf(error)),
    tail: (count) => (count > 0 ? kept.slice(-count) : []),
  };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : "something that is no error was thrown";

/** The one way errors become text: whatever a library hung on them stays out. */
function errorFacts(error: unknown): LogFacts {
  if (!(error instanceof Error)) return { error: typeof error };
  const own = error instanceof CountersignError ? { code: error.code, ...error.facts } : {};
  return {
    ...own,
    error: error.name,
    stack: error.stack?.split("\n").slice(1, 6).join(" | ").trim() ?? null,
  };
}

const LEVELS: Readonly<Record<number, string>> = { 20: "debug", 30: "info", 40: "warn", 50: "error" };

type Entry = Readonly<Record<string, unknown>>;

/** Value by value, so that a secret of digits inside a number never breaks the line. */
function redacted(entry: Entry, redactor: Redactor): Entry {
  const clean = (value: unknown): unknown => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const without = redactor.redact(text);
    return without === text ? value : without;
  };
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, clean(value)]));
}

function readable({ time, level, msg, ...facts }: Entry): string {
  const rest = Object.entries(facts).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const line = [String(time), (LEVELS[Number(level)] ?? "info").padEnd(5), String(msg), ...rest].join(" ");
  return line.replace(CONTROL, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Line ends and terminal commands: what came from outside must neither forge a line nor steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
