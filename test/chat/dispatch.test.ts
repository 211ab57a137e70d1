import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { setRole } from "../../db/people.ts";
import type { Command } from "../../src/chat/command.ts";
import { say } from "../../src/chat/message.ts";
import type { Oddity } from "../../src/chat/platform.ts";
import { InputError, InvariantError, OutsideError } from "../../src/core/errors.ts";
import { Bench, SMALL_COMMANDS, SYSTEM } from "./bench.ts";

const PEOPLE = { viewer: "101", operator: "102", admin: "103" } as const;

async function peopled(options: ConstructorParameters<typeof Bench>[0] = {}): Promise<Bench> {
  const bench = await Bench.started(options);
  bench.person("Vic", "viewer", PEOPLE.viewer);
  bench.person("Olga", "operator", PEOPLE.operator);
  bench.person("Ada", "admin", PEOPLE.admin);
  return bench;
}

describe("who may do what", () => {
  const allowed: Readonly<Record<string, readonly (keyof typeof PEOPLE)[]>> = {
    "/whoami": ["viewer", "operator", "admin"],
    "/look": ["viewer", "operator", "admin"],
    "/jobs": ["viewer", "operator", "admin"],
    "/jobs start": ["operator", "admin"],
    "/act": ["operator", "admin"],
    "/harm": ["admin"],
    "/here": ["admin"],
  };
  const cells = Object.keys(allowed).flatMap((line) =>
    (["viewer", "operator", "admin"] as const).map((role) => ({
      line,
      role,
      may: allowed[line]!.includes(role),
    })),
  );

  test.each(cells)("$line by a(n) $role: allowed $may", async ({ line, role, may }) => {
    const bench = await peopled();
    const answer = await bench.say(PEOPLE[role], line);
    expect(answer.includes("needs the role")).toBe(!may);
    expect(bench.journal("chat").includes("command_denied")).toBe(!may);
    expect(bench.effects().length > 0 ? may : true).toBe(true);
  });

  test("a person whose role was taken can do nothing and is told their id", async () => {
    const bench = await peopled();
    const id = bench.person("Rex", null, "104");
    expect(await bench.say("104", "/look")).toContain("104");
    expect(id).toBeGreaterThan(0);
    expect(bench.effects()).toEqual([]);
  });

  test("a role belongs to the account's number, never to the name", async () => {
    const bench = await peopled();
    const answer = await bench.say("999", "/act", { sender: { accountId: "999", label: "Ada" } });
    expect(answer).toContain("known people only");
    expect(bench.effects()).toEqual([]);
  });

  test("the same number on another platform is another account", async () => {
    const bench = await peopled();
    const answer = await bench.say(PEOPLE.admin, "/act", {
      platform: "discord",
      chat: { platform: "discord", chatId: PEOPLE.admin, threadId: "", isPrivate: true },
    });
    expect(answer).toBe("");
    expect(bench.effects()).toEqual([]);
  });

  test("a role that was taken while the command was under way takes its change with it", async () => {
    const slow = {
      name: "slow",
      group: "help",
      role: "operator",
      summary: "Waits before it changes",
      args: z.object({}),
      examples: ["/slow"],
      effects: "change",
      async run(context) {
        await Promise.resolve();
        bench.database.transact(bench.clock.now(), (tx) => setRole(tx, olga, "viewer", SYSTEM));
        return context.transact((tx) => {
          tx.audit({
            category: "system",
            type: "test_effect",
            actor: SYSTEM,
            summary: "slipped through",
            facts: {},
          });
          return say("Done.");
        });
      },
    } satisfies Command<z.ZodObject<Record<never, never>>>;
    const bench = await Bench.started({ commands: [...SMALL_COMMANDS, slow] });
    const olga = bench.person("Olga", "operator", PEOPLE.operator);
    expect(await bench.say(PEOPLE.operator, "/slow")).toContain("role changed meanwhile");
    expect(bench.effects()).toEqual([]);
    expect(bench.journal("chat")).toContain("command_denied");
  });
});

