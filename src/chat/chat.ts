/** Chat as a whole: commands in, answers and notices out, over any number of platforms. */
import type { Database } from "../../db/database.ts";
import type { Clock } from "../core/clock.ts";
import { OutsideError } from "../core/errors.ts";
import type { IdSource } from "../core/ids.ts";
import type { Command } from "./command.ts";
import { expireQuestions } from "./confirmations.ts";
import type { Capabilities } from "./context.ts";
import { Inbox } from "./inbox.ts";
import { expandNotices } from "./notices.ts";
import { Outbox } from "./outbox.ts";
import type { Platform } from "./platform.ts";
import { type PlatformStatus, PlatformWatch } from "./platform-watch.ts";
import { createRegistry } from "./registry.ts";
import type { House, Report } from "./turn.ts";

/** How long the end of the process waits for commands and messages under way. */
const DRAIN_MS = 10_000;

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
  const outbox = new Outbox({ clock, database, platforms, report });
  const house: House = {
    ...{ clock, marketClock, database, ids, capabilities, report, timeZone },
    platforms: new Set(platforms.map(({ name }) => name)),
    registry: createRegistry(options.commands),
    wake: () => deliver(),
    showNow: (chat, message, shown) => outbox.showNow(chat, message, shown),
    underWay: new Map(),
    closed: ending.signal,
  };
  const inbox = new Inbox(house);
  const watch = new PlatformWatch(database, clock);
  let stopListening = (): void => {};

  function deliver(): void {
    try {
      while (expandNotices(house) > 0);
    } catch (error) {
      report(error, { doing: "expand notices" });
    }
    outbox.wake();
  }

  const connect = async (platform: Platform): Promise<void> => {
    const { name } = platform;
    try {
      await platform.connect({
        onStatus: (isConnected, detail) => watch.note(name, isConnected, detail),
        receive: (incoming) => ({ done: inbox.receive(incoming).handled.then(() => outbox.flush(name)) }),
      });
    } catch (error) {
      watch.note(name, false, error instanceof OutsideError ? error.message : "It could not be started.");
      report(error, { platform: name });
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
      await Promise.all(platforms.map(connect));
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
