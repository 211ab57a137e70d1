import { describe, expect, test } from "bun:test";
import { accountById, openAccount, openAccountOf } from "../../db/accounts.ts";
import { loadBalances, loadPosition, savePosition } from "../../db/positions.ts";
import { ADA, JOB, lastEvent, memoryDatabase, NOW, PAPER } from "./test-database.ts";

describe("an account", () => {
  test("opens with its starting cash and quantity, and says so", () => {
    const database = memoryDatabase();
    const account = database.transact(NOW, (tx) =>
      openAccount(tx, { ...PAPER, startingLots: 25, startingCostUnits: 75_000_000 }, ADA),
    );
    database.read((reader) => {
      expect(openAccountOf(reader, "paper")).toEqual(account);
      expect(openAccountOf(reader, "live")).toBeNull();
      expect(loadBalances(reader, account.id)).toEqual({ BTC: 25_000, USDT: 1_000_000_000_000 });
      expect(loadPosition(reader, account.id)).toEqual({
        lots: 25,
        costUnits: 75_000_000,
        realisedUnits: 0,
        feesUnits: 0,
        openedAt: NOW,
      });
      expect(lastEvent(reader)).toMatchObject({
        type: "account_opened",
        facts: { accountId: 1, closedAccountId: null },
      });
    });
  });

  test("of the same kind closes the one before; another kind does not", () => {
    const database = memoryDatabase();
    const open = (kind: "paper" | "live", now: number) =>
      database.transact(now, (tx) => openAccount(tx, { ...PAPER, kind }, JOB));
    const first = open("paper", NOW);
    const live = open("live", NOW + 1);
    const second = open("paper", NOW + 2);
    database.read((reader) => {
      expect(openAccountOf(reader, "paper")).toEqual(second);
      expect(openAccountOf(reader, "live")).toEqual(live);
      expect(accountById(reader, first.id)?.closedAt).toBe(NOW + 2);
      expect(lastEvent(reader).facts).toMatchObject({ closedAccountId: first.id });
    });
  });
});

describe("position and balances", () => {
  const opened = () => {
    const database = memoryDatabase();
    database.transact(NOW, (tx) => openAccount(tx, PAPER, JOB));
    return database;
  };
  const flat = { lots: 0, costUnits: 0, realisedUnits: 0, feesUnits: 0, openedAt: null };

  test("are what was saved last; assets not named keep their balance", () => {
    const database = opened();
    const position = { lots: 5, costUnits: 100, realisedUnits: -7, feesUnits: 3, openedAt: NOW };
    database.transact(NOW, (tx) => savePosition(tx, 1, position, { BTC: 5_000, BNB: 1 }));
    database.read((reader) => {
      expect(loadPosition(reader, 1)).toEqual(position);
      expect(loadBalances(reader, 1)).toEqual({ BNB: 1, BTC: 5_000, USDT: 1_000_000_000_000 });
    });
  });

  test.each([
    ["a balance", flat, { USDT: -1 }],
    ["a quantity", { ...flat, lots: -1 }, {}],
    ["a cost", { ...flat, costUnits: -1 }, {}],
  ])("%s below zero is refused", (_, position, balances) => {
    const database = opened();
    expect(() => database.transact(NOW, (tx) => savePosition(tx, 1, position, balances))).toThrow("CHECK");
    expect(database.read((reader) => loadPosition(reader, 1))).toEqual(flat);
  });

  test("of an account that was never opened are an error", () => {
    const database = opened();
    expect(() => database.transact(NOW, (tx) => savePosition(tx, 9, flat, {}))).toThrow("never opened");
    expect(() => database.read((reader) => loadPosition(reader, 9))).toThrow("no position");
  });
});
