import { afterEach, beforeEach, expect, test } from "bun:test";
import fc from "fast-check";
import { readInteraction } from "../../../src/platforms/discord/read-interaction.ts";
import { Bench, COMMANDS } from "./bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.connected();
});
afterEach(() => bench.close());

/** A real command's or press's interaction with one part anywhere in it replaced. */
function damaged(payload: unknown, path: readonly number[], put: unknown): unknown {
  if (typeof payload !== "object" || payload === null || path.length === 0) return put;
  const entries = Object.entries(payload);
  const [place = 0, ...deeper] = path;
  const [key] = entries[place % Math.max(1, entries.length)] ?? [];
  if (key === undefined) return put;
  const copy = Array.isArray(payload) ? [...payload] : { ...payload };
  Reflect.set(copy, key, damaged(Reflect.get(payload, key), deeper, put));
  return copy;
}

const anything = fc.oneof(
  fc.anything({ maxDepth: 2 }),
  fc.constantFrom(null, "", 0, -1, 2, 3, 4, 5, 6, [], {}, "__proto__", "x".repeat(5_000)),
);
const path = fc.array(fc.nat(40), { maxLength: 4 });

test("no interaction, however damaged, is more than understood or left alone", async () => {
  const { fake, ana, desk } = bench;
  const real = [
    fake.command(ana, desk, "lock", { minutes: "5", reason: "x" }).facts.payload,
    {
      ...fake.command(ana, desk, "status").facts.payload,
      type: 3,
      data: { custom_id: "b1", component_type: 2 },
    },
    {
      ...fake.command(ana, desk, "status").facts.payload,
      type: 5,
      data: { custom_id: "b1", components: [{ type: 18, component: { custom_id: "a", value: "b" } }] },
    },
  ];
  fc.assert(
    fc.property(fc.constantFrom(...real), path, anything, (payload, at, put) => {
      const read = readInteraction(damaged(payload, at, put), COMMANDS);
      if (read !== null && read.kind !== "typing") {
        expect(typeof read.incoming.content).toBe("object");
        expect(read.incoming.chat.chatId).toMatch(/^\d{15,20}$/);
        expect(Number.isFinite(read.incoming.sentAt)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("strange events leave the connection and the next command unharmed", async () => {
  const { fake, ana, desk } = bench;
  const { payload } = fake.command(ana, desk, "status").facts;
  const strange = [null, 7, "x", [], {}, { type: 2 }, { ...payload, data: null }, { ...payload, type: 99 }];
  const others = [
    { ...payload, type: 3, data: { custom_id: "menu", component_type: 3, values: ["a"] } },
    { ...payload, data: { id: "1", name: "Report", type: 3, target_id: "2" } },
    { ...payload, member: undefined, user: undefined },
  ];
  for (const one of [...strange, ...others]) fake.dispatch("INTERACTION_CREATE", one);
  await fake.command(ana, desk, "status").acknowledged();
  expect(bench.received).toHaveLength(2);
  expect(bench.statuses).toEqual([{ isConnected: true, detail: "Connected." }]);
});
