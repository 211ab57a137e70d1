import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Bot, labelsOf, startBot, wordsOf } from "./support/bot.ts";
import { codeAt } from "./support/code-device.ts";

let bot: Bot;
beforeEach(async () => {
  bot = await startBot();
});
afterEach(async () => {
  expect(bot.problems).toEqual([]);
  await bot.stop();
});

const eventsOf = (type: string) =>
  bot.database.read((reader) =>
    reader.all<{ actor: string; summary: string }>(
      `SELECT actor, summary FROM events_log WHERE type = '${type}'`,
    ),
  );

describe("pause and resume", () => {
  test("a first start is PAUSED, /resume trades, /pause with a reason stops entries", async () => {
    expect(bot.state()).toBe("PAUSED");
    expect((await bot.type("/resume", { as: "operator" })).title).toBe("RUNNING");
    const paused = await bot.type("/pause exchange maintenance", { as: "operator" });
    expect(paused.title).toBe("PAUSED");
    expect(wordsOf(paused)).toContain("Reason: exchange maintenance");
    expect(wordsOf(paused)).toContain("By: Otto");
    expect(bot.state()).toBe("PAUSED");
  });

  test("each move is one audit event with its person and its reason", async () => {
    await bot.type("/resume all is well", { as: "operator" });
    const moves = eventsOf("state_changed");
    expect(moves.at(-1)!.summary).toBe("PAUSED → RUNNING: all is well");
    expect(moves.at(-1)!.actor).toContain('"personId":2');
  });

  test("pausing twice says that it is so already, and writes no second move", async () => {
    await bot.type("/pause");
    expect(wordsOf(await bot.type("/pause"))).toContain("already PAUSED; nothing changed");
    expect(eventsOf("state_changed")).toHaveLength(1);
  });

  test("/resume from an emergency stop is refused and names /recover", async () => {
    await bot.type("/stop");
    expect(wordsOf(await bot.type("/resume"))).toContain("/recover");
    expect(bot.state()).toBe("EMERGENCY_STOP");
  });

  test("the Resume button asks once before it trades; typed, it does not", async () => {
    const status = await bot.type("/status");
    const question = await bot.press(status, "Resume");
    expect(bot.state()).toBe("PAUSED");
    expect(labelsOf(question)).toEqual(["Cancel", "Start trading"]);
    await bot.press(question, "Start trading");
    expect(bot.state()).toBe("RUNNING");
  });

  test.each([
    ["protect", "its stop loss and trailing stop stay active, nothing else is sold"],
    ["hold", "nothing is sold, not even at its stop loss"],
    ["flatten", "its stops stay active, and an emergency stop would close it"],
  ] as const)("/pause with a position open says what the policy %s means", async (policy, words) => {
    await bot.buy();
    bot.settings.policy = policy;
    expect(wordsOf(await bot.type("/pause"))).toContain(
      `0.00074 BTC is still held; policy ${policy}: ${words}`,
    );
  });

  test("/pause without a position says nothing of a policy", async () => {
    await bot.type("/resume");
    expect(wordsOf(await bot.type("/pause"))).not.toContain("policy");
  });
});

describe("the emergency stop", () => {
  test("left with equity below its peak, the question says that the loss is accepted", async () => {
    // Bought dearer than the market is now.
    await bot.press(await bot.type("/reset 10000 0.15@66000"), "New account");
    await bot.type("/stop");
    const question = await bot.type("/recover understood");
    expect(wordsOf(question)).toContain(
      "below the peak is accepted: the equity stop counts from today's equity",
    );
  });

  test("left without a loss, the question speaks of none", async () => {
    await bot.type("/stop");
    expect(wordsOf(await bot.type("/recover understood"))).not.toContain("accepted");
  });

  test("typed, it stops at once", async () => {
    await bot.type("/resume");
    const stopped = await bot.type("/stop", { as: "operator" });
    expect(stopped.title).toBe("EMERGENCY_STOP");
    expect(stopped.tone).toBe("danger");
    expect(bot.state()).toBe("EMERGENCY_STOP");
  });

  test("the menu's button asks for a second tap, with Cancel first", async () => {
    await bot.type("/resume");
    const question = await bot.press(await bot.type("/menu"), "STOP");
    expect(bot.state()).toBe("RUNNING");
    expect(labelsOf(question)).toEqual(["Cancel", "Stop now"]);
    await bot.press(question, "Stop now");
    expect(bot.state()).toBe("EMERGENCY_STOP");
  });

  test("a second tap after ten seconds comes too late", async () => {
    await bot.type("/resume");
    const question = await bot.press(await bot.type("/menu"), "STOP");
    await bot.clock.advanceTo(bot.clock.now() + 10_000);
    expect(wordsOf(await bot.press(question, "Stop now"))).toMatch(/expired|Too late/);
    expect(bot.state()).toBe("RUNNING");
  });

  test("with a position open it says which policy applies", async () => {
    await bot.buy();
    bot.settings.policy = "flatten";
    expect(wordsOf(await bot.type("/stop"))).toContain(
      "policy flatten: the next cycle sells it at the market",
    );
  });
});

