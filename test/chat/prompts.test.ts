import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { rest, word } from "../../src/chat/argument-types.ts";
import { readArguments, readLine } from "../../src/chat/arguments.ts";
import type { Command } from "../../src/chat/command.ts";
import { card, type Prompt, promptButton, say } from "../../src/chat/message.ts";
import { answeredLine } from "../../src/chat/prompts.ts";
import { Bench } from "./bench.ts";

const none = z.object({});
const words = z.object({ code: word(), reason: rest() });

const PROMPT: Prompt = {
  title: "Leave the stop",
  fields: [
    { name: "reason", label: "Reason", hint: "a few words", longest: 40, isOptional: false },
    { name: "code", label: "Code", hint: "six digits", longest: 6, isOptional: false },
  ],
};

const guide = {
  name: "guide",
  group: "help",
  role: "viewer",
  summary: "A card that asks for words",
  args: none,
  examples: ["/guide"],
  effects: "read",
  run: () => card({ title: "Guide", buttons: [[promptButton("Go on", "leave {code} {reason}", PROMPT)]] }),
} satisfies Command<typeof none>;

const leave = {
  name: "leave",
  group: "help",
  role: "admin",
  summary: "Takes the words",
  args: words,
  examples: ["/leave 123456 because"],
  effects: "change",
  run: (context, { code, reason }) => context.transact(() => say(`${code}|${reason}`)),
} satisfies Command<typeof words>;

async function asked() {
  const bench = await Bench.started({ commands: [guide, leave] });
  bench.person("Ada", "admin", "103");
  bench.person("Vera", "viewer", "101");
  await bench.say("103", "/guide");
  await bench.say("101", "/guide");
  const { handlers } = bench.telegram;
  const payload = (accountId: string): string =>
    bench.telegram.sent.find(({ chatId }) => chatId === accountId)!.message.buttons[0]![0]!.payload;
  const press = (accountId: string, answers?: Readonly<Record<string, string>>) =>
    bench.incoming(accountId, "", {
      content: { kind: "press", payload: payload(accountId), ...(answers && { answers }) },
    });
  return { bench, handlers: handlers!, press };
}

describe("a button that asks for words", () => {
  test("tells the platform what to ask, and does with the answers what the typed command does", async () => {
    const { bench, handlers, press } = await asked();
    expect(handlers.promptOf(press("103"))).toEqual(PROMPT);
    expect(await bench.give(press("103", { reason: 'the "exchange" is back', code: "123456" }))).toBe(
      '123456|the "exchange" is back',
    );
  });

  test("asks nobody whose role does not cover the command, and refuses the press", async () => {
    const { bench, handlers, press } = await asked();
    expect(handlers.promptOf(press("101"))).toBeNull();
    expect(await bench.give(press("101", { reason: "let me", code: "123456" }))).toContain(
      "needs the role admin",
    );
  });

  test("asks no stranger, and nobody in another chat", async () => {
    const { handlers, press } = await asked();
    const ada = press("103");
    expect(handlers.promptOf({ ...ada, sender: { accountId: "666", label: "Eve" } })).toBeNull();
    expect(handlers.promptOf({ ...ada, chat: { ...ada.chat, chatId: "7" } })).toBeNull();
    expect(handlers.promptOf({ ...ada, oddities: ["bot"] })).toBeNull();
  });

  test.each([
    [undefined],
    [{}],
    [{ reason: "", code: "123456" }],
    [{ reason: "x".repeat(41), code: "123456" }],
    [{ code: "123456" }],
  ])("does nothing without all its answers: %j", async (answers) => {
    const { bench, press } = await asked();
    expect(await bench.give(press("103", answers))).toBe(
      "That needs a few more words; type /leave {code} {reason}.",
    );
  });
});

test("whatever is typed into a field stays in its place: no answer becomes another argument", () => {
  const action = { do: "prompt", line: "leave {code} {reason}", prompt: PROMPT } as const;
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 6 }),
      fc.string({ minLength: 1, maxLength: 40 }),
      (code, reason) => {
        const line = answeredLine(action, { code, reason });
        if (code.trim() === "" || reason.trim() === "") return line === null;
        const read = readLine(line!);
        if (!read.ok) return true;
        const args = readArguments(leave, read.value.tail);
        if (!args.ok) return true;
        // Quotes of all kinds read as one another; nothing else may change.
        const plain = (text: string): string => text.replaceAll(/["“”„']/g, "").trim();
        return (
          plain(String(args.value["code"])) === plain(code) &&
          plain(String(args.value["reason"])) === plain(reason)
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
