import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Pacer } from "../../src/chat/pacer.ts";
import type { Pace } from "../../src/chat/platform.ts";

const chat = (chatId: string) => ({ platform: "telegram", chatId, threadId: "" }) as const;
const TELEGRAM_GROUP: readonly Pace[] = [
  { count: 1, perMs: 1_000 },
  { count: 20, perMs: 60_000 },
];

const pacer = (perChat: readonly Pace[], overall: readonly Pace[] = []) =>
  new Pacer({ overall, perChat: () => perChat });

describe("a chat's next message", () => {
  test("may go at once when the chat was quiet", () => {
    expect(pacer(TELEGRAM_GROUP).readyAt(chat("1"), 1)).toBe(0);
  });

  test("waits until the one before has left the second, counted from its answer", () => {
    const paced = pacer(TELEGRAM_GROUP);
    paced.begin(chat("1"), 10_000).ended(10_300);
    expect(paced.readyAt(chat("1"), 10_300)).toBe(11_300);
    expect(paced.readyAt(chat("2"), 10_300)).toBe(0);
  });

  test("waits for the minute when a group has had its twenty", () => {
    const paced = pacer(TELEGRAM_GROUP);
    for (let i = 0; i < 20; i++) paced.begin(chat("-1"), i * 1_000).ended(i * 1_000);
    expect(paced.readyAt(chat("-1"), 20_000)).toBe(60_000);
  });

  test("is not held by one that the platform did not take", () => {
    const paced = pacer(TELEGRAM_GROUP);
    paced.begin(chat("1"), 10_000).undone();
    expect(paced.readyAt(chat("1"), 10_000)).toBe(0);
  });

  test("keeps its distance from one that is still on its way", () => {
    const paced = pacer(TELEGRAM_GROUP);
    paced.begin(chat("1"), 10_000);
    expect(paced.readyAt(chat("1"), 15_000)).toBe(16_000);
  });

  test("is not held by a clock that was set back", () => {
    const paced = pacer(TELEGRAM_GROUP);
    const hour = 3_600_000;
    paced.begin(chat("1"), 2 * hour).ended(2 * hour);
    expect(paced.readyAt(chat("1"), 2 * hour)).toBe(2 * hour + 1_000);
    expect(paced.readyAt(chat("1"), hour)).toBe(hour + 1_000);
    expect(paced.readyAt(chat("1"), hour + 500)).toBe(hour + 1_000);
  });

  test("waits for the whole platform too", () => {
    const paced = pacer([], [{ count: 30, perMs: 1_000 }]);
    for (let i = 0; i < 30; i++) paced.begin(chat(String(i)), 5_000);
    expect(paced.readyAt(chat("new"), 5_000)).toBe(6_000);
  });
});

test("sent as early as it is allowed, no stretch of time ever holds more than its count, and none is wasted", () => {
  const paces = fc.array(
    fc.record({ count: fc.integer({ min: 1, max: 30 }), perMs: fc.integer({ min: 1, max: 60_000 }) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  fc.assert(
    fc.property(paces, fc.array(fc.nat(2_000), { minLength: 1, maxLength: 80 }), (perChat, quiet) => {
      const paced = pacer(perChat);
      const sent: number[] = [];
      let now = 1;
      for (const gap of quiet) {
        now = Math.max(now + (gap % 7 === 0 ? gap : 0), paced.readyAt(chat("1"), now));
        paced.begin(chat("1"), now);
        sent.push(now);
        for (const { count, perMs } of perChat) {
          const within = sent.filter((at) => at > now - perMs).length;
          if (within > count) return false;
        }
      }
      return true;
    }),
    { numRuns: 300 },
  );
});

test("what is kept of quiet chats does not grow without end, and forgets the quietest first", () => {
  const paced = pacer([{ count: 1, perMs: 1_000 }]);
  for (let i = 0; i < 2_000; i++) paced.begin(chat(String(i)), i).ended(i);
  expect(paced.readyAt(chat("0"), 2_000)).toBe(0);
  expect(paced.readyAt(chat("1999"), 2_000)).toBe(2_999);
});
