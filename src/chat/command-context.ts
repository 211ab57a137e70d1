/** Builds what a command is handed, for one turn. */
import { findChat } from "../../db/chats.ts";
import type { Tx } from "../../db/database.ts";
import type { CommandContext } from "./context.ts";
import { forgetSeeds } from "./forget-seeds.ts";
import { formatFor } from "./format.ts";
import type { Reply } from "./message.ts";
import { mayUse } from "./registry.ts";
import type { House, Turn } from "./turn.ts";

/** What differs between asking beforehand (nothing may change) and running. */
export type Doing = Pick<CommandContext, "transact" | "settle" | "progress" | "cancelQuestions">;

export function contextFor(house: House, { asker, actor, taken, via }: Turn, doing: Doing): CommandContext {
  const { capabilities, marketClock, database, registry } = house;
  const { chat } = taken.incoming;
  const now = marketClock.now();
  const timeZone = database.read((reader) => findChat(reader, chat)?.timeZone) ?? house.timeZone;
  return {
    ...capabilities,
    who: asker,
    actor,
    chat,
    now,
    timeZone,
    format: formatFor(capabilities.market.instrument(), timeZone, now),
    via,
    commands: registry.commands,
    may: (needed) => mayUse(asker.role, needed),
    transact: (change: (tx: Tx) => Reply) => doing.transact(change),
    settle: (tx: Tx, reply: Reply) => doing.settle(tx, reply),
    progress: (share, label) => doing.progress(share, label),
    cancelQuestions: (tx: Tx) => doing.cancelQuestions(tx),
    forgetSeeds: (tx: Tx) => forgetSeeds(tx, asker.personId, house.clock.now()),
  };
}
