/** `db migrate`: brings the tables up to date by hand, for installations with DB_AUTO_MIGRATE=false. */
import { Command } from "commander";
import { openDatabase } from "../../db/database.ts";
import { migrate, pendingMigrations } from "../../db/migrate.ts";
import { SystemClock } from "../clock.ts";
import { loadConfig } from "../config.ts";

const migrateCommand = new Command("migrate")
  .description("Bring the database's tables up to date (once; applied steps never change).")
  .option("--database <path>", "the database file (default: DB_PATH)")
  .action((options: { database?: string }) => {
    const path = options.database ?? loadConfig().settings.DB_PATH;
    const database = openDatabase({ path });
    try {
      const pending = database.read((reader) => pendingMigrations(reader));
      const applied = migrate(database, new SystemClock().now(), { auto: true });
      for (const { name } of pending) console.log(`applied ${name}`);
      console.log(`${path}: ${applied.length} migrations, up to date`);
    } finally {
      database.close();
    }
  });

export const databaseCommand = new Command("db").description("The database.").addCommand(migrateCommand);