describe("strangers", () => {
  test("get one short refusal with their own id in ten minutes; the rest is counted in one row", async () => {
    const bench = await peopled();
    expect(await bench.say("555", "/look")).toBe(
      "I take commands from known people only. Your Telegram id is 555; an admin can give you a role with /grant.",
    );
    for (let i = 0; i < 20; i++) expect(await bench.say("555", "/act")).toBe("");
    expect(await bench.say("556", "/look")).toContain("556");
    expect(bench.journal("security")).toEqual(["stranger_refused", "stranger_refused"]);
    await bench.wait(10 * 60_000);
    expect(bench.journal("security")).toEqual(["stranger_refused", "stranger_refused", "strangers_silenced"]);
    expect(await bench.say("555", "/look")).toContain("555");
    expect(bench.effects()).toEqual([]);
  });

  test("a crowd of a thousand writes no thousand rows", async () => {
    const bench = await peopled();
    for (let id = 1_000; id < 2_000; id++) await bench.say(String(id), "/look");
    expect(bench.journal("security")).toHaveLength(200);
    await bench.wait(10 * 60_000);
    expect(bench.journal("security").filter((type) => type === "strangers_silenced")).toHaveLength(1);
  });

  test.each([
    ["bot", ""],
    ["channel_post", ""],
    ["anonymous", "write anonymously"],
    ["forwarded", "Forwarded"],
    ["edited", "Edited"],
    ["via_bot", "another bot"],
  ] satisfies [Oddity, string][])(
    "a message marked %s does nothing, even an admin's",
    async (oddity, told) => {
      const bench = await peopled();
      const answer = await bench.say(PEOPLE.admin, "/act", { oddities: [oddity] });
      if (told === "") expect(answer).toBe("");
      else expect(answer).toContain(told);
      expect(bench.effects()).toEqual([]);
      expect(bench.journal("security")).toEqual(["stranger_refused"]);
    },
  );
});

describe("where", () => {
  const group = { platform: "telegram", chatId: "-100", threadId: "", isPrivate: false } as const;

  test("a group takes no command before an admin enrols it, and all after", async () => {
    const bench = await peopled();
    expect(await bench.say(PEOPLE.operator, "/act", { chat: group })).toContain("not enrolled");
    expect(await bench.say(PEOPLE.operator, "/here", { chat: group })).toContain("needs the role admin");
    expect(await bench.say(PEOPLE.admin, "/here", { chat: group })).toBe("Enrolled.");
    expect(await bench.say(PEOPLE.operator, "/act", { chat: group })).toBe("Done.");
    expect(await bench.say(PEOPLE.operator, "/act", { chat: { ...group, threadId: "7" } })).toBe("Done.");
  });

  test("an enrolled group makes nobody known", async () => {
    const bench = await peopled();
    await bench.say(PEOPLE.admin, "/here", { chat: group });
    expect(await bench.say("777", "/look", { chat: group })).toContain("known people only");
  });
});

