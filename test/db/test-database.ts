// A migrated database with the rows most stores hang on, and looks inside that the product does not need.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Account, type NewAccount, openAccount } from "../../db/accounts.ts";
import { insertVersion } from "../../db/config-versions.ts";
import { type Database, openDatabase, type Reader, type Tx } from "../../db/database.ts";
import { MIGRATIONS, type Migration, migrate } from "../../db/migrate.ts";
import { insertIntent } from "../../db/orders.ts";
import type { Actor } from "../../src/core/actor.ts";
import type { OrderIntent } from "../../src/core/order.ts";

export const NOW = 1_700_000_000_000;
export const JOB: Actor = { kind: "job", name: "trading cycle" };
export const ADA: Actor = { kind: "person", personId: 1, platform: "telegram", accountId: "1001" };

/** All steps as one, so that the log begins with one event however many there are. */
const SCHEMA = [{ number: 1, name: "schema", sql: MIGRATIONS.map(({ sql }) => sql).join("\n") }];

export const memoryDatabase = (): Database => migrated(SCHEMA);

/** As the program makes it, step by step. */
export const programDatabase = (): Database => migrated(MIGRATIONS);

function migrated(migrations: readonly Migration[]): Database {
  const database = openDatabase({ path: ":memory:" });
  migrate(database, NOW, { auto: true, migrations });
  return database;
}

/** A private directory that is gone when the test file is. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "countersign-db-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const PAPER: NewAccount = {
  kind: "paper",
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  lotUnits: 1_000,
  startingCashUnits: 1_000_000_000_000,
  startingLots: 0,
  startingCostUnits: 0,
};

export const BUY: OrderIntent = {
  side: "buy",
  type: "market",
  purpose: "entry",
  lots: 100,
  limitTicks: null,
  decisionTicks: 3_000_000,
  decidedAt: NOW,
};

/** An open paper account and config version 1. */
export function withAccount(database: Database): Account {
  return database.transact(NOW, (tx) => {
    insertVersion(
      tx,
      { baseVersion: null, source: "environment", tunables: { "risk.per_trade": 0.005 } },
      JOB,
    );
    return openAccount(tx, PAPER, JOB);
  });
}

let orders = 0;

export const intended = (tx: Tx, accountId: number, intent: Partial<OrderIntent> = {}): number =>
  insertIntent(
    tx,
    {
      accountId,
      clientOrderId: `test-${++orders}`,
      decisionId: null,
      configVersion: 1,
      intent: { ...BUY, ...intent },
    },
    JOB,
  );

/** Everything in every table. */
export function dumpOf(reader: Reader): string {
  const tables = reader.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
  );
  return JSON.stringify(tables.map(({ name }) => [name, reader.values(`SELECT * FROM "${name}"`)]));
}

export const eventTypes = (reader: Reader): string[] =>
  reader.values<readonly [string]>("SELECT type FROM events_log ORDER BY seq").map(([type]) => type);

export const lastEvent = (
  reader: Reader,
): { type: string; category: string; facts: Record<string, unknown> } => {
  const row = reader.get<{ type: string; category: string; facts: string }>(
    "SELECT type, category, facts FROM events_log ORDER BY seq DESC LIMIT 1",
  )!;
  return { ...row, facts: JSON.parse(row.facts) as Record<string, unknown> };
};
