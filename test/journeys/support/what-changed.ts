// What stands in the database before and after, as far as it may not change.
import type { Database } from "../../../db/database.ts";
import { everythingElse } from "../../support/everything-else.ts";

export interface Look {
  readonly tables: string;
  readonly inbox: number;
  readonly deeds: readonly string[];
}

export function differences(name: string, before: Look, after: Look): readonly string[] {
  const found: string[] = [];
  if (before.tables !== after.tables) found.push(`${name}: ${firstDifference(before.tables, after.tables)}`);
  if (before.inbox !== after.inbox) found.push(`${name}: ${after.inbox - before.inbox} were taken in`);
  return [...found, ...after.deeds.slice(before.deeds.length).map((deed) => `${name}: ${deed}`)];
}

function firstDifference(before: string, after: string): string {
  let at = 0;
  while (before[at] === after[at]) at += 1;
  return `…${before.slice(Math.max(0, at - 60), at + 60)}… became …${after.slice(Math.max(0, at - 60), at + 60)}…`;
}

/** What was noted beside the refusals. */
const DEEDS = `SELECT category || ' ' || type || ': ' || summary AS deed FROM events_log
  WHERE category <> 'security' AND type <> 'delivery_dead' ORDER BY seq`;

/** An inbox row that the journal says was dealt with more than once. */
const DONE_TWICE = `SELECT min(summary) AS summary FROM events_log
  WHERE category = 'chat' AND type IN ('command_run', 'command_asked', 'command_refused', 'command_denied')
  GROUP BY json_extract(facts, '$.inbox') HAVING count(*) > 1`;

export const doneTwice = (database: Database): readonly string[] =>
  database
    .read((reader) => reader.all<{ summary: string }>(DONE_TWICE))
    .map(({ summary }) => `done twice: ${summary}`);

/** With no table that may change nothing may be taken in either; null when everything may. */
export function look(database: Database, mayChange: readonly string[] | null): Look {
  const isStrict = mayChange?.length === 0;
  return database.read((reader) => ({
    tables: mayChange === null ? "" : everythingElse(reader, mayChange),
    inbox: isStrict ? (reader.get<{ n: number }>("SELECT count(*) AS n FROM inbox")?.n ?? 0) : 0,
    deeds: isStrict ? reader.all<{ deed: string }>(DEEDS).map(({ deed }) => deed) : [],
  }));
}
