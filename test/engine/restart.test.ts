import { describe, expect, test } from "bun:test";
import type { ParameterValue } from "../../src/core/parameter.ts";
import { type House, openHouse } from "../capabilities/harness.ts";

/** Everything that trading left behind, as rows. */
const traces = (house: House): readonly unknown[] =>
  house.database.read((reader) => [
    reader.all("SELECT candle_close_at, side, reason, signal_values, trace FROM decisions ORDER BY id"),
    reader.all("SELECT purpose, status, lots, filled_lots, detail FROM orders ORDER BY id"),
    reader.all("SELECT side, ticks, lots, fee_units, at FROM fills ORDER BY id"),
    reader.all("SELECT at, equity_units, peak_units FROM equity_snapshots ORDER BY at"),
    reader.all("SELECT kind, cause, from_at, until_at FROM locks ORDER BY id"),
  ]);

async function traded(
  values: Readonly<Record<string, ParameterValue>>,
  before: (house: House) => void,
): Promise<readonly unknown[]> {
  const house = await openHouse();
  house.change(values);
  house.resume();
  for (let i = 0; i < 5 * 24 * 4; i++) {
    before(house);
    await house.step(1);
  }
  const left = traces(house);
  house.close();
  return left;
}

describe("an engine that is rebuilt before every cycle trades as one that never was", () => {
  test.each<[string, Record<string, ParameterValue>]>([
    ["with stops alone", {}],
    [
      "with trailing stops, targets and a time stop",
      {
        "exits.trailing": true,
        "exits.take_profit_1_pct": 1,
        "exits.take_profit_2_pct": 2,
        "exits.time_stop_hours": 20,
      },
    ],
    ["with resting entries", { "execution.entry_type": "limit", "execution.limit_ttl_candles": 3 }],
  ])("%s", async (_, values) => {
    const kept = await traded(values, () => {});
    const rebuilt = await traded(values, ({ engine }) => engine.invalidate());
    expect(rebuilt).toEqual(kept);
    expect(kept[2]).not.toBeEmpty();
  });
});
