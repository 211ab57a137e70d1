/** The instrument as last read from the exchange: its scales and filters. */
import type { Actor } from "../src/core/actor.ts";
import { canonicalJson } from "../src/core/canonical-json.ts";
import type { Instrument } from "../src/core/instrument.ts";
import type { Reader, Tx } from "./transaction.ts";

/** True when something differs from what was stored (or nothing was); only then is it worth an audit event. */
export function saveInstrument(tx: Tx, instrument: Instrument, actor: Actor): boolean {
  const { symbol } = instrument;
  const body = canonicalJson({ ...instrument, ...filtersOf(instrument) });
  const before = tx.get<{ body: string }>("SELECT body FROM instruments WHERE symbol = $symbol", { symbol });
  tx.run(
    `INSERT INTO instruments (symbol, captured_at, body) VALUES ($symbol, $now, $body)
     ON CONFLICT (symbol) DO UPDATE SET captured_at = excluded.captured_at, body = excluded.body`,
    { symbol, now: tx.now, body },
  );
  if (before?.body === body) return false;
  tx.audit({
    category: "market",
    type: before === null ? "instrument_saved" : "instrument_changed",
    actor,
    summary:
      before === null ? `Saved the filters of ${symbol}.` : `The exchange changed the filters of ${symbol}.`,
    facts: { symbol, ...changesBetween(before?.body, body) },
  });
  return true;
}

/** The nested filters as plain objects, which JSON values must be. */
const filtersOf = ({ lotSize, marketLotSize, priceBand }: Instrument) => ({
  lotSize: { ...lotSize },
  marketLotSize: { ...marketLotSize },
  priceBand: priceBand === null ? null : { ...priceBand },
});

type Fields = { readonly [name: string]: string | number | boolean | null };

function changesBetween(before: string | undefined, after: string): { before: Fields; after: Fields } {
  const old = JSON.parse(before ?? "{}") as Fields;
  const now = JSON.parse(after) as Fields;
  const differs = (name: string): boolean => JSON.stringify(old[name]) !== JSON.stringify(now[name]);
  const pick = (from: Fields): Fields =>
    Object.fromEntries(Object.entries(from).filter(([name]) => differs(name)));
  return { before: pick(old), after: pick(now) };
}

export function loadInstrument(
  reader: Reader,
  symbol: string,
): { readonly instrument: Instrument; readonly capturedAt: number } | null {
  const row = reader.get<{ body: string; capturedAt: number }>(
    "SELECT body, captured_at AS capturedAt FROM instruments WHERE symbol = $symbol",
    { symbol },
  );
  return row === null ? null : { instrument: JSON.parse(row.body) as Instrument, capturedAt: row.capturedAt };
}
