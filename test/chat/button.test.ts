import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeButton, encodeButton, LONGEST_PAYLOAD_BYTES, MOST_BUTTONS } from "../../src/chat/button.ts";
import { card, commandButton } from "../../src/chat/message.ts";
import { sendLater } from "../../src/chat/stored-card.ts";
import { Bench } from "./bench.ts";

const NONCE_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
const name = fc.record({
  deliveryId: fc.integer({ min: 1, max: 999_999_999_999_999 }),
  place: fc.integer({ min: 0, max: MOST_BUTTONS - 1 }),
  nonce: fc
    .array(fc.constantFrom(...NONCE_LETTERS), { minLength: 16, maxLength: 16 })
    .map((letters) => letters.join("")),
});

test("what is encoded is decoded again and fits sixty-four bytes", () => {
  fc.assert(
    fc.property(name, (button) => {
      const payload = encodeButton(button);
      expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(LONGEST_PAYLOAD_BYTES);
      expect(decodeButton(payload)).toEqual(button);
    }),
  );
});

test.each([
  "",
  "b1",
  "b1...",
  "b2.1.0.0123456789abcdef",
  "B1.1.0.0123456789abcdef",
  "b1.0.0.0123456789abcdef",
  "b1.01.0.0123456789abcdef",
  "b1.-1.0.0123456789abcdef",
  "b1.1.00.0123456789abcdef",
  "b1.1.25.0123456789abcdef",
  "b1.1.-0.0123456789abcdef",
  "b1.1.0.0123456789ABCDEF",
  "b1.1.0.0123456789abcdei",
  "b1.1.0.0123456789abcde",
  "b1.1.0.0123456789abcdef.",
  "b1.1.0.0123456789abcdef\n",
  " b1.1.0.0123456789abcdef",
  "b1.1e3.0.0123456789abcdef",
  "b1.0x1.0.0123456789abcdef",
  "b1.١.0.0123456789abcdef",
  "b1.9999999999999999.0.0123456789abcdef",
  "approve:1",
  `b1.1.0.0123456789abcdef${" ".repeat(60)}`,
])("the hostile payload %j names no button", (payload) => {
  expect(decodeButton(payload)).toBeNull();
});

/** One change to a payload that leaves another one: a letter replaced, dropped, doubled, swapped or added. */
function altered(payload: string, how: number, at: number, letter: string): string {
  const i = at % payload.length;
  const rest = payload.slice(i + 1);
  switch (how) {
    case 0:
      return payload.slice(0, i) + letter + rest;
    case 1:
      return payload.slice(0, i) + rest;
    case 2:
      return payload.slice(0, i) + payload[i]! + payload[i]! + rest;
    case 3:
      return payload.slice(0, i) + (rest[0] ?? "") + payload[i]! + rest.slice(1);
    default:
      return payload + letter;
  }
}

test("of 100,000 forged, stale and altered payloads none does anything", async () => {
  const ADA = "103";
  const bench = await Bench.started();
  bench.person("Ada", "admin", ADA);
  await bench.say(ADA, "/harm");
  const genuine = [bench.telegram.payload("Do it"), bench.telegram.payload("Cancel")];
  const letters = [...NONCE_LETTERS, ".", "-", "I", "é", "\u0000"];
  const alterations = fc.sample(
    fc.tuple(fc.constantFrom(...genuine), fc.nat(4), fc.nat(63), fc.constantFrom(...letters)),
    { numRuns: 60_000, seed: 1 },
  );
  const forged = fc.sample(
    fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 1 }), name)
      .map(([deliveryId, place, { nonce }]) => encodeButton({ deliveryId, place, nonce })),
    { numRuns: 40_000, seed: 2 },
  );
  // A card of another chat with a genuine nonce: known to an attacker who reads that chat.
  const foreign = bench.database.transact(bench.clock.now(), (tx) =>
    sendLater(tx, {
      chat: { platform: "telegram", chatId: "-100", threadId: "" },
      card: card({ buttons: [[commandButton("Act", "act")]] }),
      nonce: "0123456789abcdef",
      dueAt: bench.clock.now() + 1e12,
    }),
  );
  const hostile = [
    ...alterations.map(([payload, how, at, letter]) => altered(payload, how, at, letter)),
    ...forged,
    encodeButton({ deliveryId: foreign, place: 0, nonce: "0123456789abcdef" }),
  ].filter((payload) => !genuine.includes(payload));
  expect(hostile.length).toBeGreaterThan(95_000);
  // What the decoder refuses goes no further; the rest is really pressed.
  const readable = hostile.filter((payload) => decodeButton(payload) !== null);
  const sample = new Set([...readable.filter((_, index) => index % 100 === 0), hostile.at(-1)!]);
  expect(sample.size).toBeGreaterThan(300);
  for (const payload of sample) expect(await bench.press(ADA, payload)).toContain("not valid here");
  expect(bench.effects()).toEqual([]);
  expect(await bench.press(ADA, genuine[0]!)).toBe("Harm is done.");
}, 30_000);
