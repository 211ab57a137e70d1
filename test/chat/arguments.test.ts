import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { choice, decimal, integer, rest, usageOf, word } from "../../src/chat/argument-types.ts";
import { quoteArgument, readArguments, readLine } from "../../src/chat/arguments.ts";
import type { Command } from "../../src/chat/command.ts";
import { say } from "../../src/chat/message.ts";

const commandOf = (args: z.ZodObject, example: string): Command => ({
  name: "try",
  group: "help",
  role: "viewer",
  summary: "Only for tests",
  args,
  examples: [example],
  effects: "read",
  run: () => say("ran"),
});

const orders = commandOf(
  z.object({ n: integer(1, 100).optional(), page: integer(1, 9).optional() }),
  "/try 20",
);
const lock = commandOf(
  z.object({ minutes: integer(1, 10_000).optional(), reason: rest().optional() }),
  '/try 30 "news at noon"',
);
const grant = commandOf(
  z.object({ person: word(), role: choice(["viewer", "operator", "admin"]) }),
  "/try ada viewer",
);
const amount = commandOf(z.object({ quantity: decimal() }), "/try 0.25");

const sentenceOf = (result: ReturnType<typeof readArguments> | ReturnType<typeof readLine>): string =>
  result.ok ? `accepted: ${JSON.stringify(result.value)}` : String(result.facts["sentence"]);

describe("the name of a command", () => {
  test.each([
    ["/status", "status", ""],
    ["status", "status", ""],
    ["  /Orders   20 2 ", "orders", "20 2"],
    ["/lock 30 the\nnews", "lock", "30 the\nnews"],
  ])("%j is understood", (line, name, tail) => {
    expect(readLine(line)).toEqual({ ok: true, value: { name, tail } });
  });

  test.each([
    ["nothing", "", "empty_line"],
    ["spaces alone", "   ", "empty_line"],
    ["a slash alone", "/", "empty_line"],
    ["a Cyrillic а", "/stаtus", "bad_command_name"],
    ["the Kelvin sign", "/loc\u212as", "bad_command_name"],
    ["fullwidth letters", "/ｓtop", "bad_command_name"],
    ["a combining mark", "/sto\u0301p", "bad_command_name"],
    ["another bot's address", "/status@other_bot", "bad_command_name"],
    ["a name of another kind", "//etc/passwd", "bad_command_name"],
    ["a zero-width space", "/st\u200bop", "unreadable_line"],
    ["right-to-left override", "/stop \u202egnihton", "unreadable_line"],
    ["a NUL", "/stop\u0000", "unreadable_line"],
    ["an escape sequence", "/stop \u001b[31mred", "unreadable_line"],
    ["half a surrogate pair", "/stop \ud83d", "unreadable_line"],
    ["4,097 characters", `/stop ${"a".repeat(4091)}`, "line_too_long"],
  ])("%s is refused", (_, line, code) => {
    const result = readLine(line);
    expect(result).toMatchObject({ ok: false, code });
    expect(sentenceOf(result)).toMatch(/^[^\n]{10,200}\.$/);
  });

  test("4,096 characters are still taken", () => {
    expect(readLine(`/stop ${"a".repeat(4090)}`).ok).toBe(true);
  });
});

describe("numbers are plain decimals", () => {
  test.each([
    "1e3",
    "0x10",
    "Infinity",
    "NaN",
    "-0",
    "１２",
    "1_000",
    "1,000",
    "12abc",
    "+5",
    "05",
    "1.0",
    "-3",
    "101",
    "0",
    "9007199254740993",
    "1e-9",
    "٣",
    "--n=5=6",
  ])("%j is not a count from 1 to 100", (typed) => {
    const result = readArguments(orders, typed);
    expect(result).toMatchObject({ ok: false, code: "bad_arguments" });
    expect(sentenceOf(result)).toContain("a whole number from 1 to 100");
    expect(sentenceOf(result)).toContain("/try 20");
  });

  test.each(["1e-9", ".5", "5.", "0,25", "0.000000001", "00.1", "0x1", "--5", "1/2", "½", "∞", "1 000"])(
    "%j is not a quantity",
    (typed) => {
      expect(readArguments(amount, typed).ok).toBe(false);
    },
  );

  test.each(["0", "0.25", "-1.5", "123456789012345.12345678"])("%j is kept exactly as typed", (typed) => {
    expect(readArguments(amount, typed)).toEqual({ ok: true, value: { quantity: typed } });
  });

  test("every count within the bounds is read as that number and none outside", () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), (n) => {
        const result = readArguments(orders, String(n));
        if (n >= 1 && n <= 100) expect(result).toEqual({ ok: true, value: { n } });
        else expect(result.ok).toBe(false);
      }),
    );
  });
});

