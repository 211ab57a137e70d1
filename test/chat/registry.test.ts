import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { commands } from "../../commands/index.ts";
import { integer, rest, word } from "../../src/chat/argument-types.ts";
import { readArguments, readLine } from "../../src/chat/arguments.ts";
import type { Command } from "../../src/chat/command.ts";
import { commandDocs } from "../../src/chat/command-docs.ts";
import { completionsOf } from "../../src/chat/completion.ts";
import { createRegistry } from "../../src/chat/registry.ts";
import { act, harm, look, SMALL_COMMANDS } from "./bench.ts";

const named = (name: string, changes: Partial<Command> = {}): Command => ({
  ...(look as Command),
  name,
  ...changes,
});

describe("a declaration", () => {
  test.each([
    ["two of one name", [named("one"), named("one")]],
    ["a capital", [named("One")]],
    ["a slash", [named("/one")]],
    ["a dash", [named("one-two")]],
    ["no name", [named("")]],
    ["a name too long for Telegram", [named("a".repeat(33))]],
    ["no summary", [named("one", { summary: "" })]],
    ["a summary too long for a menu", [named("one", { summary: "a".repeat(61) })]],
    [
      "a needed argument after one that may be left out",
      [named("one", { args: z.object({ a: word().optional(), b: word() }) })],
    ],
    [
      "an argument after the rest of the line",
      [named("one", { args: z.object({ a: rest(), b: integer(1, 2) }) })],
    ],
  ] as [string, Command[]][])("with %s is refused when the process starts", (_, wrong) => {
    expect(() => createRegistry(wrong)).toThrow();
  });

  test("is found by its name alone", () => {
    const registry = createRegistry(SMALL_COMMANDS);
    expect(registry.find("look")?.summary).toBe("Reads");
    expect(registry.find("constructor")).toBeNull();
    expect(registry.find("Look")).toBeNull();
  });

  test("appears in the menu of those who may use it", () => {
    const registry = createRegistry(SMALL_COMMANDS);
    expect(registry.menuFor("viewer").map(({ name }) => name)).toEqual(["look", "jobs", "whoami"]);
    expect(registry.menuFor("admin")).toHaveLength(SMALL_COMMANDS.length);
  });
});

describe("the commands of this program", () => {
  test("are declared rightly", () => {
    expect(createRegistry(commands).commands.length).toBeGreaterThan(30);
  });

  test.each(commands.flatMap((command) => command.examples.map((example) => [command, example] as const)))(
    "$name: its example can be typed as it stands",
    (command, example) => {
      const read = readLine(example);
      expect(read).toMatchObject({ ok: true, value: { name: command.name } });
      if (read.ok) expect(readArguments(command, read.value.tail)).toMatchObject({ ok: true });
    },
  );
});

describe("completion", () => {
  test.each([
    ["/l", ["/look"]],
    ["h", ["harm", "here"]],
    ["/x", []],
    ["/look ", []],
    ["/nothing here", []],
  ])("%j may become %j", (line, completions) => {
    expect(completionsOf(SMALL_COMMANDS, line)).toEqual(completions);
  });

  test("offers the words an argument may be", () => {
    const grant = commands.find(({ name }) => name === "grant");
    expect(grant).toBeDefined();
    const scheduler = commands.find(({ name }) => name === "scheduler");
    expect(completionsOf([scheduler!], "/scheduler st")).toEqual(["start", "stop"]);
  });
});

test("the docs' table shows every command with its arguments, role and examples", () => {
  const docs = commandDocs([look, act, harm]);
  expect(docs).toContain("| `/look [what]` | viewer | Reads | what: a word | `/look` |");
  expect(docs).toContain(
    "| `/act [reason …]` | operator | Changes at once | reason: a few words | `/act`<br>`/act now` |",
  );
  for (const { name } of commands) expect(commandDocs(commands)).toContain(`\`/${name}`);
});
