/** A Telegram on loopback, the platform connected to it, and a recording house behind the port. Every test closes what it opened. */
import { afterEach, expect } from "bun:test";
import type { User } from "grammy/types";
import type { Prompt } from "../../../src/chat/message.ts";
import type {
  DialogueStore,
  Incoming,
  Outgoing,
  Platform,
  PlatformHandlers,
} from "../../../src/chat/platform.ts";
import { SystemClock } from "../../../src/clock.ts";
import { createTelegram, type TelegramOptions } from "../../../src/platforms/telegram/telegram.ts";
import { FakeTelegram } from "../../support/telegram/fake-telegram.ts";

export const TOKEN = "4242:AAE-the_token_that_nobody_may_read";
export const CHAT = { platform: "telegram", chatId: "7", threadId: "" } as const;

export interface Desk {
  readonly fake: FakeTelegram;
  readonly anna: User;
  readonly ben: User;
  readonly received: Incoming[];
  readonly statuses: { readonly isConnected: boolean; readonly detail: string }[];
  readonly warnings: { readonly message: string; readonly facts: object }[];
  /** What a payload asks for. */
  readonly prompts: Map<string, Prompt>;
  readonly dialogues: Map<string, string>;
  /** The next so many receptions fail, as those of a database that is locked. */
  failures: number;
  platform: Platform;
  handlers: { -readonly [Name in keyof PlatformHandlers]: PlatformHandlers[Name] };
  /** Ends the platform and begins anew, as a restart of the program does. */
  restart(): Promise<void>;
  /** Lets people's clock jump. */
  skip(ms: number): void;
  next(count?: number): Promise<readonly Incoming[]>;
  connectedAgain(): Promise<void>;
}

interface DeskOptions {
  readonly speed?: number;
  readonly isConnected?: boolean;
  readonly webhook?: TelegramOptions["webhook"];
  readonly token?: string;
}

const open: Desk[] = [];

afterEach(async () => {
  for (const desk of open.splice(0)) {
    await desk.platform.close();
    await desk.fake.stop();
    expect(desk.fake.faults).toEqual([]);
    expect(JSON.stringify([desk.statuses, desk.warnings])).not.toContain("AAE-the_token");
  }
});

export async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  const { speed = 1, isConnected = true, token = TOKEN, webhook } = options;
  const fake = FakeTelegram.start({ token: TOKEN, speed, webhookTimeoutMs: 5_000 });
  fake.rateLimit.isOn = false;
  const system = new SystemClock(speed === 1 ? {} : { speed });
  let skipped = 0;
  const clock = {
    now: () => system.now() + skipped,
    after: (delayMs: number, run: () => void) => system.after(delayMs, run),
    sleep: (delayMs: number, signal?: AbortSignal) => system.sleep(delayMs, signal),
  };
  const desk: Desk = {
    fake,
    anna: fake.person({ id: 7, firstName: "Anna" }),
    ben: fake.person({ id: 8, firstName: "Ben" }),
    received: [],
    statuses: [],
    warnings: [],
    prompts: new Map(),
    dialogues: new Map(),
    failures: 0,
    platform: create(),
    handlers: null as never,
    async restart() {
      await desk.platform.close();
      desk.platform = create();
      await desk.platform.connect(desk.handlers);
    },
    skip: (ms) => {
      skipped += ms;
    },
    next: (count = 1) => waitFor(() => (desk.received.length >= count ? desk.received : null)),
    connectedAgain: async () => void (await waitFor(() => desk.statuses.at(-1)?.isConnected)),
  };
  desk.handlers = handlersOf(desk);
  open.push(desk);
  if (isConnected) await desk.platform.connect(desk.handlers);
  return desk;

  function create(): Platform {
    return createTelegram({
      token,
      apiRoot: fake.apiRoot,
      clock,
      warn: (message, facts) => desk.warnings.push({ message, facts }),
      ...(webhook === undefined ? {} : { webhook }),
    });
  }
}

function handlersOf(desk: Desk): PlatformHandlers {
  const dialogues: DialogueStore = {
    read: (key) => desk.dialogues.get(key) ?? null,
    write: (key, state) => void desk.dialogues.set(key, state),
    delete: (key) => void desk.dialogues.delete(key),
  };
  return {
    commands: [],
    receive(incoming) {
      if (desk.failures > 0) {
        desk.failures -= 1;
        throw new Error("database is locked");
      }
      const isNew = desk.received.every(({ updateId }) => updateId !== incoming.updateId);
      if (isNew) desk.received.push(incoming);
      return { done: Promise.resolve(), refusal: null };
    },
    promptOf: ({ content }) =>
      content.kind === "press" ? (desk.prompts.get(content.payload) ?? null) : null,
    completions: () => [],
    dialogues,
    inTurn: async (_, write) => void (await write()),
    onStatus: (isConnected, detail) => desk.statuses.push({ isConnected, detail }),
  };
}

/** Polls what no event announces. */
export async function waitFor<T>(look: () => T | null | undefined | false, timeoutMs = 4_000): Promise<T> {
  for (const endsAt = Date.now() + timeoutMs; Date.now() < endsAt; await Bun.sleep(5)) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
  }
  throw new Error("waited in vain");
}

export const outgoing = (parts: Partial<Outgoing> = {}): Outgoing => ({
  title: null,
  tone: "neutral",
  body: [],
  buttons: [],
  footer: null,
  level: "info",
  image: null,
  isSilent: false,
  answers: null,
  ...parts,
});
