/** Who may command anything, asked of the database at the moment it matters. */

import { findChat } from "../../db/chats.ts";
import type { Reader } from "../../db/database.ts";
import { accountPerson } from "../../db/people.ts";
import type { PlatformName } from "../core/actor.ts";
import { type Facts, type Result, refusal, success } from "../core/errors.ts";
import type { Command } from "./command.ts";
import type { Asker } from "./context.ts";
import type { Incoming, Oddity } from "./platform.ts";
import { mayUse, type Registry } from "./registry.ts";

export type AccessRefusal = "odd_message" | "stranger";

/** A known person, or why not. `facts.sentence` is what they are told; null when they are told nothing. */
export function askerOf(reader: Reader, incoming: Incoming): Result<Asker, AccessRefusal> {
  const { oddities, platform, sender } = incoming;
  const oddity = oddities[0];
  if (oddity !== undefined) return refusal("odd_message", { oddity, sentence: ODDITIES[oddity] });
  const person = accountPerson(reader, platform, sender.accountId);
  if (person === null || person.role === null) {
    return refusal("stranger", {
      sentence: `I take commands from known people only. Your ${PLATFORM_IDS[platform]} is ${sender.accountId}; an admin can give you a role with /grant.`,
    });
  }
  return success({
    personId: person.id,
    label: person.label,
    role: person.role,
    accountId: sender.accountId,
  });
}

/** What an account may use; nothing for strangers. */
export function menuOf(
  reader: Reader,
  registry: Registry,
  platform: PlatformName,
  accountId: string,
): readonly Command[] {
  const role = accountPerson(reader, platform, accountId)?.role ?? null;
  return role === null ? [] : registry.menuFor(role);
}

/** Private chats and enrolled chats; an enrolled chat counts with all its topics. */
export function chatTakesCommands(reader: Reader, chat: Incoming["chat"]): boolean {
  return (
    chat.isPrivate || findChat(reader, chat) !== null || findChat(reader, { ...chat, threadId: "" }) !== null
  );
}

/** Null when the role suffices, else what the person is told. */
export function roleRefusal(asker: Asker, command: Command, needed: Command["role"]): string | null {
  if (mayUse(asker.role, needed)) return null;
  const form = needed === command.role ? "" : " with these words";
  return `/${command.name}${form} needs the role ${needed}; yours is ${asker.role}. Ask an admin.`;
}

/** What a refusal carries for the person. */
export function sentenceOf({ facts }: { readonly facts: Facts }): string | null {
  const sentence = facts["sentence"];
  return typeof sentence === "string" ? sentence : null;
}

const PLATFORM_IDS = { telegram: "Telegram id", discord: "Discord id", console: "console account" } as const;

/** Bots and channels are never answered: two machines could talk for ever. */
const ODDITIES: Readonly<Record<Oddity, string | null>> = {
  bot: null,
  channel_post: null,
  anonymous:
    "I cannot tell who you are while you write anonymously; switch that off for yourself and send it again.",
  forwarded: "Forwarded messages are not taken as commands; type it yourself.",
  edited: "Edited messages are not taken as commands; send it as a new message.",
  via_bot: "Messages through another bot are not taken as commands; type it yourself.",
};