describe("what was typed", () => {
  test.each([
    ["/lokk", "There is no /lokk; did you mean /look?"],
    ["/zzz", "There is no /zzz; /help lists the commands."],
    ["", "Type a command; /help lists them."],
    [
      "/jobs a b",
      "/jobs takes at most one argument; put words that belong together in quotes. Type /jobs [what], for example /jobs start.",
    ],
  ])("%j is answered with what to type", async (line, answer) => {
    const bench = await peopled();
    expect(await bench.say(PEOPLE.viewer, line)).toBe(answer);
    expect(bench.journal("chat")).toEqual(["command_refused"]);
  });

  test("a mistyped name never reveals a command beyond one's role", async () => {
    const bench = await peopled();
    expect(await bench.say(PEOPLE.viewer, "/harn")).not.toContain("/harm");
  });

  test("every outcome is one row of the journal", async () => {
    const bench = await peopled();
    await bench.say(PEOPLE.operator, "/look");
    await bench.say(PEOPLE.operator, "/act because 123456 is my code");
    await bench.say(PEOPLE.operator, "/harm");
    await bench.say(PEOPLE.operator, "/jobs a b");
    expect(bench.journal("chat")).toEqual([
      "command_run",
      "command_run",
      "command_denied",
      "command_refused",
    ]);
  });

  test("a one-time code typed as an argument is not journaled", async () => {
    const bench = await peopled();
    await bench.say(PEOPLE.operator, "/act 123456 it is fine");
    const events =
      bench.chat &&
      JSON.stringify(bench.database.read((r) => r.all("SELECT * FROM events_log WHERE category = 'chat'")));
    expect(events).not.toContain("123456");
    expect(events).toContain("it is fine");
  });
});

describe("late messages", () => {
  const late = (bench: Bench) => ({ sentAt: bench.clock.now() - 15 * 60_000 - 1 });

  test("a change that comes a quarter of an hour late is not done; a look is", async () => {
    const bench = await peopled();
    expect(await bench.say(PEOPLE.operator, "/act", late(bench))).toContain("send /act again");
    expect(await bench.say(PEOPLE.operator, "/look", late(bench))).toContain("Olga sees everything");
    expect(bench.effects()).toEqual([]);
  });

  test("what makes things safer is done however late", async () => {
    const halt: Command = { ...SMALL_COMMANDS[1]!, name: "halt", examples: ["/halt"], evenLate: true };
    const bench = await peopled({ commands: [...SMALL_COMMANDS, halt] });
    expect(await bench.say(PEOPLE.operator, "/halt", late(bench))).toBe("Done.");
  });
});

describe("a command that throws", () => {
  const throwing = (error: Error): Command => ({
    ...SMALL_COMMANDS[0]!,
    name: "break",
    examples: ["/break"],
    run: () => {
      throw error;
    },
  });

  test.each([
    [
      new InputError("bad_day", "That day does not exist; type 2026-02-28."),
      "That day does not exist; type 2026-02-28.",
      "command_refused",
      0,
    ],
    [
      new OutsideError("no_answer", "The exchange did not answer."),
      "The exchange did not answer. Try again later.",
      "command_failed",
      1,
    ],
    [new InvariantError("broken", "secret inside"), "rule of the house", "command_failed", 1],
    [
      new TypeError("undefined is not a function at /home/x/secret.ts:1"),
      "a fault inside; the log says more (/logs)",
      "command_failed",
      1,
    ],
  ])("is answered with one sentence and no stack: %#", async (error, told, journaled, reported) => {
    const bench = await peopled({ commands: [...SMALL_COMMANDS, throwing(error)] });
    const answer = await bench.say(PEOPLE.viewer, "/break");
    expect(answer).toContain(told);
    expect(answer).not.toContain("secret");
    expect(answer).not.toContain("\n");
    expect(bench.journal("chat")).toEqual([journaled]);
    expect(bench.errors).toHaveLength(reported);
    expect(await bench.say(PEOPLE.viewer, "/look")).toContain("Vic");
  });

  test("a change that throws half-way leaves nothing behind", async () => {
    const half: Command = {
      ...SMALL_COMMANDS[1]!,
      name: "half",
      examples: ["/half"],
      run: (context) =>
        context.transact((tx) => {
          tx.audit({ category: "system", type: "test_effect", actor: SYSTEM, summary: "half", facts: {} });
          throw new InputError("no", "Not like this; type /act.");
        }),
    };
    const bench = await peopled({ commands: [...SMALL_COMMANDS, half] });
    expect(await bench.say(PEOPLE.operator, "/half")).toBe("Not like this; type /act.");
    expect(bench.effects()).toEqual([]);
  });
});
