/** Accounts joined by a code: told to everyone who hears alerts, and never open to guessing. */
import { insertNotice } from "../../db/notices.ts";
import { listPeople } from "../../db/people.ts";
import type { LinkableAccount, LinksCapability, PersonView } from "../chat/house-capabilities.ts";
import { actorLabel } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import { refusal, success } from "../core/errors.ts";
import { openLink, redeemLink, spoilLink, unlink } from "../identity/linking.ts";
import type { CapabilityParts } from "./parts.ts";

type Parts = Pick<CapabilityParts, "database" | "peopleClock" | "random">;

export function createLinksCapability({ database, peopleClock, random }: Parts): LinksCapability {
  const guesses = new Guesses(peopleClock);
  const viewed = (personId: number): PersonView =>
    database.read(listPeople).find(({ id }) => id === personId)!;
  return {
    open: (tx, actor, personId) => openLink(tx, actor, personId, random, peopleClock.now()),
    redeem(tx, actor, account, code) {
      if (guesses.areSpent(account)) return refusal("bad_code");
      const linked = redeemLink(tx, actor, account, code, peopleClock.now());
      if (!linked.ok) {
        if (linked.code === "bad_code") guesses.count(account);
        return linked;
      }
      const { before, person } = linked.value;
      insertNotice(tx, {
        kind: "account_linked",
        level: "warning",
        topic: "alerts",
        facts: {
          ...account,
          before: before && `#${before.id} ${before.label}`,
          personId: person.id,
          person: person.label,
          role: person.role,
          actor: actorLabel(actor),
        },
      });
      return success(viewed(person.id));
    },
    spoil: (tx, code) => spoilLink(tx, code, peopleClock.now()),
    unlink(tx, actor, account) {
      const parted = unlink(tx, actor, account);
      return parted.ok ? success(viewed(parted.value.id)) : parted;
    },
  };
}

const MOST_GUESSES = 5;
const WINDOW_MS = 60 * 60_000;
/** Beyond it no more accounts may guess until some windows have ended: a crowd must not fill the memory. */
const MOST_ACCOUNTS = 1_000;

/** Wrong codes by account, in memory: ten characters are not guessed between restarts either. */
class Guesses {
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #windows = new Map<string, { readonly since: number; wrong: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  areSpent(account: LinkableAccount): boolean {
    this.#forgetOld();
    const window = this.#windows.get(keyOf(account));
    return window === undefined ? this.#windows.size >= MOST_ACCOUNTS : window.wrong >= MOST_GUESSES;
  }

  count(account: LinkableAccount): void {
    const key = keyOf(account);
    const window = this.#windows.get(key);
    if (window === undefined) this.#windows.set(key, { since: this.#clock.now(), wrong: 1 });
    else window.wrong += 1;
  }

  #forgetOld(): void {
    const oldest = this.#clock.now() - WINDOW_MS;
    for (const [key, { since }] of this.#windows) {
      if (since > oldest) return;
      this.#windows.delete(key);
    }
  }
}

const keyOf = ({ accountId, platform }: LinkableAccount): string => `${platform}/${accountId}`;
