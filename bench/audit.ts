/** Verification of the audit chain: rows a second over a log of a database file. Prints a table and a JSON line. `--rows 1000000` for the full size. */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { verifyChain } from "../db/audit-chain.ts";
import { openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";

const NOW = Date.UTC(2026, 0, 5);
const BATCH = 10_000;
const RUNS = 5;
const GOAL = 200_000;

const { values } = parseArgs({ options: { rows: { type: "string", default: "200000" } } });
const rows = Number(values.rows);
const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
const database = openDatabase({ path: join(folder, "audit.db") });
try {
  migrate(database, NOW, { auto: true });
  const actor = { kind: "job", name: "trading_cycle" } as const;
  for (let done = 0; done < rows; done += BATCH) {
    database.transact(NOW + done, (tx) => {
      for (let i = 0; i < Math.min(BATCH, rows - done); i++) {
        const facts = {
          decisionId: done + i,
          candleCloseAt: NOW + done,
          side: "hold",
          reason: "signal_hold",
        };
        const summary = "Decided the 1h candle: HOLD within_band, signal_hold.";
        tx.audit({ category: "trading", type: "candle_decided", actor, summary, facts });
      }
    });
  }
  const rates = Array.from({ length: RUNS }, () => {
    const startedAt = performance.now();
    const report = database.read((reader) => verifyChain(reader));
    if (!report.ok) throw new Error("the chain does not verify");
    return (report.rows / (performance.now() - startedAt)) * 1000;
  });
  const rate = rates.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)]!;
  console.log(
    `Audit verify, ${rows.toLocaleString("en")} events; goal: at least ${GOAL.toLocaleString("en")} rows/s`,
  );
  console.log(
    `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Bun ${Bun.version}; median of ${RUNS} runs\n`,
  );
  console.log(
    `rows/s ${Math.round(rate).toLocaleString("en")}   all rows in ${(rows / rate).toFixed(2)} s   met ${rate >= GOAL ? "yes" : "no"}`,
  );
  console.log(`\n${JSON.stringify({ bench: "audit", rows, runs: RUNS, rowsPerSecond: Math.round(rate) })}`);
} finally {
  database.close();
  rmSync(folder, { recursive: true, force: true });
}
