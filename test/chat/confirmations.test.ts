import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { setRole } from "../../db/people.ts";
import type { Command } from "../../src/chat/command.ts";
import { say } from "../../src/chat/message.ts";
import { VirtualClock } from "../../src/clock.ts";
import { Bench, NOON, SMALL_COMMANDS, SYSTEM } from "./bench.ts";

const ADA = "103";
const EVE = "104";

async function asked(options: ConstructorParameters<typeof Bench>[0] = {}): Promise<Bench> {
  const bench = await Bench.started(options);
  bench.person("Ada", "admin", ADA);
  bench.person("Eve", "admin", EVE);
  await bench.say(ADA, "/harm because");
  return bench;
}

const buttons = (bench: Bench): readonly string[] =>
  bench.telegram.last.buttons.flat().map(({ label }) => label);

describe("a question before harm", () => {
  test("offers Cancel first and says how long it waits", async () => {
    const bench = await asked();
    expect(bench.telegram.lastText).toBe("Really?\nAnswer within 1 min.");
    expect(buttons(bench)).toEqual(["Cancel", "Do it"]);
    expect(bench.effects()).toEqual([]);
  });

  test("the confirming tap does what was typed, once, and takes the place of the question", async () => {
    const bench = await asked();
    expect(await bench.press(ADA, bench.telegram.payload("Do it"))).toBe("Harm is done.");
    expect(bench.effects()).toEqual(["harmed because"]);
    expect(bench.telegram.sent.at(-1)).toMatchObject({ edited: true, externalId: "m1" });
    expect(buttons(bench)).toEqual([]);
    expect(bench.journal("chat")).toEqual(["command_asked", "command_confirmed"]);
  });

  test("a second tap is answered with what happened and does nothing", async () => {
    const bench = await asked();
    const payload = bench.telegram.payload("Do it");
    await bench.press(ADA, payload);
    await bench.wait(5_000);
    expect(await bench.press(ADA, payload)).toBe("/harm was already confirmed 5 s ago.");
    expect(await bench.press(ADA, bench.telegram.payload("Cancel"))).toContain("already confirmed");
    expect(bench.effects()).toEqual(["harmed because"]);
  });

  test("a hundred taps at once do it once", async () => {
    const bench = await asked();
    const payload = bench.telegram.payload("Do it");
    await Promise.all(Array.from({ length: 100 }, () => bench.press(ADA, payload)));
    expect(bench.effects()).toEqual(["harmed because"]);
    expect(bench.journal("chat").filter((type) => type === "command_confirmed")).toHaveLength(1);
  });

  test("Cancel does nothing and says so; a tap after it too", async () => {
    const bench = await asked();
    const payload = bench.telegram.payload("Do it");
    expect(await bench.press(ADA, bench.telegram.payload("Cancel"))).toBe(
      "/harm was canceled; nothing was done.",
    );
    expect(await bench.press(ADA, payload)).toContain("already canceled");
    expect(bench.effects()).toEqual([]);
  });

  test("it expires after sixty seconds, not a moment sooner", async () => {
    const bench = await asked();
    await bench.wait(59_999);
    expect(bench.journal("chat")).toEqual(["command_asked"]);
    await bench.wait(1);
    await bench.chat.settled();
    expect(bench.telegram.lastText).toBe("/harm was not confirmed in time; nothing was done.");
    expect(bench.journal("chat")).toEqual(["command_asked", "command_expired"]);
    expect(await bench.press(ADA, bench.telegram.payload("Do it"))).toContain("not answered in time");
    expect(bench.effects()).toEqual([]);
  });

  test.each([
    [59_999, "Harm is done."],
    [60_000, "Too late: this question has expired. Send /harm again."],
  ])("a tap %i ms after it, with no timer running, is judged by the clock", async (waitedMs, answer) => {
    const before = await asked();
    await before.chat.stop();
    const after = await Bench.started({
      database: before.database,
      clock: new VirtualClock(NOON),
      seed: "after",
    });
    await after.clock.advanceTo(NOON + waitedMs);
    const payload = before.telegram.payload("Do it");
    expect(await after.press(ADA, payload, { updateId: "after" })).toBe(answer);
    expect(after.effects()).toHaveLength(waitedMs < 60_000 ? 1 : 0);
  });

  test("only the person who was asked can answer it, even among admins", async () => {
    const bench = await Bench.started();
    bench.person("Ada", "admin", ADA);
    bench.person("Eve", "admin", EVE);
    const group = { platform: "telegram", chatId: "-100", threadId: "", isPrivate: false } as const;
    await bench.say(ADA, "/here", { chat: group });
    await bench.say(ADA, "/harm", { chat: group });
    const payload = bench.telegram.payload("Do it");
    expect(await bench.press(EVE, payload, { chat: group })).toBe(
      "Only the person who was asked can answer this.",
    );
    expect(await bench.press(ADA, payload, { chat: group })).toBe("Harm is done.");
    expect(bench.effects()).toEqual(["harmed"]);
  });

  test("a button pressed in another chat is not valid there", async () => {
    const bench = await asked();
    const elsewhere = { platform: "telegram", chatId: EVE, threadId: "", isPrivate: true } as const;
    expect(await bench.press(ADA, bench.telegram.payload("Do it"), { chat: elsewhere })).toContain(
      "not valid here",
    );
    expect(bench.effects()).toEqual([]);
  });

  test("a role that was lost between question and tap counts at the tap", async () => {
    const bench = await asked();
    bench.database.transact(bench.clock.now(), (tx) => setRole(tx, 1, "operator", SYSTEM));
    expect(await bench.press(ADA, bench.telegram.payload("Do it"))).toContain("needs the role admin");
    expect(bench.effects()).toEqual([]);
  });

  test("it survives a restart between question and tap", async () => {
    const before = await asked();
    const payload = before.telegram.payload("Do it");
    await before.chat.stop();
    const after = await Bench.started({ database: before.database, clock: before.clock, seed: "after" });
    expect(await after.press(ADA, payload, { updateId: "after restart" })).toBe("Harm is done.");
    expect(after.effects()).toEqual(["harmed because"]);
  });

  test("one that expired while the process was down is closed at the next start", async () => {
    const before = await asked();
    await before.chat.stop();
    await before.wait(3_600_000);
    const after = await Bench.started({ database: before.database, clock: before.clock, seed: "after" });
    await after.chat.settled();
    expect(after.telegram.lastText).toContain("not confirmed in time");
    expect(after.journal("chat")).toEqual(["command_asked", "command_expired"]);
  });
});

