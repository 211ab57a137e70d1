/** Which column of a candle CSV holds what: read from its header, or known for Binance's own 12-column dumps. */
import type { Instrument } from "../core/instrument.ts";
import { fieldText } from "./csv-decimal.ts";
import { type CsvFaultLog, quoted } from "./csv-faults.ts";

export type CsvField =
  | "openAt"
  | "open"
  | "high"
  | "low"
  | "close"
  | "volume"
  | "closeAt"
  | "quoteVolume"
  | "symbol"
  | "unused";

/** The fields of the columns, in the order of the file. Exactly one column holds each field that is read. */
export interface CsvLayout {
  readonly fields: readonly CsvField[];
  /** Offset of the first data line, and its number counted from 1. */
  readonly dataFrom: number;
  readonly firstLine: number;
}

const REQUIRED = ["openAt", "open", "high", "low", "close", "volume"] as const;

/** The dumps of data.binance.vision: the klines endpoint's order, without a header up to some year and with one since. */
const BINANCE_DUMP: readonly CsvField[] = [
  ...REQUIRED,
  "closeAt",
  "quoteVolume",
  ...Array.from({ length: 4 }, (): CsvField => "unused"),
];

/** Header names after `plainName`; the dumps' own, pandas', and those of the common re-publishers. */
const NAMES: ReadonlyMap<string, CsvField> = new Map(
  Object.entries({
    openAt: "open_time open_time_ms opentime timestamp unix time date datetime",
    open: "open",
    high: "high",
    low: "low",
    close: "close",
    volume: "volume base_volume",
    closeAt: "close_time close_time_ms closetime",
    quoteVolume: "quote_volume quote_asset_volume",
    symbol: "symbol",
    unused: `trades count tradecount number_of_trades num_trades ignore
      taker_buy_volume taker_buy_base_volume taker_buy_base_asset_volume
      taker_buy_quote_volume taker_buy_quote_asset_volume`,
  }).flatMap(([field, names]) => names.split(/\s+/).map((name) => [name, field as CsvField] as const)),
);

const LONGEST_HEADER = 2_000;
const LF = 10;

/** Null after noting why when the first line is neither a header we know nor the first line of a 12-column dump. */
export function readLayout(bytes: Uint8Array, instrument: Instrument, log: CsvFaultLog): CsvLayout | null {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const lineEnd = bytes.indexOf(LF, start);
  const end = lineEnd < 0 ? bytes.length : lineEnd;
  if (end - start > LONGEST_HEADER) {
    log.add("header_unknown", 1, "The first line is too long for a candle CSV.");
    return null;
  }
  const names = fieldText(bytes, start, end).replace(/\r$/, "").split(",");
  if (/^[-\d]/.test(names[0]!)) {
    if (names.length === BINANCE_DUMP.length) {
      return { fields: BINANCE_DUMP, dataFrom: start, firstLine: 1 };
    }
    const known = "only Binance's 12-column dumps may come without one";
    const remedy = "add open_time,open,high,low,close,volume";
    log.add("header_missing", 1, `No header over ${names.length} columns (${known}): ${remedy}.`);
    return null;
  }
  const fields = fieldsOf(names, instrument, log);
  const dataFrom = lineEnd < 0 ? bytes.length : lineEnd + 1;
  return fields === null ? null : { fields, dataFrom, firstLine: 2 };
}

const plainName = (name: string): string =>
  name
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_");

function fieldsOf(names: readonly string[], instrument: Instrument, log: CsvFaultLog): CsvField[] | null {
  const known = new Map(NAMES);
  known.set(`volume_${instrument.baseAsset.toLowerCase()}`, "volume");
  known.set(`volume_${instrument.quoteAsset.toLowerCase()}`, "quoteVolume");
  const plainNames = names.map(plainName);
  // A date beside a timestamp says the same time twice; any other field twice is ambiguous.
  const hasTimestamp = plainNames.some((name) => known.get(name) === "openAt" && !name.startsWith("date"));
  if (hasTimestamp) known.set("date", "unused").set("datetime", "unused");

  const fields: CsvField[] = [];
  let isKnown = true;
  for (const [i, name] of plainNames.entries()) {
    const field = known.get(name) ?? "unused";
    const isSecond = field !== "unused" && fields.includes(field);
    if (isSecond || !known.has(name)) {
      isKnown = false;
      const problem = isSecond ? `a second column for ${field}` : "an unknown column";
      log.add("header_unknown", 1, `The header names ${problem}: ${quoted(names[i]!)}.`);
    }
    fields.push(field);
  }
  const missing = REQUIRED.filter((field) => !fields.includes(field));
  for (const field of missing) {
    const name = field === "openAt" ? "open_time" : field;
    log.add("column_missing", 1, `The header names no column for ${name}.`);
  }
  return isKnown && missing.length === 0 ? fields : null;
}
