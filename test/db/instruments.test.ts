import { expect, test } from "bun:test";
import { loadInstrument, saveInstrument } from "../../db/instruments.ts";
import { INSTRUMENT } from "./samples.ts";
import { eventTypes, JOB, lastEvent, memoryDatabase, NOW } from "./test-database.ts";

test("an instrument reads back as it was, and is audited only when something changed", () => {
  const database = memoryDatabase();
  const save = (change: object, now: number) =>
    database.transact(now, (tx) => saveInstrument(tx, { ...INSTRUMENT, ...change }, JOB));
  expect(database.read((reader) => loadInstrument(reader, "BTCUSDT"))).toBeNull();
  expect([save({}, NOW), save({}, NOW + 1)]).toEqual([true, false]);
  expect(database.read((reader) => loadInstrument(reader, "BTCUSDT"))).toEqual({
    instrument: INSTRUMENT,
    capturedAt: NOW + 1,
  });
  expect(save({ minNotionalUnits: 7, lotSize: { minLots: 2, maxLots: 3 } }, NOW + 2)).toBeTrue();
  expect(database.read(eventTypes).slice(1)).toEqual(["instrument_saved", "instrument_changed"]);
});

test("an audited change names the filters that differ, before and after", () => {
  const database = memoryDatabase();
  database.transact(NOW, (tx) => saveInstrument(tx, INSTRUMENT, JOB));
  database.transact(NOW, (tx) => saveInstrument(tx, { ...INSTRUMENT, status: "HALT", priceBand: null }, JOB));
  expect(database.read(lastEvent).facts).toEqual({
    symbol: "BTCUSDT",
    before: { status: "TRADING", priceBand: { ...INSTRUMENT.priceBand } },
    after: { status: "HALT", priceBand: null },
  });
});
