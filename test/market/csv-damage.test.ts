import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../src/core/random.ts";
import { parseCandlesCsv } from "../../src/market/csv.ts";
import { bytesOf, HEADER, LATER, linesOf, walk } from "./candles.ts";

describe("a damaged file", () => {
  test("never throws and never takes over 50 ms, 200,000 times", () => {
    const random = seededRandom("damage");
    const whole = bytesOf([HEADER, ...linesOf(walk(3)), ""].join("\n"));
    const telling = bytesOf(',\n\r.-"0e\u00001');
    let taken = 0;
    for (let i = 0; i < 200_000; i++) {
      const bytes = whole.slice(0, random.integer(8) === 0 ? random.integer(whole.length) : whole.length);
      for (let hits = random.integer(4); hits > 0 && bytes.length > 0; hits--) {
        const value =
          random.integer(2) === 0 ? random.integer(256) : telling[random.integer(telling.length)]!;
        bytes[random.integer(bytes.length)] = value;
      }
      const startedAt = performance.now();
      const found = parseCandlesCsv(bytes, { now: LATER });
      // A pause of the machine is not the parser's: slow is what is slow every time.
      if (performance.now() - startedAt > 50) expect(fastestOf(5, bytes)).toBeLessThan(50);
      if (found.columns !== null) taken += 1;
      else if (!found.faults.some((fault) => fault.severity === "error"))
        throw new Error("Refused without a reason.");
    }
    expect(taken).toBeGreaterThan(20_000);
  }, 60_000);

  const fastestOf = (tries: number, bytes: Uint8Array): number => {
    const times = Array.from({ length: tries }, () => {
      const startedAt = performance.now();
      parseCandlesCsv(bytes, { now: LATER });
      return performance.now() - startedAt;
    });
    return Math.min(...times);
  };
});
