// Everything that a refused message must leave as it was.
import type { Reader } from "../../db/database.ts";

/** The audit log, and the messages with what waits to be said. */
const OWN_TRACES: readonly string[] = ["events_log", "inbox", "deliveries", "notices"];

/** All tables but those, as one text; `without` leaves out more. */
export function everythingElse(reader: Reader, without: readonly string[] = []): string {
  const tables = reader
    .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .filter(({ name }) => ![...OWN_TRACES, ...without].includes(name));
  const contents = tables.map(({ name }) =>
    name === "candles_cache"
      ? [name, reader.get(`SELECT count(*) AS n FROM ${name}`)]
      : [name, reader.values(`SELECT * FROM "${name}"`)],
  );
  return JSON.stringify(contents, (_, value) => (value instanceof Uint8Array ? value.toHex() : value));
}
