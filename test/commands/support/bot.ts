// A whole bot but for the exchange and the messenger: real database, engine, scheduler and chat on a virtual clock.

import { commands } from "../../../commands/index.ts";
import { openAccount } from "../../../db/accounts.ts";
import { queryEvents } from "../../../db/audit.ts";
import { verifyChain } from "../../../db/audit-chain.ts";
import { upsertCandles } from "../../../db/candles.ts";
import { enrolChat } from "../../../db/chats.ts";
import { activate, insertVersion } from "../../../db/config-versions.ts";
import { enrolSeed, spendCounter } from "../../../db/one-time-codes.ts";
import { insertPerson } from "../../../db/people.ts";
import { initialiseState } from "../../../db/system-state.ts";
import { createCapabilities } from "../../../src/capabilities/capabilities.ts";
import { type Chat, createChat } from "../../../src/chat/chat.ts";
import type { ChatRef } from "../../../src/chat/house-capabilities.ts";
import type { Block } from "../../../src/chat/message.ts";
import type { Incoming, Outgoing, Platform, PlatformHandlers } from "../../../src/chat/platform.ts";
import { VirtualClock } from "../../../src/clock.ts";
import { loadConfig } from "../../../src/config.ts";
import type { Actor, Role } from "../../../src/core/actor.ts";
import { candleAt } from "../../../src/core/candles.ts";
import { OutsideError } from "../../../src/core/errors.ts";
import { idSource } from "../../../src/core/ids.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { PositionPolicy, SystemState } from "../../../src/core/state.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { sealSeed } from "../../../src/identity/seed-box.ts";
import type { MarketFeed } from "../../../src/market/feed.ts";
import { ReplayCandles, ReplayFeed } from "../../../src/market/replay.ts";
import { REPLAY_INSTRUMENT } from "../../../src/market/replay-instrument.ts";
import { DEFAULT_HARD_LIMITS } from "../../../src/risk/limits.ts";
import { Scheduler } from "../../../src/scheduler/scheduler.ts";
import { initialTunables } from "../../../src/tunables/table.ts";
import { PAPER, programDatabase } from "../../db/test-database.ts";
import { everythingElse } from "../../support/everything-else.ts";
import { plainSpaces } from "../../support/plain-spaces.ts";
import { SEED } from "./code-device.ts";
import { HOUR_MS, NOW, risingCandles, STORED_CANDLES } from "./market.ts";

const TESTER: Actor = { kind: "system", name: "test" };
/** Telegram ids of the three people, by role. */
const ACCOUNTS: Readonly<Record<Role, string>> = { admin: "1001", operator: "1002", viewer: "1003" };
const STRANGER = "6666";
const random = seededRandom("seeds and codes");
const seedKey = new Uint8Array(32).fill(7);

const rising = new ReplayCandles(risingCandles());

export type Bot = Awaited<ReturnType<typeof startBot>>;

