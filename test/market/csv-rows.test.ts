import { describe, expect, test } from "bun:test";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { parseDecimal, plainDecimal } from "../../src/market/csv-decimal.ts";
import { CsvFaultLog } from "../../src/market/csv-faults.ts";
import { readLayout } from "../../src/market/csv-format.ts";
import { readRows } from "../../src/market/csv-rows.ts";
import { REPLAY_INSTRUMENT } from "../../src/market/replay-instrument.ts";
import { bytesOf, HEADER, START } from "./candles.ts";

const decimalOf = (text: string): number => parseDecimal(bytesOf(text), 0, text.length);
const PLAIN = /^-?\d+(\.\d+)?$/;

describe("a decimal", () => {
  test.each([
    "",
    "-",
    ".",
    "5.",
    ".5",
    "-.5",
    "1e3",
    "1E3",
    "0x10",
    "Infinity",
    "NaN",
    "+1",
    " 1",
    "1 ",
    "1_000",
    "1.2.3",
    "--1",
    "1-",
  ])("%p is none", (text) => expect(decimalOf(text)).toBeNaN());

  test("of digits is the number that Number reads, to the last bit", () => {
    const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
    const text = fc.tuple(fc.boolean(), digits(24), fc.option(digits(30))).map(([minus, whole, fraction]) => {
      return `${minus ? "-" : ""}${whole}${fraction === null ? "" : `.${fraction}`}`;
    });
    fc.assert(
      fc.property(text, (one) => expect(decimalOf(one)).toBe(Number(one))),
      { numRuns: 5_000, seed: 3 },
    );
  });

  test("of any characters is read only when it is plain", () => {
    const text = fc.string({ unit: fc.constantFrom(..."0123456789.-+eExX, _"), maxLength: 12 });
    fc.assert(
      fc.property(text, (one) => expect(decimalOf(one)).toBe(PLAIN.test(one) ? Number(one) : Number.NaN)),
      { numRuns: 5_000, seed: 4 },
    );
  });

  test("of any finite number reads back as that number and has no exponent", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    fc.assert(
      fc.property(finite, (value) => {
        expect(plainDecimal(value)).toMatch(PLAIN);
        expect(Number(plainDecimal(value)) + 0).toBe(value);
        expect(decimalOf(plainDecimal(value)) + 0).toBe(value);
      }),
      { numRuns: 3_000, seed: 5 },
    );
  });
});

/** The rows of a six-column file by csv-parse and Number: slow, and written without a look at the fast way. */
function slowRows(text: string): { line: number; values: number[] }[] {
  const records = parse(text, {
    quote: null,
    relax_column_count: true,
    record_delimiter: ["\r\n", "\n"],
  }) as string[][];
  const rows: { line: number; values: number[] }[] = [];
  records.forEach((fields, i) => {
    if (i === 0 || fields.length !== 6 || !fields.every((field) => PLAIN.test(field))) return;
    const [time, ...values] = fields.map(Number) as [number, ...number[]];
    const perMs = [1e9, 1e12, 1e15].findIndex((least) => time >= least && time < least * 10);
    if (perMs < 0 || !values.every(Number.isFinite)) return;
    rows.push({
      line: i + 1,
      values: [perMs === 0 ? time * 1000 : perMs === 1 ? time : time / 1000, ...values],
    });
  });
  return rows;
}

function fastRows(text: string): { line: number; values: number[] }[] {
  const bytes = bytesOf(text);
  const log = new CsvFaultLog([], 0);
  const layout = readLayout(bytes, REPLAY_INSTRUMENT, log);
  if (layout === null) throw new Error("The header did not read.");
  const rows = readRows(bytes, layout, REPLAY_INSTRUMENT, log);
  const columns = [rows.openAt, rows.open, rows.high, rows.low, rows.close, rows.volume];
  return Array.from({ length: rows.length }, (_, i) => ({
    line: rows.line[i]!,
    values: columns.map((column) => column[i]!),
  }));
}

