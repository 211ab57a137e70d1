import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { waitingInbox } from "../../db/inbox.ts";
import type { Command } from "../../src/chat/command.ts";
import { card, say, text } from "../../src/chat/message.ts";
import { Bench, SMALL_COMMANDS, SYSTEM, textOf } from "./bench.ts";

const ADA = "103";

async function withAda(commands: readonly Command[] = SMALL_COMMANDS): Promise<Bench> {
  const bench = await Bench.started({ commands });
  bench.person("Ada", "admin", ADA);
  return bench;
}

/** A change that waits until it is let go. */
function gated(name: string): { command: Command; letGo: () => void } {
  let letGo = (): void => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const command: Command = {
    ...SMALL_COMMANDS[1]!,
    name,
    examples: [`/${name}`],
    args: z.object({}),
    async run(context) {
      context.progress(0.1, "starting");
      await gate;
      return context.transact((tx) => {
        tx.audit({ category: "system", type: "test_effect", actor: SYSTEM, summary: name, facts: {} });
        return say(`${name} is done.`);
      });
    },
  };
  return { command, letGo: () => letGo() };
}

describe("the same message again", () => {
  test("is handled once, however often the platform repeats it", async () => {
    const bench = await withAda();
    const message = bench.incoming(ADA, "/act");
    expect(await bench.give(message)).toBe("Done.");
    for (let i = 0; i < 5; i++) expect(await bench.give(message)).toBe("");
    expect(bench.effects()).toEqual(["acted"]);
  });

  test("is handled once when two copies arrive together", async () => {
    const bench = await withAda();
    const message = bench.incoming(ADA, "/act");
    await Promise.all([bench.give(message), bench.give(message), bench.give(message)]);
    expect(bench.effects()).toEqual(["acted"]);
  });

  test("is handled once after a restart that redelivers it", async () => {
    const before = await withAda();
    const message = before.incoming(ADA, "/act");
    await before.give(message);
    await before.chat.stop();
    const after = await Bench.started({ database: before.database, clock: before.clock, seed: "after" });
    await after.give(message);
    expect(after.effects()).toEqual(["acted"]);
  });
});

describe("a crash", () => {
  test("between the message's arrival and its handling loses nothing: the next start does it, once", async () => {
    const { command } = gated("slow");
    const before = await withAda([...SMALL_COMMANDS, command]);
    void before.say(ADA, "/slow");
    void before.say(ADA, "/act");
    await before.wait(0);
    expect(before.effects()).toEqual([]);
    expect(before.database.read((reader) => waitingInbox(reader, 10))).toHaveLength(2);
    // The first process hangs for good; the second finds what it left.
    const quick: Command = { ...SMALL_COMMANDS[1]!, name: "slow", examples: ["/slow"] };
    const after = await Bench.started({
      database: before.database,
      clock: before.clock,
      seed: "after",
      commands: [...SMALL_COMMANDS, quick],
    });
    await after.chat.settled();
    expect(after.effects()).toEqual(["acted", "acted"]);
    expect(after.telegram.sent.map(({ message }) => textOf(message))).toEqual(["Done.", "Done."]);
  });

  test("after the change was kept repeats nothing, even when the first process goes on", async () => {
    const slow = gated("slow");
    const before = await withAda([...SMALL_COMMANDS, slow.command]);
    const answered = before.say(ADA, "/slow");
    await before.wait(0);
    const quick: Command = { ...SMALL_COMMANDS[1]!, name: "slow", examples: ["/slow"] };
    const after = await Bench.started({
      database: before.database,
      clock: before.clock,
      seed: "after",
      commands: [...SMALL_COMMANDS, quick],
    });
    await after.chat.settled();
    slow.letGo();
    await answered;
    expect(after.effects()).toEqual(["acted"]);
  });

  test("between the change and the answer's delivery leaves the answer waiting", async () => {
    const before = await withAda();
    before.telegram.refuse = () => new Promise<never>(() => {});
    void before.say(ADA, "/act");
    await before.wait(0);
    expect(before.effects()).toEqual(["acted"]);
    const after = await Bench.started({ database: before.database, clock: before.clock, seed: "after" });
    await after.chat.settled();
    expect(after.telegram.sent.map(({ message }) => textOf(message))).toEqual(["Done."]);
    expect(after.effects()).toEqual(["acted"]);
  });
});

