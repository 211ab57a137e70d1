import { expect, test } from "bun:test";
import { latestMetrics } from "../../db/snapshots.ts";
import { openHouse } from "../capabilities/harness.ts";

test("each closed position leaves the account's figures as they stood then", async () => {
  const house = await openHouse();
  house.resume();
  const { account } = house.capabilities;
  const accountId = house.engine.current().account.id;
  const stored = () => house.database.read((reader) => latestMetrics(reader, accountId));
  expect(stored()).toBeNull();
  for (let closed = 1; closed <= 2; closed++) {
    for (let i = 0; i < 1000 && account.closedTrades(1, 1).total < closed; i++) await house.step(1);
    const { total, rows } = account.closedTrades(1, 1);
    expect(total).toBe(closed);
    expect(stored()?.metrics).toMatchObject({ closedTrades: closed });
    expect(stored()!.at).toBeGreaterThanOrEqual(rows[0]!.exitAt);
  }
  house.close();
});
