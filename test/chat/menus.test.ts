import { expect, test } from "bun:test";
import { listPeople, setRole } from "../../db/people.ts";
import { DeliveryError } from "../../src/chat/platform.ts";
import { Bench, breath, SYSTEM } from "./bench.ts";

const shown = (bench: Bench): readonly (readonly [string, string | null, number])[] =>
  bench.telegram.menus.map(({ accountId, role, commands }) => [accountId, role, commands.length]);

test("everyone is shown what their role may use, as soon as they have it and no longer", async () => {
  const bench = await Bench.started();
  bench.person("Ada", "admin", "103");
  const vera = bench.person("Vera", "viewer", "101");
  await breath();
  expect(shown(bench)).toEqual([
    ["103", "admin", 6],
    ["101", "viewer", 3],
  ]);
  bench.database.transact(bench.clock.now(), (tx) => setRole(tx, vera, "operator", SYSTEM));
  await breath();
  expect(shown(bench)[1]).toEqual(["101", "operator", 4]);
  bench.database.transact(bench.clock.now(), (tx) => setRole(tx, vera, null, SYSTEM));
  await breath();
  expect(shown(bench)[1]).toEqual(["101", null, 0]);
  expect(bench.database.read(listPeople)).toHaveLength(2);
});

test("a menu that could not be shown is shown later, and nobody hears of it", async () => {
  const bench = await Bench.started();
  const show = bench.telegram.showMenus.bind(bench.telegram);
  let tries = 0;
  bench.telegram.showMenus = async (menus) => {
    tries += 1;
    if (tries === 1) throw new DeliveryError({ kind: "unreachable" }, "no answer");
    return show(menus);
  };
  bench.person("Ada", "admin", "103");
  await breath();
  expect(shown(bench)).toEqual([]);
  await bench.wait(60_000);
  expect(shown(bench)).toEqual([["103", "admin", 6]]);
  expect(bench.errors).toEqual([]);
});
