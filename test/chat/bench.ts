/** A real chat over a real database in memory: small commands, a clock that moves when told, and a platform that keeps what it is sent. */
import { z } from "zod";
import { queryEvents } from "../../db/audit.ts";
import { Database } from "../../db/database.ts";
import { migrate } from "../../db/migrate.ts";
import { insertPerson } from "../../db/people.ts";
import { initialiseState } from "../../db/system-state.ts";
import { rest, word } from "../../src/chat/argument-types.ts";
import { type Chat, type ChatOptions, createChat } from "../../src/chat/chat.ts";
import type { Command } from "../../src/chat/command.ts";
import type { Capabilities } from "../../src/chat/context.ts";
import { chatsOf, peopleOf } from "../../src/chat/database-capabilities.ts";
import type { ChatRef } from "../../src/chat/house-capabilities.ts";
import { card, commandButton, say, text } from "../../src/chat/message.ts";
import type { Incoming, Menu, Outgoing, Platform, PlatformHandlers } from "../../src/chat/platform.ts";
import { VirtualClock } from "../../src/clock.ts";
import type { PlatformName, Role } from "../../src/core/actor.ts";
import { idSource } from "../../src/core/ids.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import { seededRandom } from "../../src/core/random.ts";
import { plainSpaces } from "../support/plain-spaces.ts";

export const NOON = Date.UTC(2026, 10, 21, 12, 0, 0);
export const SYSTEM = { kind: "system", name: "test" } as const;

export const BTCUSDT: Instrument = {
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  status: "TRADING",
  tickUnits: 1_000_000,
  lotUnits: 1_000,
  unitsPerTickLot: 10,
  minTicks: 1,
  maxTicks: Number.MAX_SAFE_INTEGER,
  lotSize: { minLots: 1, maxLots: Number.MAX_SAFE_INTEGER },
  marketLotSize: { minLots: 1, maxLots: Number.MAX_SAFE_INTEGER },
  minNotionalUnits: 500_000_000,
  maxNotionalUnits: Number.MAX_SAFE_INTEGER,
  applyMinNotionalToMarket: true,
  applyMaxNotionalToMarket: false,
  priceBand: null,
  maxOpenOrders: 200,
};

export interface Sent {
  readonly chatId: string;
  readonly message: Outgoing;
  readonly externalId: string;
  readonly edited: boolean;
}

/** Keeps what it is sent; `refuse` makes it fail first. */
export class KeepingPlatform implements Platform {
  readonly name: PlatformName;
  readonly hasImages: boolean = true;
  pace: Platform["pace"] = { overall: [], perChat: () => [] };
  readonly removed: string[] = [];
  menus: readonly Menu[] = [];
  readonly sent: Sent[] = [];
  refuse: (message: Outgoing, chat: ChatRef) => Error | Promise<never> | null = () => null;
  handlers: PlatformHandlers | null = null;
  #count = 0;

  constructor(name: PlatformName = "telegram") {
    this.name = name;
  }

  async connect(handlers: PlatformHandlers): Promise<void> {
    this.handlers = handlers;
    handlers.onStatus(true, "connected");
  }

  async send(chat: ChatRef, message: Outgoing): Promise<string> {
    const externalId = `m${this.#count + 1}`;
    await this.#keep(chat, message, externalId, false);
    this.#count += 1;
    return externalId;
  }

  async edit(chat: ChatRef, externalId: string, message: Outgoing): Promise<string> {
    await this.#keep(chat, message, externalId, true);
    return externalId;
  }

  async remove(_chat: ChatRef, externalId: string): Promise<void> {
    this.removed.push(externalId);
  }

  async showMenus(menus: readonly Menu[]): Promise<void> {
    this.menus = menus;
  }

  async close(): Promise<void> {
    this.handlers = null;
  }

