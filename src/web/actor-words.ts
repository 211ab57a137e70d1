import type { Reader } from "../../db/database.ts";
import { personById } from "../../db/people.ts";
import type { Actor } from "../core/actor.ts";
import { words } from "./format.ts";

/** Who did it, by name where we know one: `Ada on Telegram`, `a stranger (4711) on Discord`, `job cycle`. */
export function actorWords(reader: Reader, actor: Actor): string {
  switch (actor.kind) {
    case "person": {
      const name = personById(reader, actor.personId)?.label ?? `person ${actor.personId}`;
      return `${name} on ${words(actor.platform)}`;
    }
    case "stranger":
      return `a stranger (${actor.accountId}) on ${words(actor.platform)}`;
    default:
      return `${actor.kind} ${actor.name}`;
  }
}
