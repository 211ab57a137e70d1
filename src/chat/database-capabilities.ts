/** The capabilities that need nothing but the database: people and enrolled chats. */
import { enrolChat, findChat, listChats, removeChat, setChatTimeZone } from "../../db/chats.ts";
import type { Database } from "../../db/database.ts";
import { listPeople, type Person } from "../../db/people.ts";
import type { PlatformName } from "../core/actor.ts";
import { type Result, refusal, success } from "../core/errors.ts";
import { grantRole, revokeRole } from "../identity/people.ts";
import { isTimeZone } from "./format.ts";
import type { ChatsCapability, PeopleCapability, PeopleRefusal, PersonView } from "./house-capabilities.ts";

export function peopleOf(database: Database): PeopleCapability {
  const list = (): readonly PersonView[] => database.read(listPeople);
  const viewed = (result: Result<Person, PeopleRefusal>): Result<PersonView, PeopleRefusal> =>
    result.ok ? success(list().find(({ id }) => id === result.value.id)!) : result;
  return {
    list,
    byId: (personId) => list().find(({ id }) => id === personId) ?? null,
    byAccount: (platform, accountId) =>
      list().find(({ accounts }) =>
        accounts.some((account) => account.platform === platform && account.accountId === accountId),
      ) ?? null,
    nameOf: (label) => nameOf(label, list()),
    grant: (tx, actor, account, role) => viewed(grantRole(tx, actor, account, role)),
    revoke: (tx, actor, personId) => viewed(revokeRole(tx, actor, personId)),
  };
}

const PLATFORMS: Readonly<Record<PlatformName, string>> = {
  telegram: "Telegram",
  discord: "Discord",
  console: "console",
};

/** `person:3@telegram` reads as `Ada (Telegram)`, `job:trading_cycle` as `the trading cycle`. */
function nameOf(label: string, people: readonly PersonView[]): string {
  const [, id, platform] = /^person:([0-9]+)@(telegram|discord|console)$/.exec(label) ?? [];
  if (id === undefined || platform === undefined) {
    const [, job] = /^job:(.+)$/.exec(label) ?? [];
    return job === undefined
      ? label.replace(/^(system|stranger):/, "$1 ")
      : `the ${job.replaceAll("_", " ")}`;
  }
  const person = people.find((one) => one.id === Number(id));
  const where = PLATFORMS[platform as PlatformName];
  if (person === undefined) return `person ${id} (${where})`;
  return person.label === where ? person.label : `${person.label} (${where})`;
}

export function chatsOf(database: Database): ChatsCapability {
  return {
    enrolled: () => database.read(listChats),
    find: (chat) => database.read((reader) => findChat(reader, chat)),
    enrol(tx, actor, chat, topics) {
      const heard = new Set([...(findChat(tx, chat)?.topics ?? []), ...topics]);
      enrolChat(tx, { ...chat, topics: [...heard] }, actor);
      return findChat(tx, chat)!;
    },
    leave: (tx, actor, chat) => removeChat(tx, chat, actor),
    setTimeZone(tx, actor, chat, timeZone) {
      if (!isTimeZone(timeZone)) return refusal("bad_time_zone", { timeZone });
      return setChatTimeZone(tx, chat, timeZone, actor) ? success(timeZone) : refusal("not_enrolled");
    },
  };
}
