import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openDatabase } from "../../db/database.ts";
import { writeCandlesCsv } from "../../src/market/csv-write.ts";
import { swings } from "../capabilities/harness.ts";
import {
  cleanUp,
  type Ended,
  type Environment,
  privateFolder,
  runProgram,
  startProgram,
} from "../support/program.ts";

const FILE = writeCandlesCsv(swings(60, "1h"));
const LINES = FILE.trimEnd().split("\n");
const file = (lines: readonly string[]): string => `${lines.join("\n")}\n`;
/** Whether the file begins with its columns' names. */
const HEADER = Number.isNaN(Number(LINES[0]!.split(",")[0])) ? 1 : 0;

// Each test runs several processes, on machines that may be busy.
setDefaultTimeout(30_000);
afterAll(cleanUp);

/** A folder and database of its own. */
function installation() {
  const folder = privateFolder();
  const path = join(folder, "data", "trading.db");
  const data = (args: readonly string[], market: Environment = {}): Promise<Ended> =>
    runProgram(["data", ...args], { DB_PATH: path, ...market }, folder);
  return {
    folder,
    data,
    async importOf(name: string, content: string | Uint8Array, ...args: string[]): Promise<Ended> {
      await Bun.write(join(folder, name), content);
      return data(["import", name, ...args]);
    },
    held(): number {
      const reader = openDatabase({ path, readonly: true });
      try {
        const counted = reader.read((rows) =>
          rows.get<{ n: number }>("SELECT count(*) AS n FROM candles_cache"),
        );
        return Number(counted?.n);
      } finally {
        reader.close();
      }
    },
  };
}

describe("a file with a fault is named with its line, and nothing of it is kept", () => {
  test.each<[string, string | Uint8Array, string, string]>([
    ["cut short within its gzip", gzipSync(FILE).subarray(0, 900), "error gzip_broken", ""],
    ["out of order", file(LINES.with(9, LINES[10]!).with(10, LINES[9]!)), "error unsorted", "(line 11)"],
    [
      "of two minds",
      file([...LINES.slice(0, 8), changed(LINES[7]!), ...LINES.slice(8)]),
      "error duplicate_conflict",
      "(line 9)",
    ],
    [
      "with a word for a price",
      file(LINES.with(5, LINES[5]!.replace(/,[^,]+,/, ",dear,"))),
      "error not_a_number",
      "(line 6)",
    ],
    ["with nothing in it", "", "error file_empty", ""],
  ])("%s", async (name, content, code, line) => {
    const { importOf, held } = installation();
    const ending = content instanceof Uint8Array ? "csv.gz" : "csv";
    const { code: exit, stdout, stderr } = await importOf(`${name}.${ending}`, content);
    expect(exit).toBe(2);
    const fault = stdout.split("\n").find((printed) => printed.startsWith(code));
    expect(fault).toStartWith(`${code}${line === "" ? "" : ` ${line}`}: `);
    expect(stderr).toMatch(
      /^[^\n]+: nothing was imported; mend the faults above, or accept them with --allow\.\n$/,
    );
    expect(held()).toBe(0);
  });

  test("that is not there", async () => {
    const { data, held } = installation();
    const { code, stdout } = await data(["import", "nowhere.csv"]);
    expect(code).toBe(2);
    expect(stdout).toStartWith("error file_missing: There is no file nowhere.csv.\n");
    expect(held()).toBe(0);
  });

  test("with a fault's name nobody knows in --allow", async () => {
    const { code, stdout, stderr } = await installation().importOf("good.csv", FILE, "--allow", "anything");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe('"anything" is not the code of a fault; the import names them.\n');
  });
});

