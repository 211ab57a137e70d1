import { afterAll, beforeAll, expect, test } from "bun:test";
import { commands } from "../../commands/index.ts";
import { readArguments, readLine } from "../../src/chat/arguments.ts";
import type { Card } from "../../src/chat/message.ts";
import { createRegistry } from "../../src/chat/registry.ts";
import { storedCardOf } from "../../src/chat/stored-card.ts";
import { ROLES } from "../../src/core/actor.ts";
import { type Bot, startBot } from "./support/bot.ts";

const registry = createRegistry(commands);
const examples = commands.flatMap((command) => command.examples);

let bot: Bot;
let cards: readonly Card[];

/** Every card there is after a day with a purchase, a lock, a stop and a recovery, as each role sees it. */
beforeAll(async () => {
  bot = await startBot();
  await bot.buy();
  await bot.type("/lock 60 quiet");
  for (const as of ROLES) for (const line of examples) await bot.type(line, { as });
  const bodies = bot.database.read((reader) =>
    reader.values<readonly [string]>("SELECT body FROM deliveries"),
  );
  cards = bodies.map(([body]) => storedCardOf(JSON.parse(body)).card).filter((shown) => shown !== null);
});
afterAll(() => bot.stop());

test("every example is a line its command takes", () => {
  for (const line of examples) {
    const read = readLine(line);
    expect(read.ok).toBe(true);
    if (!read.ok) continue;
    const command = registry.find(read.value.name);
    expect(command).not.toBeNull();
    expect(readArguments(command!, read.value.tail)).toMatchObject({ ok: true });
  }
});

test("every command has an example and a summary that fits a menu", () => {
  for (const { examples: own, name, summary } of commands) {
    expect({ name, examples: own.length > 0, fits: summary.length < 60 && !summary.endsWith(".") }).toEqual({
      name,
      examples: true,
      fits: true,
    });
  }
});

test("every button's line is one that its command takes", () => {
  const lines = cards.flatMap(({ buttons }) =>
    buttons.flat().flatMap(({ action }) => (action.do === "command" ? [action.line] : [])),
  );
  expect(new Set(lines).size).toBeGreaterThan(30);
  for (const line of new Set(lines)) {
    const read = readLine(line);
    const command = read.ok ? registry.find(read.value.name) : null;
    const args = read.ok && command !== null ? readArguments(command, read.value.tail) : null;
    expect({ line, isTaken: args?.ok ?? false }).toEqual({ line, isTaken: true });
  }
});

test("cards fit a phone: short titles and labels, few buttons, narrow columns of numbers", () => {
  expect(cards.length).toBeGreaterThan(100);
  const crowded = new Set<string>();
  for (const { body, buttons, title } of cards) {
    expect((title ?? "").length).toBeLessThan(42);
    expect(buttons.length).toBeLessThanOrEqual(5);
    for (const row of buttons) {
      expect(row.length).toBeLessThanOrEqual(5);
      // More than three stand beside one another only when they are as short as "today" and "7d".
      const labels = row.map(({ label }) => label).join("");
      if (row.length > 3 && labels.length > 20) crowded.add(labels);
      for (const { label } of row) expect(label.length).toBeLessThanOrEqual(20);
    }
    for (const block of body) {
      if (block.kind !== "table") continue;
      for (const row of block.rows) expect(row.length).toBe(block.columns.length);
    }
  }
  expect([...crowded]).toEqual([]);
});

test("no card says undefined, NaN or null, nor shows an object", () => {
  for (const card of cards)
    expect(JSON.stringify(card.body)).not.toMatch(/undefined|NaN|\bnull [A-Z]|\[object/);
});

test("nothing broke inside", () => {
  expect(bot.problems).toEqual([]);
});
