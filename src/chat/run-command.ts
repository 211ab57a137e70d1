/** Runs one command and settles its answer exactly once, whether it changed something, only read, or threw. */
import type { Tx } from "../../db/database.ts";
import { isWaiting } from "../../db/inbox.ts";
import { withoutCodes } from "./codes-masked.ts";
import { contextFor, type Doing } from "./command-context.ts";
import { cancelQuestions } from "./confirmations.ts";
import { endWithFailure } from "./failures.ts";
import type { Reply } from "./message.ts";
import { ProgressMessage } from "./progress.ts";
import { assertStillMay, type Ending, settleMessage } from "./settlement.ts";
import { endEarly, type House, type Invocation, newNonce, type Turn } from "./turn.ts";

/** The journal's summary of a long line. */
const LONGEST_SUMMARY = 200;

export async function runCommand(house: House, turn: Turn, invocation: Invocation): Promise<void> {
  const { command, args, tail } = invocation;
  const key = turn.question ?? (command.effects === "change" ? `${command.name} ${tail}` : null);
  if (key !== null && house.underWay.has(key)) {
    const sentence = `The same /${command.name} is already under way; its answer will come.`;
    return endEarly(house, turn, { outcome: "refused", code: "under_way", sentence, command: command.name });
  }
  if (key !== null) house.underWay.set(key, house.clock.now());
  const progress = new ProgressMessage(house, turn, command.name);
  const doing = doingOf(house, turn, invocation, progress);
  try {
    const reply = await command.run(contextFor(house, turn, doing), args);
    if (house.database.read((reader) => isWaiting(reader, turn.taken.inboxId))) doing.transact(() => reply);
  } catch (error) {
    endWithFailure(house, { ...turn, replaces: progress.replaced() }, command.name, error);
  } finally {
    progress.end();
    if (key !== null) house.underWay.delete(key);
    house.wake();
  }
}

function doingOf(house: House, turn: Turn, invocation: Invocation, progress: ProgressMessage): Doing {
  const settle = (tx: Tx, reply: Reply): Reply => {
    assertStillMay(tx, turn.taken.incoming, invocation.needed);
    settleMessage(tx, turn.taken, endingOf(house, turn, invocation, reply, progress));
    return reply;
  };
  return {
    settle,
    transact: (change) => house.database.transact(house.marketClock.now(), (tx) => settle(tx, change(tx))),
    progress: (share, label) => progress.report(share, label),
    cancelQuestions: (tx) => cancelQuestions(tx, house, turn),
  };
}

function endingOf(
  house: House,
  { asker, actor, question }: Turn,
  { command, tail }: Invocation,
  reply: Reply,
  progress: ProgressMessage,
): Ending {
  const typed = withoutCodes(command.name, tail);
  const line = `/${command.name} ${typed}`.trim().slice(0, LONGEST_SUMMARY);
  return {
    outcome: question === null ? "run" : "confirmed",
    summary: `${asker.label} ${question === null ? "ran" : "confirmed"} ${line}`,
    facts: { command: command.name, args: typed, effects: command.effects, role: asker.role },
    actor,
    reply,
    command: command.name,
    replaces: progress.replaced(),
    nonce: newNonce(house),
    question: question === null ? null : { nonce: question, status: "confirmed" },
  };
}
