// People on two platforms and in a group, over the real commands and a real database: what they type, read and see deleted.
import { commands } from "../../../commands/index.ts";
import { queryEvents } from "../../../db/audit.ts";
import { insertPerson } from "../../../db/people.ts";
import { createLinksCapability } from "../../../src/capabilities/links.ts";
import { createOneTimeCodesCapability } from "../../../src/capabilities/one-time-codes.ts";
import { expireEnrolments, seedBlocksOf } from "../../../src/capabilities/seeds.ts";
import { type Chat, createChat } from "../../../src/chat/chat.ts";
import type { ChatRef } from "../../../src/chat/house-capabilities.ts";
import type { Block } from "../../../src/chat/message.ts";
import { DeliveryError, type Incoming, type Outgoing } from "../../../src/chat/platform.ts";
import type { Actor, PlatformName, Role } from "../../../src/core/actor.ts";
import { idSource } from "../../../src/core/ids.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { type House, openHouse } from "../../capabilities/harness.ts";
import { KeepingPlatform } from "../../chat/bench.ts";

export const SEED_KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const TESTER: Actor = { kind: "system", name: "test" };

/** A messenger in which what was deleted cannot be edited any more. */
class Pocket extends KeepingPlatform {
  override async edit(chat: ChatRef, externalId: string, message: Outgoing): Promise<string> {
    if (!this.removed.includes(externalId)) return super.edit(chat, externalId, message);
    throw new DeliveryError({ kind: "not_editable" }, "The message is gone.");
  }

  /** What can still be read, newest version of each message. */
  get readable(): readonly string[] {
    const newest = new Map(this.sent.map(({ externalId, message }) => [externalId, wordsOf(message)]));
    return [...newest].filter(([id]) => !this.removed.includes(id)).map(([, words]) => words);
  }
}

export interface Sending {
  readonly on?: PlatformName;
  readonly chat?: Partial<Incoming["chat"]>;
  readonly changes?: Partial<Incoming>;
}

export const GROUP = { chatId: "-100", isPrivate: false } as const;

export class PeopleBench {
  readonly house: House;
  readonly telegram = new Pocket("telegram");
  readonly discord = new Pocket("discord");
  readonly chat: Chat;
  readonly problems: unknown[] = [];
  #updates = 0;

  private constructor(house: House, seedKey: Uint8Array | null) {
    this.house = house;
    const { clock, database } = house;
    const random = seededRandom("people");
    const parts = { database, clock, peopleClock: clock, random, seedKey };
    this.chat = createChat({
      ...{ clock, commands, database, timeZone: "UTC" },
      ids: idSource(seededRandom("chat")),
      platforms: [this.telegram, this.discord],
      capabilities: {
        ...house.capabilities,
        oneTimeCodes: createOneTimeCodesCapability(parts),
        links: createLinksCapability(parts),
      },
      seedBlocks: seedBlocksOf(parts),
      report: (error) => this.problems.push(error),
    });
  }

  static async started({ seedKey = SEED_KEY as Uint8Array | null } = {}): Promise<PeopleBench> {
    const bench = new PeopleBench(await openHouse({ isEmpty: true }), seedKey);
    await bench.chat.start();
    return bench;
  }

  get now(): number {
    return this.house.clock.now();
  }

  person(label: string, role: Role | null, accountId: string, platform: PlatformName = "telegram"): number {
    return this.house.transact((tx) =>
      insertPerson(tx, { label, role, account: { platform, accountId } }, TESTER),
    );
  }

  incoming(accountId: string, content: Incoming["content"], how: Sending = {}): Incoming {
    const { on = "telegram", chat = {}, changes = {} } = how;
    this.#updates += 1;
    return {
      platform: on,
      updateId: `u${this.#updates}`,
      chat: { platform: on, chatId: accountId, threadId: "", isPrivate: true, ...chat },
      sender: { accountId, label: `name of ${accountId}` },
      oddities: [],
      sentAt: this.now,
      content,
      ...changes,
    };
  }

  /** Types a line; every word that came back. */
  type(accountId: string, text: string, how: Sending = {}): Promise<string> {
    return this.give(this.incoming(accountId, { kind: "line", text }, how));
  }

  /** Presses the newest button of that label in the platform, with what was typed into its prompt. */
  press(
    accountId: string,
    label: string,
    answers?: Readonly<Record<string, string>>,
    how: Sending = {},
  ): Promise<string> {
    const payload = this.#platform(how.on).payload(label);
    const content = { kind: "press", payload, ...(answers && { answers }) } as const;
    return this.give(this.incoming(accountId, content, how));
  }

  async give(incoming: Incoming): Promise<string> {
    const platform = this.#platform(incoming.platform);
    const before = platform.sent.length;
    await platform.handlers!.receive(incoming).done;
    await this.chat.settled();
    return platform.sent
      .slice(before)
      .map(({ message }) => wordsOf(message))
      .join("\n---\n");
  }

  #platform(name: PlatformName = "telegram"): Pocket {
    return name === "discord" ? this.discord : this.telegram;
  }

  async wait(ms: number): Promise<void> {
    await this.house.clock.advanceTo(this.now + ms);
  }

  expireEnrolments(): number {
    const { clock, database } = this.house;
    return expireEnrolments({ database, clock, peopleClock: clock });
  }

  /** Everything that every table keeps, as text, bytes in hexadecimal. */
  stored(...tables: readonly string[]): string {
    return this.house.database.read((reader) => {
      const names =
        tables.length > 0
          ? tables
          : reader
              .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
              .map(({ name }) => name);
      const rows = names.map((name) => reader.values(`SELECT * FROM "${name}"`));
      return JSON.stringify(rows, (_, value) => (value instanceof Uint8Array ? value.toHex() : value));
    });
  }

  /** All that the audit log says. */
  logged(): string {
    return this.house.database.read((reader) =>
      JSON.stringify(reader.values("SELECT summary, facts FROM events_log")),
    );
  }

  /** Newest first. */
  events(type: string) {
    return this.house.database.read((reader) => queryEvents(reader, { limit: 100, type }));
  }

  async stop(): Promise<void> {
    await this.chat.stop();
    this.house.close();
  }
}

const wordsOf = ({ body, buttons, footer, title }: Outgoing): string =>
  [
    title ?? "",
    ...body.map(blockWords),
    footer ?? "",
    buttons
      .flat()
      .map(({ label }) => `[${label}]`)
      .join(" "),
  ].join("\n");

function blockWords(block: Block): string {
  switch (block.kind) {
    case "text":
      return block.text;
    case "copy":
      return `${block.label}: ${block.text}`;
    case "fields":
      return block.fields.map(({ label, value }) => `${label}: ${value}`).join("\n");
    case "table":
      return block.rows.map((row) => row.join(" | ")).join("\n");
    default:
      return JSON.stringify(block);
  }
}
