/** The parameters of one request, read as the exchange reads them: its patterns, its error codes and its words. */
import { isTimeframe, type Timeframe } from "../core/timeframe.ts";
import { ApiError } from "./api-error.ts";
import { SYMBOL } from "./listed-symbol.ts";

const SYMBOL_RANGE = "^[A-Z0-9-_.]{1,20}$";
const SYMBOLS_RANGE = '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}")*\\]$';
const NUMBER_RANGE = "^[0-9]{1,20}$";

export class Query {
  readonly #sent: URLSearchParams;
  readonly #read = new Set<string>();

  constructor(url: string) {
    this.#sent = new URL(url).searchParams;
  }

  /** The text of a parameter or null; an empty one, one sent twice and one outside `range` are refused. */
  optional(name: string, range?: string): string | null {
    this.#read.add(name);
    const values = this.#sent.getAll(name);
    const [value] = values;
    if (value === undefined) return null;
    if (values.length > 1) throw new ApiError(-1101, "Duplicate values for a parameter detected.");
    if (value === "") throw new ApiError(-1105, `Parameter '${name}' was empty.`);
    if (range !== undefined && !new RegExp(range).test(value)) {
      throw new ApiError(
        -1100,
        `Illegal characters found in parameter '${name}'; legal range is '${range}'.`,
      );
    }
    return value;
  }

  mandatory(name: string, range?: string): string {
    const value = this.#sent.get(name) === "" ? null : this.optional(name, range);
    if (value !== null) return value;
    throw new ApiError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  }

  number(name: string): number | null {
    const value = this.optional(name, NUMBER_RANGE);
    if (value === null) return null;
    if (Number.isSafeInteger(Number(value))) return Number(value);
    throw new ApiError(-1108, `Parameter '${name}' overflowed.`);
  }

  /** A count of rows: what is beyond the most is cut to it, as the exchange does. */
  limit(fallback: number, most: number): number {
    const value = this.number("limit") ?? fallback;
    if (value >= 1) return Math.min(value, most);
    throw new ApiError(-1130, "Data sent for parameter 'limit' is not valid.");
  }

  interval(): Timeframe {
    const value = this.mandatory("interval");
    if (isTimeframe(value)) return value;
    throw new ApiError(-1120, "Invalid interval.");
  }

  /** Reads the mandatory `symbol`; only the listed one exists. */
  symbol(): void {
    mustBeListed(this.mandatory("symbol", SYMBOL_RANGE));
  }

  /** Which of `symbol` and `symbols` was sent; `all` when neither was. */
  symbols(): "one" | "list" | "all" {
    const symbol = this.optional("symbol", SYMBOL_RANGE);
    const list = this.optional("symbols", SYMBOLS_RANGE);
    if (symbol !== null && list !== null)
      throw new ApiError(-1128, "Combination of optional parameters invalid.");
    if (symbol !== null) mustBeListed(symbol);
    if (list !== null) {
      const names: string[] = JSON.parse(list);
      if (new Set(names).size < names.length)
        throw new ApiError(-1151, "Symbol is present multiple times in the list.");
      names.forEach(mustBeListed);
    }
    return symbol !== null ? "one" : list !== null ? "list" : "all";
  }

  /** To be called when everything the endpoint knows has been read. */
  finish(): void {
    const sent = [...this.#sent.keys()];
    const known = sent.filter((name) => this.#read.has(name)).length;
    if (known === sent.length) return;
    const counts = `read '${known}' parameter(s) but was sent '${sent.length}'`;
    throw new ApiError(-1104, `Not all sent parameters were read; ${counts}.`);
  }
}

function mustBeListed(symbol: string): void {
  if (symbol !== SYMBOL) throw new ApiError(-1121, "Invalid symbol.");
}
