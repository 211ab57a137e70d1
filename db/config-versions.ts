/** Config versions: rows that never change, and the pointer to the one in force. */
import type { Actor } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import { invariant } from "../src/core/errors.ts";
import type { ParameterValue } from "../src/core/parameter.ts";
import type { Reader, Tx } from "./transaction.ts";

/** Values by tunable key. */
export type StoredTunables = Readonly<Record<string, ParameterValue>>;

export interface NewVersion {
  /** Null for the first. */
  readonly baseVersion: number | null;
  /** `environment`, `upgrade`, or the proposal it came from. */
  readonly source: string;
  readonly tunables: StoredTunables;
}

export interface ConfigVersion extends NewVersion {
  readonly version: number;
  readonly createdAt: number;
}

export interface ActiveVersion {
  readonly version: number;
  readonly tunables: StoredTunables;
  readonly since: number;
}

/** Returns its number; it is not in force before `activate`. */
export function insertVersion(tx: Tx, { baseVersion, source, tunables }: NewVersion, actor: Actor): number {
  const { lastId: version } = tx.run(
    `INSERT INTO config (version, base_version, created_at, source, tunables)
     VALUES ((SELECT COALESCE(MAX(version), 0) + 1 FROM config), $baseVersion, $now, $source, $tunables)`,
    { baseVersion, source, tunables: canonicalJson(tunables), now: tx.now },
  );
  tx.audit({
    category: "config",
    type: "config_version_created",
    actor,
    summary: `Created config version ${version} from ${source}.`,
    facts: { version, baseVersion, source, tunables },
  });
  return version;
}

/** Puts a version in force. An unknown one throws (`database_refused`). */
export function activate(tx: Tx, version: number, actor: Actor): void {
  const from = tx.get<{ version: number }>("SELECT version FROM active_config WHERE id = 1")?.version ?? null;
  tx.run(
    `INSERT INTO active_config (id, version, since) VALUES (1, $version, $now)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, since = excluded.since`,
    { version, now: tx.now },
  );
  tx.audit({
    category: "config",
    type: "config_activated",
    actor,
    summary: `Config version ${version} is in force${from === null ? "" : `, after ${from}`}.`,
    facts: { from, to: version },
  });
}

/** Throws InvariantError `config_missing` before the first activation: nothing may trade without a config. */
export function activeVersion(reader: Reader): ActiveVersion {
  const active = activeVersionOrNone(reader);
  invariant(active !== null, "config_missing", "No config version is in force.");
  return active;
}

/** For start-up, where the first version may not exist yet. */
export function activeVersionOrNone(reader: Reader): ActiveVersion | null {
  const row = reader.get<{ version: number; tunables: string; since: number }>(
    `SELECT active_config.version AS version, tunables, since
     FROM active_config JOIN config ON config.version = active_config.version`,
  );
  return row === null ? null : { ...row, tunables: JSON.parse(row.tunables) as StoredTunables };
}

const COLUMNS = "version, base_version AS baseVersion, created_at AS createdAt, source, tunables";

type StoredVersion = Omit<ConfigVersion, "tunables"> & { readonly tunables: string };

const versionFrom = (row: StoredVersion): ConfigVersion => ({
  ...row,
  tunables: JSON.parse(row.tunables) as StoredTunables,
});

export function versionOf(reader: Reader, version: number): ConfigVersion | null {
  const row = reader.get<StoredVersion>(`SELECT ${COLUMNS} FROM config WHERE version = $version`, {
    version,
  });
  return row === null ? null : versionFrom(row);
}

/** Newest first; `beforeVersion` is the last of the page before. */
export function listVersions(
  reader: Reader,
  { limit, beforeVersion }: { limit: number; beforeVersion?: number | undefined },
): ConfigVersion[] {
  return reader
    .all<StoredVersion>(
      `SELECT ${COLUMNS} FROM config WHERE version < $before ORDER BY version DESC LIMIT $limit`,
      {
        limit,
        before: beforeVersion ?? Number.MAX_SAFE_INTEGER,
      },
    )
    .map(versionFrom);
}

/** The highest number; versions are numbered without gaps from 1. */
export const newestVersion = (reader: Reader): number =>
  reader.get<{ version: number | null }>("SELECT max(version) AS version FROM config")?.version ?? 0;

/** Who put a version in force the first time; null when it never was. */
export function activatedBy(reader: Reader, version: number): Actor | null {
  const row = reader.get<{ actor: string }>(
    `SELECT actor FROM events_log
     WHERE type = 'config_activated' AND facts ->> 'to' = $version ORDER BY seq LIMIT 1`,
    { version },
  );
  return row === null ? null : (JSON.parse(row.actor) as Actor);
}
