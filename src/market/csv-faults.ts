/** Every fault a candle CSV can have: whether it stops the import, and what a person may knowingly allow. */

interface FaultRule {
  readonly severity: "error" | "warning";
  /** What the import does with the fault when a person allows it by name; null when nobody can. */
  readonly allowed: string | null;
}

const stops: FaultRule = { severity: "error", allowed: null };
const warns: FaultRule = { severity: "warning", allowed: null };
const stopsUnlessAllowed = (allowed: string): FaultRule => ({ severity: "error", allowed });

export const CSV_FAULTS = {
  // The file
  file_missing: stops,
  file_unreadable: stops,
  file_too_large: stops,
  file_empty: stops,
  gzip_broken: stops,
  zip_archive: stops,
  no_final_newline: warns,
  // The header
  header_missing: stops,
  header_unknown: stops,
  column_missing: stops,
  // A line
  column_count: stops,
  blank_line: warns,
  not_a_number: stops,
  bad_time: stops,
  wrong_symbol: stops,
  // Times
  time_zone_assumed: warns,
  time_in_seconds: warns,
  mixed_time_units: stopsUnlessAllowed("each time is read in its own unit"),
  newest_first: stopsUnlessAllowed("the candles are put in order"),
  unsorted: stopsUnlessAllowed("the candles are put in order"),
  duplicate_identical: stopsUnlessAllowed("the repeated line is dropped"),
  duplicate_conflict: stops,
  timeframe_unknown: stops,
  timeframe_differs: stops,
  unaligned: stops,
  still_open: stopsUnlessAllowed("the candle is dropped"),
  in_future: stops,
  close_time_wrong: stops,
  close_time_empty: warns,
  cut_short: warns,
  gap: warns,
  // Values
  price_not_positive: stops,
  price_out_of_range: stops,
  price_off_tick: stopsUnlessAllowed("the price is rounded to the nearest tick"),
  ohlc_inconsistent: stops,
  price_jump: stopsUnlessAllowed("the candle is kept as it is"),
  volume_negative: stops,
  volume_out_of_range: stops,
  volume_scale: stopsUnlessAllowed("the volumes are kept as they are"),
  quote_volume_differs: stopsUnlessAllowed("the volume is kept as it is"),
  flat_run: stopsUnlessAllowed("the candles are kept as they are"),
  flat_stretch: warns,
  differs_from_held: stops,
} as const satisfies Readonly<Record<string, FaultRule>>;

export type CsvFaultCode = keyof typeof CSV_FAULTS;

/** The faults a person may allow. */
export type AllowableCsvFault = {
  [Code in CsvFaultCode]: (typeof CSV_FAULTS)[Code]["allowed"] extends null ? never : Code;
}[CsvFaultCode];

export interface CsvFault {
  /** Counted from 1; 0 when the fault is the whole file's. */
  readonly line: number;
  readonly code: CsvFaultCode;
  readonly severity: "error" | "warning";
  /** What is wrong, in one sentence. */
  readonly message: string;
}

/** Collects faults: counts all of them, keeps the first of each code. */
export class CsvFaultLog {
  readonly faults: CsvFault[] = [];
  readonly counts: Partial<Record<CsvFaultCode, number>> = {};
  #errors = 0;
  readonly #allow: ReadonlySet<CsvFaultCode>;
  readonly #listedPerCode: number;

  constructor(allow: readonly AllowableCsvFault[], listedPerCode: number) {
    this.#allow = new Set(allow);
    this.#listedPerCode = listedPerCode;
  }

  /** Whether nothing so far stops the import. */
  get isClean(): boolean {
    return this.#errors === 0;
  }

  /** Takes a text, not a function that makes one: a closure in a loop over a million rows costs each row its own scope. */
  add(code: CsvFaultCode, line: number, message: string): void {
    const rule: FaultRule = CSV_FAULTS[code];
    const isAllowed = rule.allowed !== null && this.#allow.has(code);
    const severity = isAllowed ? "warning" : rule.severity;
    if (severity === "error") this.#errors += 1;
    const count = (this.counts[code] ?? 0) + 1;
    this.counts[code] = count;
    if (count > this.#listedPerCode) return;
    const note = isAllowed ? ` Allowed: ${rule.allowed}.` : "";
    this.faults.push({ line, code, severity, message: message + note });
  }
}

/** A field as a message may quote it: short, printable, in quotation marks. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

export const isoTime = (at: number): string =>
  Math.abs(at) <= 8.64e15 ? new Date(at).toISOString().replace(".000Z", "Z") : String(at);
