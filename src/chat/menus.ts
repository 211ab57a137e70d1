/** Each platform's own menu of commands, kept in step with people's roles. */
import { lastPeopleEvent, listPeople } from "../../db/people.ts";
import { DeliveryError, type Menu, type Platform } from "./platform.ts";
import type { House } from "./turn.ts";

const AGAIN_MS = 60_000;

export class Menus {
  readonly #house: House;
  readonly #platforms: readonly Platform[];
  /** What each platform shows, as far as we know. */
  readonly #shown = new Map<Platform, string>();
  /** Accounts that were shown a menu: who lost the role must lose it too. */
  readonly #seen = new Map<Platform, Set<string>>();
  readonly #busy = new Set<Platform>();
  /** People's part of the audit log, up to which menus are in step. */
  #seenSeq = -1;
  /** A platform that does not take menus is left alone for a while. */
  #quietUntil = 0;

  constructor(house: House, platforms: readonly Platform[]) {
    this.#house = house;
    this.#platforms = platforms;
  }

  /** Somebody's role may have changed, or a platform came back. */
  refresh(): void {
    if (this.#house.closed.aborted || this.#platforms.length === 0) return;
    const { clock, database } = this.#house;
    if (clock.now() < this.#quietUntil) return;
    const seq = database.read(lastPeopleEvent);
    if (seq === this.#seenSeq) return;
    // Whoever is busy looks again afterwards.
    if (this.#busy.size === 0) this.#seenSeq = seq;
    const people = database.read(listPeople);
    for (const platform of this.#platforms) {
      const menus = people.flatMap(({ accounts, role }) =>
        accounts
          .filter((account) => account.platform === platform.name)
          .map(({ accountId }) => ({
            accountId,
            role,
            commands: role === null ? [] : this.#house.registry.menuFor(role),
          })),
      );
      this.#show(platform, menus);
    }
  }

  #show(platform: Platform, menus: readonly Menu[]): void {
    const wanted = JSON.stringify(menus.map(({ accountId, role }) => [accountId, role]));
    if (this.#busy.has(platform) || this.#shown.get(platform) === wanted) return;
    const seen = this.#seen.get(platform) ?? new Set();
    for (const { accountId } of menus) seen.add(accountId);
    this.#seen.set(platform, seen);
    const gone = [...seen].filter((accountId) => menus.every((menu) => menu.accountId !== accountId));
    const all = [...menus, ...gone.map((accountId) => ({ accountId, role: null, commands: [] }))];
    this.#busy.add(platform);
    void platform
      .showMenus(all)
      .then(() => this.#shown.set(platform, wanted))
      .catch((error: unknown) => this.#failed(error, platform))
      .finally(() => this.#busy.delete(platform))
      // What changed meanwhile.
      .then(() => this.#shown.get(platform) === wanted && this.refresh());
  }

  #failed(error: unknown, { name }: Platform): void {
    const { clock, closed, report } = this.#house;
    this.#seenSeq = -1;
    this.#quietUntil = clock.now() + AGAIN_MS;
    if (!(error instanceof DeliveryError)) report(error, { platform: name, doing: "menus" });
    if (closed.aborted) return;
    const cancel = clock.after(AGAIN_MS, () => {
      closed.removeEventListener("abort", cancel);
      this.refresh();
    });
    closed.addEventListener("abort", cancel, { once: true });
  }
}