export async function startBot({ hasCandles = true }: { hasCandles?: boolean } = {}) {
  const database = programDatabase();
  const clock = new VirtualClock(NOW);
  const settings = { policy: "protect" as PositionPolicy, isReachable: true };
  database.transact(NOW, (tx) => {
    initialiseState(tx, TESTER);
    const version = insertVersion(
      tx,
      { baseVersion: null, source: "environment", tunables: initialTunables() },
      TESTER,
    );
    activate(tx, version, TESTER);
    openAccount(tx, PAPER, TESTER);
    for (const role of ["admin", "operator", "viewer"] as const) {
      const account = { platform: "telegram", accountId: ACCOUNTS[role] } as const;
      insertPerson(tx, { label: NAMES[role], role, account }, TESTER);
    }
    enrolChat(
      tx,
      { platform: "telegram", chatId: "-100", threadId: "", topics: [], timeZone: "Europe/Rome" },
      TESTER,
    );
    const stored = Array.from({ length: hasCandles ? STORED_CANDLES : 0 }, (_, i) =>
      candleAt(rising.base, i),
    );
    upsertCandles(tx, "BTCUSDT", "1h", stored);
  });
  const feed: MarketFeed = new (class extends ReplayFeed {
    override async quote() {
      if (settings.isReachable) return super.quote();
      throw new OutsideError("market_unreachable", "The market does not answer.");
    }
  })(rising, clock);
  const engine = new Engine({
    ...{ database, clock, instrument: REPLAY_INSTRUMENT, limits: DEFAULT_HARD_LIMITS },
    feed,
    settings: {
      ...{ symbol: "BTCUSDT", cycleMs: 60_000, exitTimeframe: "1h", fillModel: "slippage" },
      get policy() {
        return settings.policy;
      },
    },
    ids: idSource(seededRandom("orders")),
    requireDataReady: true,
  });
  const scheduler = new Scheduler({
    ...{ database, clock, onError: () => {} },
    jobs: [
      {
        name: "cycle",
        summary: "trades",
        timing: { everyMs: 60_000 },
        isSafety: false,
        run: async () => "ok",
      },
      {
        name: "expiry",
        summary: "expires",
        timing: { everyMs: 5_000 },
        isSafety: true,
        run: async () => "ok",
      },
      {
        ...{ name: "backup", summary: "copies", timing: { everyMs: 86_400_000 }, isSafety: false },
        run: () => Promise.reject(new Error("the disk is full")),
      },
    ],
  });
  scheduler.start();
  const messenger = new Messenger();
  const problems: unknown[] = [];
  const capabilities = createCapabilities({
    ...{ database, engine, clock, feed, mode: "replay", version: "0.1.0", startedAt: NOW },
    peopleClock: clock,
    scheduler: () => scheduler,
    feedConnection: () => ({
      isConnected: settings.isReachable,
      since: NOW,
      detail: settings.isReachable ? "" : "no answer",
    }),
    settings: loadConfig({ environment: {}, envFile: null }).settings,
    chain: database.read((reader) => verifyChain(reader)),
    process: {
      memoryBytes: () => 81_000_000,
      loopDelayMs: () => 3,
      logTail: (lines) => ["INFO started", "WARN the stream was interrupted"].slice(-lines),
    },
    platforms: () => chat.platforms(),
    isHalted: () => false,
    recover: () => {},
    ...{ random, seedKey },
  });
  const chat: Chat = createChat({
    ...{ database, clock, commands, timeZone: "UTC" },
    ids: idSource(seededRandom("chat")),
    platforms: [messenger],
    report: (error) => problems.push(error),
    capabilities,
  });
  await chat.start();

  /** Sends something as somebody and waits for what comes back. */
  const send = async (
    content: Incoming["content"],
    { as = "admin", at = clock.now(), chatId = "-100" }: Sending,
  ) => {
    const before = messenger.shown.length;
    await messenger.receive({
      platform: "telegram",
      updateId: String(++messenger.updates),
      chat: { platform: "telegram", chatId, threadId: "", isPrivate: chatId !== "-100" },
      sender: { accountId: as === "stranger" ? STRANGER : ACCOUNTS[as], label: as },
      oddities: [],
      sentAt: at,
      content,
    });
    await chat.settled();
    return messenger.shown
      .slice(before)
      .filter((one) => one.chatId === chatId)
      .map(({ message }) => message);
  };

  /** The card that answers a typed line. */
  const type = async (text: string, how: Sending = {}): Promise<Outgoing> =>
    answerTo(text, await send({ kind: "line", text }, how));

  /** The card that answers a press of a card's button. */
  const press = async (shown: Outgoing, label: string, how: Sending = {}): Promise<Outgoing> => {
    const button = shown.buttons.flat().find((one) => one.label === label);
    if (button === undefined)
      throw new Error(`There is no button "${label}" among ${labelsOf(shown).join(", ")}.`);
    return answerTo(label, await send({ kind: "press", payload: button.payload }, how));
  };

  return {
    ...{ chat, clock, database, engine, problems, scheduler, settings, send, type, press },
    /** Everything that was shown in any chat, oldest first. */
    shown: () => messenger.shown,
    state: (): SystemState =>
      database.read((reader) => reader.get<{ state: SystemState }>("SELECT state FROM system_state"))!.state,
    accountId: (): number => engine.current().account.id,
    /** The newest event of the journal of chat. */
    journal: () => database.read((reader) => queryEvents(reader, { limit: 1, category: "chat" }))[0]!,
    /** Everything that a refused command must leave as it was: all tables but the audit log and the messages themselves. */
    everythingElse: (): string => database.read((reader) => everythingElse(reader)),
    /** Runs and buys on the next closed candle. */
    async buy(): Promise<Outgoing> {
      await type("/resume");
      await clock.advanceTo(clock.now() + HOUR_MS);
      return type("/cycle");
    },
    enrolDevice(): void {
      database.transact(clock.now(), (tx) => {
        const sealed = sealSeed({ key: seedKey, random, personId: 1, seed: SEED, at: clock.now() });
        enrolSeed(tx, 1, sealed, TESTER);
        spendCounter(tx, 1, 1, TESTER);
      });
    },
    async stop(): Promise<void> {
      await scheduler.stop();
      await chat.stop();
      database.close();
    },
  };
}