describe("a good file", () => {
  test("is taken in once, plain or gzipped, and comes out byte for byte", async () => {
    const { folder, data, importOf, held } = installation();
    const first = await importOf("hours.csv", FILE);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: "" });
    expect(first.stdout).toEndWith(
      "hours.csv: 60 1h candles, 60 of them new; 0 gaps, 0 candles missing, 0 lines left out\n",
    );
    const again = await importOf("hours.csv.gz", gzipSync(FILE));
    expect(again.stdout).toContain("60 1h candles, 0 of them new");
    expect(held()).toBe(60);
    expect((await data(["export", "--timeframe", "1h"])).stdout).toBe(FILE);
    const written = await data(["export", "--timeframe", "1h", "--output", "out.csv"]);
    expect(written).toMatchObject({ code: 0, stdout: "out.csv: 60 1h candles\n" });
    expect(await Bun.file(join(folder, "out.csv")).text()).toBe(FILE);
  });

  test("comes out by days, and one that contradicts it is refused and changes nothing", async () => {
    const { data, importOf } = installation();
    await importOf("hours.csv", FILE);
    const day = await data(["export", "--timeframe", "1h", "--from", "2025-01-02", "--to", "2025-01-03"]);
    expect(day.stdout).toBe(file([...LINES.slice(0, HEADER), ...LINES.slice(HEADER + 24, HEADER + 48)]));

    const { code, stdout } = await importOf("other.csv", file(LINES.with(30, changed(LINES[30]!))));
    expect(code).toBe(2);
    expect(stdout).toMatch(/^error differs_from_held \(line 31\): /m);
    expect((await data(["export", "--timeframe", "1h"])).stdout).toBe(FILE);
  });

  test("with gaps is taken in, and the gaps are told", async () => {
    const later = writeCandlesCsv(swings(120, "1h", "later"))
      .trimEnd()
      .split("\n")
      .slice(HEADER + 70);
    const { code, stdout } = await installation().importOf(
      "gapped.csv",
      file([...LINES.slice(0, HEADER), ...later.slice(0, 5), ...later.slice(8)]),
    );
    expect(stdout).toMatch(/^warning gap \(line \d+\): /m);
    expect(stdout).toContain("1 gaps, 3 candles missing");
    expect(code).toBe(0);
  });

  test("out of order is put in order when that is allowed", async () => {
    const { code, stdout } = await installation().importOf(
      "swapped.csv",
      file(LINES.with(9, LINES[10]!).with(10, LINES[9]!)),
      "--allow",
      "unsorted",
    );
    expect(stdout).toContain("60 1h candles, 60 of them new");
    expect(code).toBe(0);
  });
});

test("an export that cannot be says what to do", async () => {
  const { data, importOf } = installation();
  await importOf("hours.csv", FILE);
  const none = await data(["export", "--timeframe", "4h"]);
  expect(none).toEqual({
    code: 2,
    stdout: "",
    stderr: "There are no 4h candles in that range; see data fetch and data import.\n",
  });
  const folder = await data(["export", "--timeframe", "1h", "--output", "."]);
  expect(folder).toEqual({
    code: 2,
    stdout: "",
    stderr: ". cannot be written (EISDIR); name another file.\n",
  });
});

describe("data fetch", () => {
  test("brings the last days from the market, once, whatever older candles are held", async () => {
    const { folder, data, importOf } = installation();
    const simulator = startProgram(["simulator", "--port", "0", "--history", "10"], {}, folder);
    const [, url] = await simulator.waitFor(/on (http:\S+) and/);
    const fetch = () => data(["fetch", "3"], { BINANCE_MARKET_DATA_BASE_URL: url! });
    await importOf("hours.csv", FILE);
    const first = await fetch();
    expect(first.stderr).toBe("");
    expect(first.stdout).toMatch(/^7[123] new 1h candles; 0 the market does not have; 13[123] cached over /);
    expect((await fetch()).stdout).toMatch(/^[01] new 1h candles; /);
    simulator.signal("SIGTERM");
    expect((await simulator.ended()).code).toBe(0);
  }, 30_000);

  test("from a market that does not answer says so", async () => {
    const nowhere = { BINANCE_MARKET_DATA_BASE_URL: "http://127.0.0.1:9" };
    const { code, stdout, stderr } = await installation().data(["fetch", "9"], nowhere);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^The exchange gave no answer at [^\n]+\n$/);
  }, 20_000);
});

/** The same candle at another volume. */
function changed(line: string): string {
  const cells = line.split(",");
  return cells.with(5, String(Number(cells[5]) + 1)).join(",");
}
