import { expect, test } from "bun:test";
import type { Clock } from "../../src/core/clock.ts";
import { LoopDelay } from "../../src/ops/loop-delay.ts";

/** A clock whose timers run when the test says, however late. */
function lateClock() {
  let now = 0;
  let due: (() => void) | null = null;
  const clock: Clock = {
    now: () => now,
    after(_, run) {
      due = run;
      return () => {
        due = null;
      };
    },
    sleep: () => Promise.resolve(),
  };
  const fire = (at: number): void => {
    now = at;
    due?.();
  };
  return { clock, fire };
}

test("the worst delay of the samples is told, and none before the first", () => {
  const { clock, fire } = lateClock();
  const loop = new LoopDelay(clock);
  loop.start();
  expect(loop.worstMs()).toBeNull();
  fire(1000);
  expect(loop.worstMs()).toBe(0);
  fire(2450);
  expect(loop.worstMs()).toBe(450);
  fire(3450);
  expect(loop.worstMs()).toBe(450);
});

test("a bad moment is forgotten after five minutes, and a stopped watch samples no more", () => {
  const { clock, fire } = lateClock();
  const loop = new LoopDelay(clock);
  loop.start();
  fire(3000);
  for (let i = 1; i <= 300; i++) fire(3000 + i * 1000);
  expect(loop.worstMs()).toBe(0);
  loop.stop();
  fire(900_000);
  expect(loop.worstMs()).toBe(0);
});
