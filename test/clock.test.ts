import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SystemClock, VirtualClock } from "../src/clock.ts";

describe("virtual time", () => {
  test("runs timers in the order they are due, those due together in the order they were set", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -5, max: 30 }), { maxLength: 30 }), async (delays) => {
        const clock = new VirtualClock(1000);
        const ran: [due: number, set: number][] = [];
        delays.forEach((delay, set) => {
          clock.after(delay, () => ran.push([clock.now(), set]));
        });
        await clock.advanceTo(1030);
        const expected = delays
          .map((delay, set): [number, number] => [1000 + Math.max(0, delay), set])
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(ran).toEqual(expected);
        expect(clock.now()).toBe(1030);
      }),
      { numRuns: 50 },
    );
  });

  test("stands still until told, and never goes back", async () => {
    const clock = new VirtualClock(500);
    let ran = 0;
    clock.after(10, () => ran++);
    await Bun.sleep(15);
    expect([clock.now(), ran]).toEqual([500, 0]);
    await clock.advanceTo(400);
    expect([clock.now(), ran]).toEqual([500, 0]);
    await clock.advanceTo(509);
    expect([clock.now(), ran]).toEqual([509, 0]);
    await clock.advanceTo(510);
    expect([clock.now(), ran]).toEqual([510, 1]);
  });

  test("runs what a timer sets for within the same stretch, at its own instant", async () => {
    const clock = new VirtualClock(0);
    const ran: number[] = [];
    const again = (): void => {
      ran.push(clock.now());
      clock.after(10, again);
    };
    clock.after(10, again);
    await clock.advanceTo(35);
    expect(ran).toEqual([10, 20, 30]);
  });

  test("lets promises settle before the next timer", async () => {
    const clock = new VirtualClock(0);
    const steps: string[] = [];
    const sleeper = (async () => {
      await clock.sleep(10);
      await Promise.resolve();
      steps.push(`woke at ${clock.now()}`);
    })();
    clock.after(11, () => steps.push("next timer"));
    await clock.advanceTo(20);
    await sleeper;
    expect(steps).toEqual(["woke at 10", "next timer"]);
  });

  test("forgets a cancelled timer", async () => {
    const clock = new VirtualClock(0);
    let ran = false;
    clock.after(5, () => {
      ran = true;
    })();
    await clock.advanceTo(10);
    expect(ran).toBe(false);
  });
});

/** Both clocks promise the same of sleeping. */
const CLOCKS = { virtual: () => new VirtualClock(0), system: () => new SystemClock() };

describe.each(Object.entries(CLOCKS))("sleep on the %s clock", (_name, create) => {
  test("rejects with the signal's reason when aborted before or meanwhile", async () => {
    const clock = create();
    const reason = new Error("no longer needed");
    await expect(clock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = clock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });

  test("is over when its time is, and an abort afterwards changes nothing", async () => {
    const clock = create();
    const controller = new AbortController();
    const sleeping = clock.sleep(2, controller.signal);
    if (clock instanceof VirtualClock) await clock.advanceTo(2);
    expect(await sleeping).toBeUndefined();
    controller.abort();
  });
});

describe("real time", () => {
  test("is the machine's own, in whole milliseconds", () => {
    const before = Date.now();
    const now = new SystemClock().now();
    expect(now).toBeWithin(before, Date.now() + 1);
    expect(Number.isInteger(now)).toBe(true);
  });

  test("runs faster by its speed, from the instant it is given", async () => {
    const beforeStart = performance.now();
    const clock = new SystemClock({ speed: 3600, startAt: 1_000_000 });
    const afterStart = performance.now();
    await Bun.sleep(20);
    const beforeReading = performance.now();
    const passed = clock.now() - 1_000_000;
    const afterReading = performance.now();
    // The machine's clock counts whole milliseconds: two of play.
    expect(passed).toBeGreaterThan(3600 * (beforeReading - afterStart - 2));
    expect(passed).toBeLessThan(3600 * (afterReading - beforeStart + 2));
  });

  test("a timer on a fast clock waits the market's time, never fires early, and waits at least that long", async () => {
    const clock = new SystemClock({ speed: 1000 });
    const startedAt = clock.now();
    const firedAt = await new Promise<number>((resolve) => clock.after(20_000, () => resolve(clock.now())));
    expect(firedAt - startedAt).toBeGreaterThanOrEqual(20_000);
  });

  test("a wait beyond the longest timer of the platform does not fire at once", async () => {
    const clock = new SystemClock();
    let fired = false;
    const cancel = clock.after(3_000_000_000, () => {
      fired = true;
    });
    await Bun.sleep(10);
    cancel();
    expect(fired).toBe(false);
  });

  test("a delay that has passed runs at once", async () => {
    const clock = new SystemClock();
    expect(await new Promise((resolve) => clock.after(-5, () => resolve("ran")))).toBe("ran");
  });
});