describe("messages in a row", () => {
  test("are handled in the order they came", async () => {
    const bench = await withAda();
    await Promise.all(["one", "two", "three"].map((word) => bench.say(ADA, `/act ${word}`)));
    expect(bench.effects()).toEqual(["acted one", "acted two", "acted three"]);
  });

  test("wait for a slow one a second at most, then pass it", async () => {
    const slow = gated("slow");
    const bench = await withAda([...SMALL_COMMANDS, slow.command]);
    const first = bench.say(ADA, "/slow");
    const second = bench.say(ADA, "/act");
    await bench.wait(999);
    expect(bench.effects()).toEqual([]);
    await bench.wait(1);
    await second;
    expect(bench.effects()).toEqual(["acted"]);
    slow.letGo();
    await first;
    expect(bench.effects()).toEqual(["acted", "slow"]);
  });

  test("the same change twice at once is not done twice", async () => {
    const slow = gated("slow");
    const bench = await withAda([...SMALL_COMMANDS, slow.command]);
    const first = bench.say(ADA, "/slow");
    const second = bench.say(ADA, "/slow");
    await bench.wait(3_000);
    expect(await second).toContain("already under way");
    slow.letGo();
    await first;
    expect(bench.effects()).toEqual(["slow"]);
  });
});

describe("progress", () => {
  test("a long command shows one message that is edited, and the answer takes its place", async () => {
    let report: (share: number, label: string) => void = () => {};
    let letGo = (): void => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const fetch: Command = {
      ...SMALL_COMMANDS[0]!,
      name: "fetch",
      examples: ["/fetch"],
      args: z.object({}),
      async run(context) {
        report = context.progress;
        await gate;
        return card({ body: [text("720 candles.")] });
      },
    };
    const bench = await withAda([...SMALL_COMMANDS, fetch]);
    const answer = bench.say(ADA, "/fetch");
    await bench.wait(1_000);
    report(0.25, "1h candles");
    report(0.5, "1h candles");
    await bench.wait(1_000);
    report(0.75, "4h candles");
    await bench.wait(5_000);
    letGo();
    await answer;
    const shown = bench.telegram.sent.map(({ message, externalId, edited }) => [
      externalId,
      edited,
      textOf(message),
    ]);
    expect(shown).toEqual([
      ["m1", false, "/fetch\nWorking…"],
      ["m1", true, "/fetch\n50 % 1h candles"],
      ["m1", true, "/fetch\n75 % 4h candles"],
      ["m1", true, "720 candles."],
    ]);
  });

  test("an edit that is still on its way when the answer comes never hides the answer", async () => {
    const slow = gated("slow");
    const bench = await withAda([...SMALL_COMMANDS, slow.command]);
    let arrive = (): void => {};
    const onItsWay = new Promise<null>((resolve) => {
      arrive = () => resolve(null);
    });
    bench.telegram.refuse = (message) =>
      textOf(message).includes("starting") ? (onItsWay as Promise<never>) : null;
    const answer = bench.say(ADA, "/slow");
    await bench.wait(1_000);
    slow.letGo();
    await answer;
    arrive();
    await bench.wait(0);
    const shown = bench.telegram.sent.map(({ message, edited }) => [edited, textOf(message)]);
    expect(shown).toEqual([
      [false, "slow is done."],
      [false, "/slow\n10 % starting"],
      [true, "/slow was answered below."],
    ]);
  });

  test("a quick command shows none", async () => {
    const bench = await withAda();
    await bench.say(ADA, "/act");
    expect(bench.telegram.sent).toHaveLength(1);
  });
});

describe("buttons of commands", () => {
  test("redraw the card in place when they ask for the same command again", async () => {
    const bench = await withAda();
    await bench.say(ADA, "/look");
    expect(await bench.press(ADA, bench.telegram.payload("Again"))).toContain("Ada sees again");
    expect(bench.telegram.sent.at(-1)).toMatchObject({ edited: true, externalId: "m1" });
  });

  test("answer below when they ask for another", async () => {
    const bench = await withAda();
    await bench.say(ADA, "/look");
    expect(await bench.press(ADA, bench.telegram.payload("Act"))).toBe("Done.");
    expect(bench.telegram.sent.at(-1)).toMatchObject({ edited: false, externalId: "m2" });
  });

  test("need the role of whoever presses, not of whoever asked for the card", async () => {
    const bench = await withAda();
    bench.person("Vic", "viewer", "101");
    const group = { platform: "telegram", chatId: "-100", threadId: "", isPrivate: false } as const;
    await bench.say(ADA, "/here", { chat: group });
    await bench.say(ADA, "/look", { chat: group });
    expect(await bench.press("101", bench.telegram.payload("Act"), { chat: group })).toContain(
      "needs the role operator",
    );
    expect(bench.effects()).toEqual([]);
  });
});
