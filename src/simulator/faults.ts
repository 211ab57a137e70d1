/** The faults asked for over /sim/v1/faults: what each needs, which are still in force, and when one is used up. */
import { InputError } from "../core/errors.ts";

const REQUEST_FAULTS = [
  ...(["http_429", "http_418", "http_503", "hang", "reset"] as const),
  ...(["bad_json", "truncated", "html", "bad_kline"] as const),
] as const;
const STREAM_FAULTS = ["stream_drop", "stream_silence", "stream_duplicate", "stream_gap"] as const;
export const FAULT_KINDS = [...REQUEST_FAULTS, ...STREAM_FAULTS, "clock_skew"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A kline row's fields in order, as bad_kline names them. */
export const KLINE_FIELDS = [
  ...(["openTime", "open", "high", "low", "close", "volume", "closeTime"] as const),
  ...(["quoteVolume", "trades", "takerVolume", "takerQuoteVolume"] as const),
] as const;

export interface Fault {
  readonly kind: FaultKind;
  /** How often it will still happen; null without end. */
  readonly count: number | null;
  /** It is over at this market time, epoch ms. */
  readonly until: number | null;
  /** Requests it concerns, by the beginning of their path. */
  readonly path: string;
  readonly field: (typeof KLINE_FIELDS)[number];
  readonly value: string | number | boolean | null;
  readonly skewMs: number;
  readonly retryAfterSeconds: number;
}

const LASTS = new Set<FaultKind>(["clock_skew", "stream_silence"]);
const OWN_FIELDS: Partial<Record<FaultKind, readonly string[]>> = {
  http_429: ["retryAfterSeconds"],
  http_418: ["retryAfterSeconds"],
  bad_kline: ["field", "value"],
  clock_skew: ["skewMs"],
};

/** Reads a request's body; throws `bad_fault` with a sentence that says what to send instead. */
function parseFault(body: unknown, now: number): Fault {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw bad('Send a JSON object such as {"kind": "http_429", "count": 3}.');
  }
  const given = body as Record<string, unknown>;
  const kind = oneOf("kind", given["kind"], FAULT_KINDS);
  const known = [
    "kind",
    "count",
    "until",
    ...(isRequestFault(kind) ? ["path"] : []),
    ...(OWN_FIELDS[kind] ?? []),
  ];
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw bad(`"${name}" is not known for ${kind}; it takes ${known.join(", ")}.`);
  }
  const until = wholeNumber("until", given["until"], now + 1, Number.MAX_SAFE_INTEGER, null);
  const once = until === null && !LASTS.has(kind) ? 1 : null;
  const path = given["path"] ?? "/";
  if (typeof path !== "string" || !path.startsWith("/"))
    throw bad('"path" must be a path such as "/api/v3/klines".');
  const value = given["value"] ?? "not a number";
  if (typeof value === "object") throw bad('"value" must be a string, a number or a boolean.');
  return {
    ...{ kind, until, path },
    count: wholeNumber("count", given["count"], 1, 1_000_000, once),
    field: kind === "bad_kline" ? oneOf("field", given["field"], KLINE_FIELDS) : "close",
    value: "value" in given && given["value"] === null ? null : (value as Fault["value"]),
    skewMs: kind === "clock_skew" ? wholeNumber("skewMs", given["skewMs"], -86_400_000, 86_400_000) : 0,
    retryAfterSeconds: wholeNumber("retryAfterSeconds", given["retryAfterSeconds"], 1, 259_200, 1),
  };
}

export class Faults {
  readonly #now: () => number;
  #inForce: Fault[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  get list(): readonly Fault[] {
    const now = this.#now();
    this.#inForce = this.#inForce.filter(
      ({ count, until }) => count !== 0 && (until === null || now < until),
    );
    return this.#inForce;
  }

  add(body: unknown): Fault {
    const fault = parseFault(body, this.#now());
    this.#inForce.push(fault);
    return fault;
  }

  clear(): void {
    this.#inForce = [];
  }

  /** The request fault that this path meets now, used once; the one asked for first comes first. */
  takeForRequest(path: string): Fault | null {
    return this.#take(
      (fault) =>
        isRequestFault(fault.kind) &&
        path.startsWith(fault.path) &&
        (fault.kind !== "bad_kline" || path.toLowerCase().endsWith("klines")),
    );
  }

  /** Whether this fault happens now; it is used once. */
  take(kind: FaultKind): boolean {
    return this.#inForce.length > 0 && this.#take((fault) => fault.kind === kind) !== null;
  }

  /** How far the exchange's stated time is off. */
  skewMs(): number {
    if (this.#inForce.length === 0) return 0;
    return this.#take((fault) => fault.kind === "clock_skew")?.skewMs ?? 0;
  }

  #take(matches: (fault: Fault) => boolean): Fault | null {
    const fault = this.list.find(matches) ?? null;
    if (fault === null || fault.count === null) return fault;
    this.#inForce[this.#inForce.indexOf(fault)] = { ...fault, count: fault.count - 1 };
    return fault;
  }
}

const isRequestFault = (kind: FaultKind): boolean => (REQUEST_FAULTS as readonly string[]).includes(kind);

const bad = (message: string): InputError => new InputError("bad_fault", message);

function oneOf<T extends string>(name: string, value: unknown, options: readonly T[]): T {
  const option = options.find((candidate) => candidate === value);
  if (option !== undefined) return option;
  throw bad(`"${name}" must be one of ${options.join(", ")}.`);
}

function wholeNumber<T>(name: string, value: unknown, least: number, most: number, fallback?: T): number | T {
  if (value === undefined && fallback !== undefined) return fallback;
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  throw bad(`"${name}" must be a whole number from ${least} to ${most}.`);
}