describe("a confirmed command that takes long", () => {
  const slowHarm = (finish: Promise<void>): Command => ({
    ...SMALL_COMMANDS[2]!,
    name: "slow",
    examples: ["/slow"],
    args: z.object({}),
    confirm: () => ({ text: "Slowly?", confirm: "Go" }),
    async run(context) {
      await finish;
      return context.transact((tx) => {
        tx.audit({ category: "system", type: "test_effect", actor: SYSTEM, summary: "slow", facts: {} });
        return say("Slowly done.");
      });
    },
  });

  test("outlasts its question's minute, and a tap meanwhile is told so", async () => {
    let finish = (): void => {};
    const until = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const bench = await Bench.started({ commands: [...SMALL_COMMANDS, slowHarm(until)] });
    bench.person("Ada", "admin", ADA);
    await bench.say(ADA, "/slow");
    const payload = bench.telegram.payload("Go");
    const answer = bench.press(ADA, payload);
    await bench.wait(2_000);
    expect(await bench.press(ADA, payload)).toContain("already under way");
    await bench.wait(90_000);
    finish();
    await answer;
    expect(bench.effects()).toEqual(["slow"]);
    expect(bench.telegram.lastText).toBe("Slowly done.");
    expect(bench.journal("chat")).not.toContain("command_expired");
  });
});
