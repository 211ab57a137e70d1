import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Database } from "../../db/database.ts";
import { type EventSearch, eventsPage } from "../../db/event-pages.ts";
import { ADA, JOB, memoryDatabase, NOW } from "./test-database.ts";

const EVENTS = 100;
let database: Database;

beforeAll(() => {
  database = memoryDatabase();
  for (let i = 0; i < EVENTS; i++) {
    database.transact(NOW + i, (tx) =>
      tx.audit({
        category: i % 2 === 0 ? "trading" : "chat",
        type: i % 10 === 0 ? "tenth" : "other",
        actor: i % 4 === 0 ? ADA : JOB,
        summary: `Line ${i}.`,
        facts: {},
      }),
    );
  }
});
afterAll(() => database.close());

const page = (search: EventSearch, limit = 1_000, searched?: number) =>
  database.read((reader) =>
    eventsPage(reader, search, { offset: 0, limit, ...(searched !== undefined && { searched }) }),
  );
const lines = ({ rows }: ReturnType<typeof page>) => rows.map(({ summary }) => summary);

test.each<[string, EventSearch, number]>([
  ["a category", { category: "trading" }, 50],
  ["a type", { type: "tenth" }, 10],
  ["an actor", { actor: "person:1@" }, 25],
  ["a category and an actor", { category: "trading", actor: "job:" }, 25],
  ["a span", { fromAt: NOW + 10, toAt: NOW + 20 }, 10],
  ["a span of one category", { fromAt: NOW + 10, toAt: NOW + 20, category: "chat" }, 5],
  ["what came before", { toAt: NOW + 5, text: "line" }, 5],
])("%s is found newest first and counted whole", (_, search, total) => {
  const found = page(search, 3);
  const whole = page(search);
  expect(found.total).toBe(total);
  expect(lines(whole)).toHaveLength(total);
  expect(lines(found)).toEqual(lines(whole).slice(0, 3));
  const seqs = whole.rows.map(({ seq }) => seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => b - a));
});

test.each<[string, EventSearch, string]>([
  ["everything", { actor: "person:1@" }, "Line 92."],
  ["a category", { category: "trading", actor: "person:1@" }, "Line 80."],
  ["a span", { toAt: NOW + 50, actor: "person:1@" }, "Line 40."],
])("among %s a rare word is looked for in so many of the newest only", (_, search, oldest) => {
  expect(lines(page(search, 1_000, 10)).at(-1)).toBe(oldest);
});
