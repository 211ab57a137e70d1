/** `audit verify`: the whole chain of a database, read-only; 0 when it holds, 1 when it is broken, 2 when it could not be checked. */
import { Command } from "commander";
import { openAccountOf } from "../../db/accounts.ts";
import { auditHead } from "../../db/audit.ts";
import { verifyChain } from "../../db/audit-chain.ts";
import { type Database, openDatabase } from "../../db/database.ts";
import { loadInstrument } from "../../db/instruments.ts";
import { pendingMigrations } from "../../db/migrate.ts";
import { loadConfig } from "../config.ts";
import { InputError } from "../core/errors.ts";
import { rebuildLedger } from "../engine/recovery.ts";
import { progressBar } from "./progress.ts";

const verify = new Command("verify")
  .description(
    "Check the audit chain and that the position is the sum of the fills. Exit code 0: whole, 1: broken, 2: could not be checked.",
  )
  .option("--database <path>", "the database file (default: DB_PATH)")
  .action((options: { database?: string }) => {
    const path = options.database ?? loadConfig().settings.DB_PATH;
    const database = openDatabase({ path, readonly: true });
    try {
      assertMigrated(database, path);
      const progress = progressBar();
      const chain = database.read((reader) => {
        progress.start(auditHead(reader).seq, "events");
        return verifyChain(reader, { onProgress: (rows) => progress.update(rows) });
      });
      progress.stop();
      const mismatches = database.read((reader) => {
        const account = openAccountOf(reader, "paper");
        const stored = account === null ? null : loadInstrument(reader, account.symbol);
        return account === null || stored === null ? [] : rebuildLedger(reader, account, stored).mismatches;
      });
      console.log(`${path}: ${chain.rows} events, head ${chain.headSeq} ${chain.headHash}`);
      if (chain.acceptedBreaks.length > 0)
        console.log(`breaks accepted by a person: ${chain.acceptedBreaks.length}`);
      for (const { seq, problem } of chain.breaks)
        console.log(`event ${seq}: ${problem.replaceAll("_", " ")}`);
      for (const { what, stored, rebuilt } of mismatches)
        console.log(`${what}: stored ${stored}, the fills give ${rebuilt}`);
      const isWhole = chain.ok && mismatches.length === 0;
      console.log(isWhole ? "chain verified; the position is the sum of the fills" : "BROKEN");
      process.exitCode = isWhole ? 0 : 1;
    } finally {
      database.close();
    }
  });

/** What holds no audit log yet is neither whole nor broken. */
function assertMigrated(database: Database, path: string): void {
  const pending = database.read((reader) => pendingMigrations(reader));
  if (pending.length === 0) return;
  throw new InputError(
    "migrations_pending",
    `${path} lacks ${pending.map(({ name }) => name).join(", ")}: run db migrate, then verify.`,
  );
}

export const auditCommand = new Command("audit").description("The audit log.").addCommand(verify);
