/** One message of a known person on its way through chat, and how it ends early. */
import type { Database } from "../../db/database.ts";
import type { Actor, PlatformName } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import type { IdSource } from "../core/ids.ts";
import { NONCE_LENGTH } from "./button.ts";
import type { Command } from "./command.ts";
import type { Asker, Capabilities } from "./context.ts";
import type { ChatRef } from "./house-capabilities.ts";
import { type Card, problem } from "./message.ts";
import type { Registry } from "./registry.ts";
import { type Ending, settleMessage, type Taken } from "./settlement.ts";
import type { Replaced } from "./stored-card.ts";

/** What the whole of chat works with; put together in `chat.ts`. */
export interface House {
  readonly database: Database;
  /** People's clock: deadlines, lateness and deliveries go by it. */
  readonly clock: Clock;
  /** The market's clock: what a command changes or shows bears its instant. The same one unless a demo runs the market fast. */
  readonly marketClock: Clock;
  readonly ids: IdSource;
  readonly registry: Registry;
  readonly capabilities: Capabilities;
  /** Those this process runs, connected or not. */
  readonly platforms: ReadonlySet<PlatformName>;
  /** Of chats that have not chosen their own (IANA). */
  readonly timeZone: string;
  /** An error nobody in chat can mend: logged, never shown. An InvariantError ends the process. */
  readonly report: Report;
  /** Something new is to be delivered. */
  readonly wake: () => void;
  /** Shows a passing state outside the outbox; the message's id, null when it could not be shown. */
  readonly showNow: (
    chat: ChatRef,
    message: string | null,
    shown: Card,
    answers: string | null,
  ) => Promise<string | null>;
  /** Changing commands and confirmations under way, with when they began. */
  readonly underWay: Map<string, number>;
  readonly closed: AbortSignal;
}

export type Report = (error: unknown, facts: Readonly<Record<string, string | number>>) => void;

export interface Turn {
  readonly taken: Taken;
  readonly asker: Asker;
  readonly actor: Extract<Actor, { kind: "person" }>;
  readonly via: "typed" | "button";
  readonly replaces: Replaced | null;
  /** The question that this press confirms. */
  readonly question: string | null;
}

/** A command with valid arguments that its asker may run. */
export interface Invocation {
  readonly command: Command;
  readonly args: Readonly<Record<string, unknown>>;
  /** The arguments as typed. */
  readonly tail: string;
  /** The role these arguments need. */
  readonly needed: Command["role"];
}

export const newNonce = ({ ids, clock }: House): string => ids.next(clock.now()).slice(-NONCE_LENGTH);

export function settleNow(house: House, taken: Taken, ending: Omit<Ending, "nonce">): void {
  const nonce = newNonce(house);
  house.database.transact(house.marketClock.now(), (tx) => settleMessage(tx, taken, { ...ending, nonce }));
  house.wake();
}

export interface EarlyEnd {
  readonly outcome: Ending["outcome"];
  readonly code: string;
  /** What the person is told. */
  readonly sentence: string;
  readonly command?: string;
  readonly replaces?: Replaced;
  readonly question?: Ending["question"];
}

/** Settles a message that goes no further, with one sentence. */
export function endEarly(house: House, { taken, asker, actor }: Turn, early: EarlyEnd): void {
  const { outcome, code, sentence, command, replaces = null, question = null } = early;
  settleNow(house, taken, {
    outcome,
    summary: `${asker.label}: ${command === undefined ? "message" : `/${command}`} ${outcome} (${code}).`,
    facts: { code, ...(command !== undefined && { command }) },
    actor,
    reply: problem(sentence),
    command: null,
    replaces,
    question,
  });
}