const NAMES: Readonly<Record<Role, string>> = { admin: "Ada", operator: "Otto", viewer: "Vera" };

export interface Sending {
  readonly as?: Role | "stranger";
  /** When the person sent it. */
  readonly at?: number;
  /** `-100` is the enrolled group; anything else is a private chat. */
  readonly chatId?: string;
}

function answerTo(what: string, shown: readonly Outgoing[]): Outgoing {
  const answer = shown.at(-1);
  if (answer === undefined) throw new Error(`Nothing answered "${what}".`);
  return answer;
}

export const labelsOf = (shown: Outgoing): readonly string[] =>
  shown.buttons.flat().map(({ label }) => label);

/** All the words of a card, block by block, as a person would read them. */
export const wordsOf = ({ body, footer, title }: Outgoing): string =>
  plainSpaces([title ?? "", ...body.map((block) => blockWords(block)), footer ?? ""].join("\n"));

function blockWords(block: Block): string {
  switch (block.kind) {
    case "text":
    case "verbatim":
      return block.text;
    case "fields":
      return [block.title ?? "", ...block.fields.map(({ label, value }) => `${label}: ${value}`)].join("\n");
    case "table":
      return [block.columns.map(({ title }) => title), ...block.rows]
        .map((row) => row.join(" | "))
        .join("\n");
    case "series":
    case "picture":
      return block.caption;
    case "copy":
      return `${block.label}: ${block.text}`;
    case "seed":
      return "";
    case "checklist":
      return block.items.map(({ label, note, ok }) => `${ok ? "✓" : "✗"} ${label} ${note ?? ""}`).join("\n");
    case "progress":
      return block.label;
  }
}

/** A messenger that shows everything at once. */
class Messenger implements Platform {
  readonly name = "telegram";
  readonly hasImages = false;
  readonly pace = { overall: [], perChat: () => [] };
  readonly shown: { readonly chatId: string; readonly message: Outgoing }[] = [];
  updates = 0;
  #handlers: PlatformHandlers | null = null;

  async connect(handlers: PlatformHandlers): Promise<void> {
    this.#handlers = handlers;
    handlers.onStatus(true, "");
  }

  receive(incoming: Incoming): Promise<void> {
    return this.#handlers!.receive(incoming).done;
  }

  async send({ chatId }: ChatRef, message: Outgoing): Promise<string> {
    this.shown.push({ chatId, message });
    return String(this.shown.length);
  }

  async edit({ chatId }: ChatRef, externalId: string, message: Outgoing): Promise<string> {
    this.shown.push({ chatId, message });
    return externalId;
  }

  async remove(): Promise<void> {}

  async showMenus(): Promise<void> {}

  async close(): Promise<void> {}
}