describe("recovering", () => {
  test("/recover alone tells what happened and what to check, and changes nothing", async () => {
    await bot.type("/stop the price looks wrong", { as: "operator" });
    const before = bot.everythingElse();
    const guide = wordsOf(await bot.type("/recover"));
    expect(guide).toContain("Reason: the price looks wrong");
    expect(guide).toContain("By: Otto (Telegram)");
    // The stop itself stands above, and what was asked or decided not to be done is no cause.
    expect(guide).not.toContain("→ EMERGENCY_STOP");
    expect(guide).not.toMatch(/ran \/|HOLD/);
    expect(guide).toContain("✓ Audit log:");
    expect(guide).toContain("type /recover <reason>");
    expect(bot.everythingElse()).toBe(before);
  });

  test("with a reason it asks once, then leads to PAUSED and not to RUNNING", async () => {
    await bot.type("/stop");
    const question = await bot.type("/recover it was a false alarm");
    expect(bot.state()).toBe("EMERGENCY_STOP");
    expect(labelsOf(question)).toEqual(["Cancel", "Recover"]);
    await bot.press(question, "Recover");
    expect(bot.state()).toBe("PAUSED");
    expect(eventsOf("state_changed").at(-1)!.summary).toBe("EMERGENCY_STOP → PAUSED: it was a false alarm");
  });

  test("an enrolled device is asked for a code, which replaces the question", async () => {
    bot.enrolDevice();
    await bot.type("/stop");
    expect(wordsOf(await bot.type("/recover"))).toContain("/recover <one-time code> <reason>");
    expect(wordsOf(await bot.type("/recover no code here"))).toContain("six-digit one-time code first");
    expect(wordsOf(await bot.type("/recover 000000 a guess"))).toContain("wrong or was used before");
    expect(bot.state()).toBe("EMERGENCY_STOP");
    const recovered = await bot.type(`/recover ${codeAt(bot.clock.now())} the exchange is back`);
    expect(recovered.title).toBe("PAUSED");
    expect(wordsOf(recovered)).toContain("Reason: the exchange is back");
  });

  test("a code works once", async () => {
    bot.enrolDevice();
    const code = codeAt(bot.clock.now());
    await bot.type("/stop");
    await bot.type(`/recover ${code} first`);
    await bot.type("/stop");
    expect(wordsOf(await bot.type(`/recover ${code} again`))).toContain("wrong or was used before");
    expect(bot.state()).toBe("EMERGENCY_STOP");
  });

  test("five wrong codes lock the device, for the right one too", async () => {
    bot.enrolDevice();
    await bot.type("/stop");
    for (let i = 0; i < 5; i++) await bot.type(`/recover 00000${i} guess`);
    expect(wordsOf(await bot.type(`/recover ${codeAt(bot.clock.now())} right`))).toContain("wait 15 minutes");
    expect(bot.state()).toBe("EMERGENCY_STOP");
  });
});

describe("questions", () => {
  test("Cancel leaves everything as it was", async () => {
    await bot.buy();
    const question = await bot.type("/flatten");
    expect(wordsOf(question)).toContain("Sell the whole position of 0.00074 BTC");
    expect(wordsOf(question)).toContain("Trading goes on; /pause first if it shall not buy again.");
    expect(wordsOf(await bot.press(question, "Cancel"))).toContain("nothing was done");
    expect(wordsOf(await bot.type("/position"))).toContain("0.00074 BTC");
  });

  test("a confirmed /flatten sells everything, whatever the state", async () => {
    await bot.buy();
    await bot.type("/stop");
    const question = await bot.type("/flatten");
    expect(wordsOf(question)).not.toContain("Trading goes on");
    const sold = await bot.press(question, "Close the position");
    expect(wordsOf(sold)).toContain("Flatten: executed");
    expect((await bot.type("/position")).title).toBe("Flat");
  });

  test("confirming twice sells once", async () => {
    await bot.buy();
    const question = await bot.type("/flatten");
    await bot.press(question, "Close the position");
    await bot.press(question, "Close the position");
    const sold = bot.database.read((reader) => reader.all("SELECT id FROM orders WHERE purpose = 'flatten'"));
    expect(sold).toHaveLength(1);
  });

  test("/flatten without a position says so and asks nothing", async () => {
    const answer = await bot.type("/flatten");
    expect(wordsOf(answer)).toContain("There is no position to close.");
    expect(answer.buttons).toEqual([]);
  });

  test("a question expires after a minute", async () => {
    await bot.buy();
    const question = await bot.type("/flatten");
    await bot.clock.advanceTo(bot.clock.now() + 60_000);
    await bot.press(question, "Close the position");
    expect(wordsOf(await bot.type("/position"))).toContain("0.00074 BTC");
  });

  test("/cancel withdraws what is open, and says when nothing was", async () => {
    await bot.buy();
    const question = await bot.type("/flatten");
    expect(wordsOf(await bot.type("/cancel"))).toContain("Canceled; nothing was done.");
    await bot.press(question, "Close the position");
    expect(wordsOf(await bot.type("/position"))).toContain("0.00074 BTC");
    expect(wordsOf(await bot.type("/cancel"))).toContain("There was no open question");
  });
});