describe("arguments by place", () => {
  test("optional ones may be left out from the end, or by empty quotes", () => {
    expect(readArguments(orders, "")).toEqual({ ok: true, value: {} });
    expect(readArguments(orders, '"" 2')).toEqual({ ok: true, value: { page: 2 } });
    expect(readArguments(orders, "20")).toEqual({ ok: true, value: { n: 20 } });
    expect(readArguments(orders, "20 2")).toEqual({ ok: true, value: { n: 20, page: 2 } });
  });

  test("the last may take the rest of the line, quoted or not", () => {
    const expected = { ok: true, value: { minutes: 30, reason: "news at noon, don't trade" } } as const;
    expect(readArguments(lock, "30 news at noon, don't trade")).toEqual(expected);
    expect(readArguments(lock, '30 "news at noon, don\'t trade"')).toEqual(expected);
    expect(readArguments(lock, "30 “news at noon, don't trade”")).toEqual(expected);
  });

  test("words in quotes are one argument", () => {
    expect(readArguments(grant, '"Ada Lovelace" Operator')).toEqual({
      ok: true,
      value: { person: "Ada Lovelace", role: "operator" },
    });
  });

  test.each([
    [
      grant,
      "ada",
      "role is missing: one of viewer, operator, admin. Type /try <person> <viewer|operator|admin>, for example /try ada viewer.",
    ],
    [
      grant,
      "ada root",
      'role must be one of viewer, operator, admin, not "root". Type /try <person> <viewer|operator|admin>, for example /try ada viewer.',
    ],
    [
      grant,
      '"ada viewer',
      "A quotation mark is not closed. Type /try <person> <viewer|operator|admin>, for example /try ada viewer.",
    ],
    [
      orders,
      "1 2 3",
      "/try takes at most 2 arguments; put words that belong together in quotes. Type /try [n] [page], for example /try 20.",
    ],
    [commandOf(z.object({}), "/try"), "now", "/try takes no arguments. Type /try."],
    [
      commandOf(z.object({ reason: rest("words", 10) }), "/try because"),
      "far too many words",
      'reason must be at most 10 characters, not "far too many words". Type /try <reason …>, for example /try because.',
    ],
  ])("what is wrong is one sentence with what to type: %#", (command, tail, sentence) => {
    expect(sentenceOf(readArguments(command, tail))).toBe(sentence);
  });

  test("usage is made from the declaration", () => {
    expect(usageOf(lock.args)).toBe("[minutes] [reason …]");
  });
});

test("no line makes the reader throw, and refusals are sentences of bounded length", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary", maxLength: 80 }), fc.string({ maxLength: 80 })),
      (line) => {
        const read = readLine(line);
        const results = read.ok
          ? [orders, lock, grant, amount].map((one) => readArguments(one, read.value.tail))
          : [read];
        for (const result of results) if (!result.ok) expect(sentenceOf(result).length).toBeLessThan(300);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("a quoted argument comes back as it was", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9 .,;:!?'-]{1,30}$/).filter((s) => s.trim() === s),
      (typed) => {
        expect(readArguments(commandOf(z.object({ one: word() }), "/try x"), quoteArgument(typed))).toEqual({
          ok: true,
          value: { one: typed },
        });
      },
    ),
  );
});