describe("the lines of a file", () => {
  const number = fc.oneof(
    fc.integer({ min: 0, max: 2_000_000 }).map(String),
    fc
      .tuple(fc.nat(99_999), fc.stringMatching(/^[0-9]{1,9}$/))
      .map(([whole, fraction]) => `${whole}.${fraction}`),
    fc
      .tuple(fc.maxSafeNat(), fc.stringMatching(/^[0-9]{1,14}$/))
      .map(([whole, fraction]) => `${whole}.${fraction}`),
    fc.stringMatching(/^[0-9]{8,9}\.[0-9]{8,9}$/),
    fc.string({ unit: fc.constantFrom(..."0123456789.-e \r"), maxLength: 22 }),
  );
  const time = fc.oneof(
    fc.nat(10_000).map((hour) => String(START + hour * 3_600_000)),
    fc.integer({ min: 1e12, max: Number.MAX_SAFE_INTEGER }).map(String),
    fc.integer({ min: 0, max: 1e13 }).map(String),
    fc.stringMatching(/^[0-9]{9,19}(\.0)?$/),
    fc.stringMatching(/^9[0-9]{15}$/),
  );
  const line = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(time, number, number, number, number, number).map((fields) => fields.join(",")),
    },
    {
      weight: 1,
      arbitrary: fc.array(number, { minLength: 2, maxLength: 9 }).map((fields) => fields.join(",")),
    },
  );
  const ends = fc.constantFrom("\n", "\r\n");

  test("are the rows that csv-parse and Number make of them, with their line numbers", () => {
    const property = fc.property(
      fc.array(line, { minLength: 1, maxLength: 30 }),
      ends,
      fc.boolean(),
      (all, end, last) => {
        const text = [HEADER, ...all].join(end) + (last ? end : "");
        // A file cut off between the two characters of its last line end still has its last line.
        expect(fastRows(text)).toEqual(slowRows(text.replace(/\r$/, "")));
      },
    );
    fc.assert(property, { numRuns: 1_000, seed: 6 });
  });

  const ordinary = `${START},1.5,2.5,1,2,3`;
  test.each([
    ["a carriage return within a number", `${START},1.5,2\r.5,1,2,3`],
    ["a carriage return at the end of a field", `${START},1.5,2.5\r,1,2,3`],
    ["a carriage return alone at the end", `${START},1.5,2.5,1,2,3\r4`],
    ["a line that ends early", `${START},1.5,2.5`],
    ["a line that ends early, as Windows ends lines", `${START},1.5,2.5\r`],
    ["a line of the last fields of another", "1,2,3"],
    ["a line broken in two", `${START},1.5,2.5\n1,2,3`],
    ["a line broken in two, as Windows ends lines", `${START},1.5,2.5\r\n1,2,3`],
    ["a comma too many", `${START},1.5,2.5,1,2,3,`],
  ])("are read again after %s", (_, odd) => {
    for (const end of ["\n", "\r\n"]) {
      // Enough lines after it that the odd one is met on the fast way.
      const text = [HEADER, ordinary, odd, ...Array(60).fill(ordinary), ""].join(end);
      expect(fastRows(text)).toEqual(slowRows(text));
      expect(fastRows(text)).toHaveLength(61);
      expect(fastRows(text).at(-1)!.line).toBe(62 + odd.split("\n").length);
    }
  });

  test("are all read when later lines are far shorter than the first", () => {
    const long = `${START},${Array(5)
      .fill(`1.${"0".repeat(30)}`)
      .join(",")}`;
    const text = [HEADER, ...Array(500).fill(long), ...Array(9_000).fill(`${START},1,1,1,1,1`), ""].join(
      "\n",
    );
    const rows = fastRows(text);
    expect(rows).toHaveLength(9_500);
    expect(rows.at(-1)).toEqual({ line: 9_501, values: [START, 1, 1, 1, 1, 1] });
  });
});