  async #keep(chat: ChatRef, message: Outgoing, externalId: string, edited: boolean): Promise<void> {
    const failure = await this.refuse(message, chat);
    if (failure !== null) throw failure;
    this.sent.push({ chatId: chat.chatId, message, externalId, edited });
  }

  get last(): Outgoing {
    return this.sent.at(-1)!.message;
  }

  get lastText(): string {
    return textOf(this.last);
  }

  /** The payload of the newest button with the label. */
  payload(label: string): string {
    const buttons = this.sent.flatMap(({ message }) => message.buttons.flat());
    return buttons.findLast((button) => button.label === label)!.payload;
  }
}

export const textOf = (message: Outgoing): string =>
  plainSpaces(
    [
      message.title,
      ...message.body.map((block) =>
        block.kind === "text"
          ? block.text
          : block.kind === "fields"
            ? block.fields.map(({ label, value }) => `${label}: ${value}`).join("\n")
            : block.kind === "progress"
              ? `${Math.round(block.share * 100)} % ${block.label}`
              : "",
      ),
      message.footer,
    ]
      .filter((part) => part !== null && part !== "")
      .join("\n"),
  );

/** What the small commands did, kept in the database's own audit log. */
const did = (what: string) =>
  ({ category: "system", type: "test_effect", actor: SYSTEM, summary: what, facts: {} }) as const;

const none = z.object({});
const reason = z.object({ reason: rest().optional() });
const thing = z.object({ what: word().optional() });

export const look = {
  name: "look",
  group: "help",
  role: "viewer",
  summary: "Reads",
  args: thing,
  examples: ["/look"],
  effects: "read",
  run: (context, { what }) =>
    card({
      title: "Look",
      body: [text(`${context.who.label} sees ${what ?? "everything"}`)],
      buttons: [[commandButton("Again", "look again"), commandButton("Act", "act")]],
    }),
} satisfies Command<typeof thing>;

export const act = {
  name: "act",
  group: "help",
  role: "operator",
  summary: "Changes at once",
  args: reason,
  examples: ["/act", "/act now"],
  effects: "change",
  run: (context, { reason: why }) =>
    context.transact((tx) => {
      tx.audit(did(`acted ${why ?? ""}`.trim()));
      return say("Done.", "good");
    }),
} satisfies Command<typeof reason>;

export const harm = {
  name: "harm",
  group: "help",
  role: "admin",
  summary: "Asks first",
  args: reason,
  examples: ["/harm"],
  effects: "change",
  confirm: () => ({ text: "Really?", confirm: "Do it" }),
  run: (context, { reason: why }) =>
    context.transact((tx) => {
      tx.audit(did(`harmed ${why ?? ""}`.trim()));
      return say("Harm is done.");
    }),
} satisfies Command<typeof reason>;

const jobs = {
  name: "jobs",
  group: "help",
  role: "viewer",
  summary: "Viewing and acting under one name",
  args: thing,
  examples: ["/jobs", "/jobs start"],
  effects: "change",
  roleFor: ({ what }) => (what === undefined ? "viewer" : "operator"),
  run: (context, { what }) => context.transact(() => say(what ?? "list")),
} satisfies Command<typeof thing>;

const here = {
  name: "here",
  group: "help",
  role: "admin",
  summary: "Enrols this chat",
  args: none,
  examples: ["/here"],
  effects: "change",
  anywhere: true,
  run: (context) =>
    context.transact((tx) => {
      context.chats.enrol(tx, context.actor, context.chat, ["alerts"]);
      return say("Enrolled.");
    }),
} satisfies Command<typeof none>;

const whoami = {
  name: "whoami",
  group: "people",
  role: "anyone",
  summary: "Any role will do",
  args: none,
  examples: ["/whoami"],
  effects: "read",
  run: ({ who }) => say(who.role),
} satisfies Command<typeof none>;

export const SMALL_COMMANDS: readonly Command[] = [look, act, harm, jobs, here, whoami];

export interface BenchOptions {
  readonly commands?: readonly Command[];
  readonly platforms?: readonly Platform[];
  readonly database?: Database;
  readonly clock?: VirtualClock;
  readonly seed?: string;
}

