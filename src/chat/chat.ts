/** Chat as a whole: commands in, answers and notices out, over any number of platforms. */
import type { Database } from "../../db/database.ts";
import { newestDelivery } from "../../db/deliveries.ts";
import { deleteDialogue, readDialogue, writeDialogue } from "../../db/dialogues.ts";
import type { PlatformName } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import { OutsideError } from "../core/errors.ts";
import type { IdSource } from "../core/ids.ts";
import type { Picture } from "../core/picture.ts";
import { menuOf } from "./access.ts";
import type { Command } from "./command.ts";
import { completionsOf } from "./completion.ts";
import { expireQuestions } from "./confirmations.ts";
import type { Capabilities } from "./context.ts";
import { promptOf } from "./dispatch.ts";
import { Inbox } from "./inbox.ts";
import { Menus } from "./menus.ts";
import type { DrawnBlock } from "./message.ts";
import { expandNotices } from "./notices.ts";
import { Outbox } from "./outbox.ts";
import type { DialogueStore, Platform, PlatformHandlers } from "./platform.ts";
import { type PlatformStatus, PlatformWatch } from "./platform-watch.ts";
import { createRegistry } from "./registry.ts";
import type { House, Report } from "./turn.ts";

/** How long the end of the process waits for commands and messages under way. */
const DRAIN_MS = 10_000;
/** Between the tries to connect a platform that cannot be reached. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

export interface ChatOptions {
  readonly database: Database;
  /** People's clock. */
  readonly clock: Clock;
  /** The market's; people's own when left out. */
  readonly marketClock?: Clock;
  /** Seeded in the demo; from a secure source otherwise, for buttons cannot be guessed then. */
  readonly ids: IdSource;
  readonly commands: readonly Command[];
  readonly capabilities: Capabilities;
  readonly platforms: readonly Platform[];
  /** Of chats that have not chosen their own (IANA). */
  readonly timeZone: string;
  /** A picture as PNG; without it captions stand alone. */
  readonly paint?: (picture: Picture) => Promise<Uint8Array | null>;
  /** What is shown of a person's one-time-code seed. */
  readonly seedBlocks?: (personId: number) => readonly DrawnBlock[];
  readonly report: Report;
}

export interface Chat {
  /**
   * Takes up what the last process left, then connects every platform. One that cannot connect is reported and stops
   * neither the others nor the start.
   */
  start(): Promise<void>;
  /** Takes no more messages, lets those under way end, sends what can be sent now, and closes the platforms. */
  stop(): Promise<void>;
  /** Ends questions that nobody answered in time; a job's safety net for timers. */
  expireQuestions(): void;
  /** Resolves when every message was handled and nothing more can be sent right now. */
  settled(): Promise<void>;
  platforms(): readonly PlatformStatus[];
}

export function createChat(options: ChatOptions): Chat {
  const { clock, database, ids, capabilities, platforms, report, timeZone } = options;
  const { marketClock = clock } = options;
  const ending = new AbortController();
  const watch = new PlatformWatch(database, clock);
  const { paint = async () => null, seedBlocks = () => [] } = options;
  const onReach = (name: PlatformName, isReached: boolean, detail: string): void =>
    watch.note(name, "out", isReached, detail);
  const outbox = new Outbox({ clock, database, platforms, report, paint, seedBlocks, onReach });
  const house: House = {
    ...{ clock, marketClock, database, ids, capabilities, report, timeZone },
    platforms: new Set(platforms.map(({ name }) => name)),
    registry: createRegistry(options.commands),
    wake: () => deliver(),
    showNow: (chat, message, shown, answers) => outbox.showNow(chat, message, shown, answers),
    underWay: new Map(),
    closed: ending.signal,
  };
  const inbox = new Inbox(house);
  const menus = new Menus(house, platforms);
  let stopListening = (): void => {};
  /** Most commits are the engine's and send nothing. */
  let seenDelivery = -1;

  function deliver(): void {
    try {
      while (expandNotices(house) > 0);
    } catch (error) {
      report(error, { doing: "expand notices" });
    }
    const newest = database.read(newestDelivery);
    if (newest !== seenDelivery) outbox.wake();
    seenDelivery = newest;
    menus.refresh();
  }

  const handlersFor = ({ name }: Platform): PlatformHandlers => ({
    commands: options.commands,
    receive(incoming) {
      const { handled, refusal } = inbox.receive(incoming);
      return { done: handled.then(() => outbox.flush(name)), refusal };
    },
    promptOf: (incoming) => promptOf(house, incoming),
    completions: ({ accountId }, line) =>
      completionsOf(
        database.read((reader) => menuOf(reader, house.registry, name, accountId)),
        line,
      ),
    dialogues: dialoguesOf(database, clock, name),
    inTurn: (chat, write) => outbox.inTurn(chat, write),
    onStatus(isConnected, detail) {
      watch.note(name, "in", isConnected, detail);
      if (isConnected) outbox.retry(name);
    },
  });

  /** Tried again for as long as the process runs: whatever keeps a platform away may end. */
  const connect = async (platform: Platform, pauseMs = FIRST_PAUSE_MS): Promise<void> => {
    const { name } = platform;
    try {
      await platform.connect(handlersFor(platform));
      menus.refresh();
    } catch (error) {
      watch.note(
        name,
        "in",
        false,
        error instanceof OutsideError ? error.message : "It could not be started.",
      );
      if (pauseMs === FIRST_PAUSE_MS) report(error, { platform: name });
      if (ending.signal.aborted) return;
      const cancel = clock.after(pauseMs, () => {
        ending.signal.removeEventListener("abort", cancel);
        void connect(platform, Math.min(LONGEST_PAUSE_MS, pauseMs * 2));
      });
      ending.signal.addEventListener("abort", cancel, { once: true });
    }
  };

  /** What is under way may end; what hangs may not hold up the process's end. */
  const drained = async (): Promise<void> => {
    let cancel = (): void => {};
    const patience = new Promise<void>((resolve) => {
      cancel = clock.after(DRAIN_MS, resolve);
    });
    await Promise.race([inbox.idle().then(() => outbox.flush()), patience]);
    await Promise.race([outbox.close(), patience]);
    cancel();
  };

  return {
    async start() {
      expireQuestions(house);
      stopListening = database.onCommit(deliver);
      deliver();
      void inbox.wake();
      await Promise.all(platforms.map((platform) => connect(platform)));
    },
    async stop() {
      ending.abort();
      stopListening();
      await drained();
      watch.close();
      await Promise.all(platforms.map((platform) => platform.close()));
    },
    expireQuestions: () => expireQuestions(house),
    async settled() {
      await inbox.wake();
      await inbox.idle();
      await outbox.flush();
    },
    platforms: () => watch.statuses(),
  };
}

const dialoguesOf = (database: Database, clock: Clock, platform: PlatformName): DialogueStore => ({
  read: (key) => database.read((reader) => readDialogue(reader, platform, key)),
  write: (key, state) => database.transact(clock.now(), (tx) => writeDialogue(tx, platform, key, state)),
  delete: (key) => database.transact(clock.now(), (tx) => deleteDialogue(tx, platform, key)),
});
