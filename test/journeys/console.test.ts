// A new user's first days at the terminal, in one piece: real chat, engine and database; replayed candles; a clock that is moved.
import { expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { commands } from "../../commands/index.ts";
import { createConsole } from "../../src/platforms/console/console.ts";
import { openReplayedApp, passQuarters, type ReplayedApp } from "../support/replayed-app.ts";

class Visitor {
  readonly #running: ReplayedApp;
  readonly #input: PassThrough;
  readonly #printed: () => string;

  private constructor(running: ReplayedApp, input: PassThrough, printed: () => string) {
    this.#running = running;
    this.#input = input;
    this.#printed = printed;
  }

  static async arrives(): Promise<Visitor> {
    const input = new PassThrough();
    const output = new PassThrough();
    let printed = "";
    output.on("data", (chunk) => {
      printed += String(chunk);
    });
    const running = await openReplayedApp({
      platforms: (clock) => [
        createConsole({
          ...{ input, output, clock, commands, onEnd: () => {} },
          ...{ isInteractive: false, hasColours: false },
        }),
      ],
    });
    await running.app.start();
    while (running.app.scheduler.isRunning("data_sync")) await Bun.sleep(1);
    await running.app.chat.settled();
    return new Visitor(running, input, () => printed);
  }

  /** Types a line; returns what was printed for it. */
  async types(line: string): Promise<string> {
    const from = this.#printed().length;
    this.#input.write(`${line}\n`);
    for (let turn = 0; turn < 1_000 && !this.#printed().slice(from).includes(`> ${line}\n`); turn++)
      await Bun.sleep(1);
    await this.#running.app.chat.settled();
    await Bun.sleep(1);
    return this.#printed().slice(from);
  }

  /** Presses the button of that name on the card it stands on. */
  async presses(label: string, shown: string): Promise<string> {
    const number = new RegExp(`\\[(\\d+)\\] ${label}`).exec(shown)?.[1];
    if (number === undefined) throw new Error(`There is no button "${label}" on:\n${shown}`);
    return this.types(number);
  }

  /** Lets the market go on, a quarter of an hour at a time, until what is printed or asked for shows up. */
  async waits(what: string | RegExp, asking?: string): Promise<string> {
    for (let quarter = 0; quarter < 2_000; quarter += 4) {
      const from = this.#printed().length;
      await passQuarters(this.#running, 4);
      if (asking !== undefined) await this.types(asking);
      const seen = this.#printed().slice(from);
      if (typeof what === "string" ? seen.includes(what) : what.test(seen)) return seen;
    }
    throw new Error(`${what} did not come; the last that was printed:\n${this.#printed().slice(-2_000)}`);
  }

  leaves(): Promise<void> {
    return this.#running.app.stop();
  }
}

test("a new user finds their way at the terminal", async () => {
  const user = await Visitor.arrives();

  // Looking around.
  expect(await user.types("start")).toMatch(/You +console, admin[\s\S]*\[3\] Help/);
  expect(await user.types("status")).toMatch(/┌ PAUSED[\s\S]*Position +flat[\s\S]*Equity +10,000\.00 USDT/);
  expect(await user.types("why")).toContain("Nothing has been decided yet");

  // Trading, until something was bought, and why.
  expect(await user.types("resume")).toContain("┌ RUNNING");
  await user.waits(/Position +0\.\d+ BTC/, "status");
  expect(await user.types("fills")).toContain("BTC");
  const why = await user.types("why 1");
  expect(why).toMatch(/Strategy +mean_reversion\n.*Says +BUY oversold_entry/);
  expect(why).toMatch(/v1 {2}from the environment/);

  // A pause says what happens to the position.
  const paused = await user.types("pause for the night");
  expect(paused).toContain("┌ PAUSED");
  expect(paused).toContain("stop loss");
  expect(paused).toContain("for the night");
  await user.types("resume");

  // Entries locked by hand.
  expect(await user.types("lock")).toContain("Entries are locked");
  const denied = await user.waits("entry_locked", "why");
  expect(denied).toMatch(/✗ No lock/);
  expect(await user.types("locks")).toContain("Locked by hand.");
  expect(await user.types("unlock")).toMatch(/lifted/);

  // An emergency stop is left by recover alone.
  expect(await user.types("stop this looks wrong")).toContain("┌ EMERGENCY_STOP");
  expect(await user.types("resume")).toContain("an admin must go through /recover");
  const happened = await user.types("recover");
  expect(happened).toContain("this looks wrong");
  expect(happened).toContain("✓ Ledger");
  const asked = await user.types("recover it was a false alarm");
  expect(await user.presses("Recover", asked)).toContain("┌ PAUSED");
  expect(await user.types("resume")).toContain("┌ RUNNING");

  // Out of the market, by hand.
  await user.waits(/Position +0\.\d+ BTC/, "status");
  const sure = await user.types("flatten");
  expect(sure).toMatch(/Sell the whole position of 0\.\d+ BTC/);
  expect(await user.presses("Cancel", sure)).not.toContain("executed");
  expect(await user.types("position")).toMatch(/0\.\d+ BTC/);
  await user.presses("Close the position", await user.types("flatten"));
  expect(await user.types("status")).toMatch(/Position +flat/);

  // A new account; the old one's history stays.
  expect(await user.types("reset 5000")).toContain("/pause first");
  await user.types("pause");
  const reset = await user.presses("New account", await user.types("reset 5000"));
  expect(reset).toContain("Paper account 2");
  expect(await user.types("status")).toMatch(/Equity +5,000\.00 USDT/);

  // The books.
  expect(await user.types("metrics")).toContain("Performance");
  expect(await user.types("events")).toContain("console");
  const verified = await user.types("verify");
  expect(verified).toContain("The audit log is intact");
  expect(verified).toContain("position and balances are the sum of the fills");
  await user.leaves();
}, 30_000);
