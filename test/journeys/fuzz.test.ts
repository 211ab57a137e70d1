// Bad input from everywhere: nothing breaks, nothing hangs, and nobody without a role moves anything.
import { expect, test } from "bun:test";
import { fuzzChat } from "./support/fuzz-chat.ts";

test("strange updates and interactions break nothing, change nothing they may not, and hold nothing up", async () => {
  const fuzzed = await fuzzChat({ seed: "strange", updates: 1_200, interactions: 1_200 });
  expect(fuzzed.throws).toEqual([]);
  expect(fuzzed.effects).toEqual([]);
  expect(fuzzed.slowestMs, fuzzed.slowest).toBeLessThan(50);
}, 60_000);

test("a stranger who was let in by mistake would be found", async () => {
  const { effects } = await fuzzChat({ seed: "canary", updates: 300, interactions: 0, isCanary: true });
  expect(effects.join("\n")).toMatch(/strangers: chat command_/);
}, 60_000);
