/** The program: reads its arguments and hands over to one file a command. */
import { Command, CommanderError } from "commander";
import { VERSION } from "./app.ts";
import { InputError, OutsideError } from "./core/errors.ts";
import { auditCommand } from "./program/audit.ts";
import { checkStrategiesCommand } from "./program/check-strategies.ts";
import { dataCommand } from "./program/data.ts";
import { databaseCommand } from "./program/database.ts";
import { demoCommand } from "./program/demo.ts";
import { doctorCommand } from "./program/doctor.ts";
import { peopleCommand } from "./program/people.ts";
import { replayCommand } from "./program/replay.ts";
import { simulatorCommand } from "./program/simulator.ts";
import { startCommand } from "./program/start.ts";

// Files this process creates are its owner's alone.
process.umask(0o077);

const program = new Command("countersign")
  .description("A spot BTCUSDT trading bot run from chat. It trades on paper inside strict limits.")
  .version(VERSION)
  .showHelpAfterError("(add --help for what there is)")
  .exitOverride()
  .addCommand(demoCommand)
  .addCommand(startCommand)
  .addCommand(replayCommand)
  .addCommand(checkStrategiesCommand)
  .addCommand(dataCommand)
  .addCommand(simulatorCommand)
  .addCommand(auditCommand)
  .addCommand(doctorCommand)
  .addCommand(peopleCommand)
  .addCommand(databaseCommand);

inherit(program);

/** Commands made elsewhere take over how errors are told and how the program ends. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** 0 after help, 2 for what a person can mend, told in one clear message; anything else is a fault of ours and keeps its stack. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof InputError || error instanceof OutsideError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return 2;
}
