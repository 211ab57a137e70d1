/** `people list` and `people reset-code`: who is who, and the way out for a lost one-time-code device, on the machine alone. */
import { Command, InvalidArgumentError } from "commander";
import { type Database, openDatabase } from "../../db/database.ts";
import { pendingMigrations } from "../../db/migrate.ts";
import { oneTimeCodeOf, removeEnrolment } from "../../db/one-time-codes.ts";
import { listPeople, personById } from "../../db/people.ts";
import { forgetSeeds } from "../chat/forget-seeds.ts";
import { SystemClock } from "../clock.ts";
import { loadConfig } from "../config.ts";
import type { Actor } from "../core/actor.ts";
import { InputError } from "../core/errors.ts";

const MACHINE: Actor = { kind: "system", name: "people reset-code" };

interface Options {
  readonly database?: string;
}

const list = new Command("list")
  .description("Everyone with their role, accounts, and whether they have a device for one-time codes.")
  .option("--database <path>", "the database file (default: DB_PATH)")
  .action((options: Options) => {
    inDatabase(options, true, (database) => {
      const lines = database.read((reader) =>
        listPeople(reader).map(({ accounts, id, label, role }) => {
          const hasDevice = (oneTimeCodeOf(reader, id)?.confirmedAt ?? null) !== null;
          const ids = accounts.map(({ accountId, platform }) => `${platform}:${accountId}`).join(", ");
          return `#${id} ${label}: ${role ?? "no role"}; ${ids || "no account"}${hasDevice ? "; one-time codes" : ""}`;
        }),
      );
      for (const line of lines) console.log(line);
      if (lines.length === 0) console.log("There is nobody yet.");
    });
  });

const resetCode = new Command("reset-code")
  .description(
    "Take away a person's device for one-time codes, so that /totp sets up another. Stop the bot first.",
  )
  .argument("<person>", "the person's number, as `people list` shows it", personNumber)
  .option("--database <path>", "the database file (default: DB_PATH)")
  .action((personId: number, options: Options) => {
    inDatabase(options, false, (database) => {
      const now = new SystemClock().now();
      const sentence = database.transact(now, (tx) => {
        const person = personById(tx, personId);
        if (person === null) {
          throw new InputError(
            "no_such_person",
            `There is no person ${personId}; people list shows everyone.`,
          );
        }
        forgetSeeds(tx, personId, now);
        return removeEnrolment(tx, personId, MACHINE)
          ? `${person.label} has no device for one-time codes any more; /totp sets up another.`
          : `${person.label} has no device for one-time codes; nothing changed.`;
      });
      console.log(sentence);
    });
  });

function personNumber(text: string): number {
  const [, digits] = /^#?([1-9]\d{0,9})$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new InvalidArgumentError("Write a person's number such as 3.");
}

function inDatabase({ database }: Options, readonly: boolean, use: (database: Database) => void): void {
  const path = database ?? loadConfig().settings.DB_PATH;
  // Opened to be written, a missing file would come into being.
  if (!readonly) openDatabase({ path, readonly: true }).close();
  const opened = openDatabase({ path, readonly });
  try {
    if (opened.read((reader) => pendingMigrations(reader)).length > 0) {
      throw new InputError("migrations_pending", `${path} is not up to date: run db migrate first.`);
    }
    use(opened);
  } finally {
    opened.close();
  }
}

export const peopleCommand = new Command("people")
  .description("People and their devices.")
  .addCommand(list)
  .addCommand(resetCode);