export class Bench {
  readonly clock: VirtualClock;
  readonly database: Database;
  readonly telegram = new KeepingPlatform("telegram");
  readonly errors: unknown[] = [];
  readonly chat: Chat;
  #updates = 0;

  constructor({ commands = SMALL_COMMANDS, platforms, database, clock, seed = "chat" }: BenchOptions = {}) {
    this.clock = clock ?? new VirtualClock(NOON);
    this.database = database ?? freshDatabase();
    const options: ChatOptions = {
      clock: this.clock,
      database: this.database,
      ids: idSource(seededRandom(seed)),
      commands,
      capabilities: capabilitiesOf(this.database),
      platforms: platforms ?? [this.telegram],
      timeZone: "UTC",
      report: (error) => void this.errors.push(error),
    };
    this.chat = createChat(options);
  }

  static async started(options: BenchOptions = {}): Promise<Bench> {
    const bench = new Bench(options);
    await bench.chat.start();
    return bench;
  }

  /** A person with a Telegram account of that number. */
  person(label: string, role: Role | null, accountId: string): number {
    return this.database.transact(this.clock.now(), (tx) =>
      insertPerson(tx, { label, role, account: { platform: "telegram", accountId } }, SYSTEM),
    );
  }

  incoming(accountId: string, text: string, changes: Partial<Incoming> = {}): Incoming {
    this.#updates += 1;
    return {
      platform: "telegram",
      updateId: `u${this.#updates}`,
      chat: { platform: "telegram", chatId: accountId, threadId: "", isPrivate: true },
      sender: { accountId, label: `name of ${accountId}` },
      oddities: [],
      sentAt: this.clock.now(),
      content: { kind: "line", text },
      ...changes,
    };
  }

  /** Lets what can start do so, then moves the clock. */
  async wait(ms: number): Promise<void> {
    await breath();
    await this.clock.advanceTo(this.clock.now() + ms);
  }

  /** Sends a line and waits for the answer; what was answered. */
  async say(accountId: string, text: string, changes: Partial<Incoming> = {}): Promise<string> {
    return this.give(this.incoming(accountId, text, changes));
  }

  async press(accountId: string, payload: string, changes: Partial<Incoming> = {}): Promise<string> {
    return this.give(this.incoming(accountId, "", { content: { kind: "press", payload }, ...changes }));
  }

  async give(incoming: Incoming): Promise<string> {
    const before = this.telegram.sent.length;
    await this.telegram.handlers!.receive(incoming).done;
    return this.telegram.sent
      .slice(before)
      .map(({ message }) => textOf(message))
      .join("\n---\n");
  }

  /** The audit log's types of a category, oldest first. */
  journal(...categories: readonly string[]): readonly string[] {
    return this.database
      .read((reader) => queryEvents(reader, { limit: 10_000 }))
      .filter(({ category, type }) => categories.includes(category) && !type.startsWith("chat_"))
      .map(({ type }) => type)
      .toReversed();
  }

  effects(): readonly string[] {
    return this.database
      .read((reader) => queryEvents(reader, { type: "test_effect", limit: 10_000 }))
      .map(({ summary }) => summary)
      .toReversed();
  }
}

export function freshDatabase(path = ":memory:"): Database {
  const database = new Database({ path });
  migrate(database, NOON, { auto: true });
  database.transact(NOON, (tx) => initialiseState(tx, SYSTEM));
  return database;
}

/** What the small commands and the notices reach; the rest is not there. */
function capabilitiesOf(database: Database): Capabilities {
  return {
    market: { instrument: () => BTCUSDT },
    people: peopleOf(database),
    chats: chatsOf(database),
    state: { policy: () => "protect" },
    account: {
      position: () => ({ lots: 0, isDust: false, markTicks: null }),
      equity: () => ({ equityUnits: 0 }),
    },
  } as unknown as Capabilities;
}

/** One turn of the event loop: whatever could start has started. */
export const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
