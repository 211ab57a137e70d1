/**
 * What commands can reach of the house itself (config, audit, jobs, people, chats, the process), in core words,
 * one small interface a topic. Reads are synchronous unless they say otherwise; instants in epoch ms.
 */
import type { Tx } from "../../db/database.ts";
import type { Actor, PlatformName, Role } from "../core/actor.ts";
import type { Result } from "../core/errors.ts";
import type { EventCategory } from "../core/event.ts";
import type { NoticeTopic } from "../core/notice.ts";
import type { ParameterValue } from "../core/parameter.ts";
import type { Page, Progress } from "./trading-capabilities.ts";

export interface ConfigVersionView {
  readonly version: number;
  readonly baseVersion: number | null;
  readonly createdAt: number;
  readonly source: string;
  readonly isActive: boolean;
  readonly tunables: Readonly<Record<string, ParameterValue>>;
}

export interface ConfigCapability {
  active(): ConfigVersionView;
  version(version: number): ConfigVersionView | null;
  versions(page: number, size: number): Page<Omit<ConfigVersionView, "tunables">>;
  /** Unit, help and bounds of a tunable for showing it; null when there is no such key. */
  describe(key: string): { readonly unit: string; readonly help: string; readonly bounds: string } | null;
}

export interface EventView {
  readonly seq: number;
  readonly at: number;
  readonly category: EventCategory;
  readonly type: string;
  readonly actor: string;
  readonly summary: string;
}

export interface EventFilter {
  readonly category?: EventCategory;
  /** Part of an actor's label, such as `person:3@`, `job:` or `system:`. */
  readonly actor?: string;
  /** Part of the summary, in any case. */
  readonly text?: string;
  readonly fromAt?: number;
  readonly toAt?: number;
}

export interface AuditCapability {
  /** What the chain was last found to be, at the start or since. */
  lastChecked(): {
    readonly ok: boolean;
    readonly at: number;
    readonly headSeq: number;
    readonly firstBadSeq: number | null;
  };
  events(filter: EventFilter, page: number, size: number): Page<EventView>;
  /** Checks the whole chain and the books; may take seconds. */
  verify(progress: Progress): Promise<{
    readonly ok: boolean;
    /** Events checked, and the head's number and hash (hex). */
    readonly checked: number;
    readonly headSeq: number;
    readonly headHash: string;
    /** One line a check: what was checked and what was found. */
    readonly findings: readonly { readonly ok: boolean; readonly label: string; readonly detail: string }[];
  }>;
}

export interface JobView {
  readonly name: string;
  readonly summary: string;
  readonly isEnabled: boolean;
  /** A safety job cannot be stopped. */
  readonly isSafety: boolean;
  readonly isRunning: boolean;
  readonly lastStartedAt: number | null;
  readonly lastDurationMs: number | null;
  readonly lastStatus: "ok" | "failed" | "skipped" | null;
  readonly lastError: string | null;
  readonly failuresInARow: number;
  readonly nextRunAt: number | null;
}

export type SchedulerRefusal = "no_such_job" | "safety_job" | "already_running" | "not_ready" | "already_so";

export interface SchedulerCapability {
  jobs(): readonly JobView[];
  /** Enables or disables one job, or every job that may be stopped with null. `facts.missing` says what is short when not ready. */
  start(
    tx: Tx,
    actor: Actor,
    job: string | null,
  ): Result<{ readonly changed: readonly string[] }, SchedulerRefusal>;
  stop(
    tx: Tx,
    actor: Actor,
    job: string | null,
  ): Result<{ readonly changed: readonly string[] }, SchedulerRefusal>;
  /** Runs one job now and waits for it. */
  run(
    actor: Actor,
    job: string,
  ): Promise<Result<{ readonly durationMs: number }, SchedulerRefusal | "job_failed">>;
}

export interface PersonView {
  readonly id: number;
  readonly label: string;
  /** Null when revoked. */
  readonly role: Role | null;
  readonly accounts: readonly { readonly platform: PlatformName; readonly accountId: string }[];
}

export type PeopleRefusal = "no_such_person" | "last_admin" | "bad_account" | "already_so";

export interface PeopleCapability {
  list(): readonly PersonView[];
  byId(personId: number): PersonView | null;
  byAccount(platform: PlatformName, accountId: string): PersonView | null;
  /** A readable name for an actor label of the audit log: `person:3@telegram` becomes `Ada (Telegram)`. */
  nameOf(actorLabel: string): string;
  /** Gives a role to an account, creating its person when there is none. The last admin keeps the role. */
  grant(
    tx: Tx,
    actor: Actor,
    account: { readonly platform: PlatformName; readonly accountId: string; readonly label: string },
    role: Role,
  ): Result<PersonView, PeopleRefusal>;
  revoke(tx: Tx, actor: Actor, personId: number): Result<PersonView, PeopleRefusal>;
}

/** Unreadable: the key that sealed the seed is not the one this process has. */
export type CodeRefusal = "wrong_code" | "locked" | "seed_unreadable";

export interface OneTimeCodesCapability {
  /** Whether this installation has a key to keep seeds with. */
  hasKey(): boolean;
  /** Whether the person has a confirmed device. */
  isEnrolled(personId: number): boolean;
  /** A new seed, in the place of one that was never confirmed; a `seed` block shows it for 15 minutes. */
  enrol(tx: Tx, actor: Actor, personId: number): Result<null, "no_key" | "already_enrolled">;
  /** Spends the device's first code; from then on the person is enrolled. */
  confirm(tx: Tx, actor: Actor, personId: number, code: string): Result<null, "not_enrolling" | CodeRefusal>;
  /** Ends an enrolment that was not confirmed; false when there is none. */
  cancel(tx: Tx, actor: Actor, personId: number): boolean;
  /** Spends a code, which then never works again; failures are counted in the transaction and lock after five. */
  spend(tx: Tx, actor: Actor, personId: number, code: string): Result<null, CodeRefusal>;
}

export interface LinkableAccount {
  readonly platform: PlatformName;
  readonly accountId: string;
}

export interface LinksCapability {
  /** A code by which another account becomes this person's, in the place of any other code. */
  open(tx: Tx, actor: Actor, personId: number): { readonly code: string; readonly lastsMs: number };
  /**
   * Makes the account the code owner's, with a notice; the owner's role stays. A right code is spent even where it is
   * refused. After five wrong ones from an account in an hour no more are looked up.
   */
  redeem(
    tx: Tx,
    actor: Actor,
    account: LinkableAccount,
    code: string,
  ): Result<PersonView, "bad_code" | "own_code" | "last_admin" | "console_needs_admin">;
  /** Ends a code that was typed where others could read it. */
  spoil(tx: Tx, code: string): void;
  /** Makes the account nobody's; a person keeps at least one. */
  unlink(tx: Tx, actor: Actor, account: LinkableAccount): Result<PersonView, "not_linked" | "last_account">;
}

export interface ChatRef {
  readonly platform: PlatformName;
  readonly chatId: string;
  /** A topic or thread inside the chat; empty when there is none. */
  readonly threadId: string;
}

export interface EnrolledChat extends ChatRef {
  readonly topics: readonly NoticeTopic[];
  readonly timeZone: string | null;
  readonly enrolledAt: number;
}

export interface ChatsCapability {
  enrolled(): readonly EnrolledChat[];
  find(chat: ChatRef): EnrolledChat | null;
  /** Adds topics to a chat, enrolling it when it is new. */
  enrol(tx: Tx, actor: Actor, chat: ChatRef, topics: readonly NoticeTopic[]): EnrolledChat;
  /** Forgets the chat; false when it was not enrolled. */
  leave(tx: Tx, actor: Actor, chat: ChatRef): boolean;
  /** An IANA name such as `Europe/Rome`; refuses what the runtime does not know. */
  setTimeZone(
    tx: Tx,
    actor: Actor,
    chat: ChatRef,
    timeZone: string,
  ): Result<string, "bad_time_zone" | "not_enrolled">;
}

export interface ProcessView {
  readonly version: string;
  readonly runtime: string;
  readonly startedAt: number;
  readonly memoryBytes: number;
  readonly databaseBytes: number;
  /** Worst delay of the event loop in the last minutes. */
  readonly loopDelayMs: number | null;
  readonly deliveriesWaiting: number;
  readonly deadLetters: number;
  readonly inboxWaiting: number;
  readonly auditEvents: number;
  readonly platforms: readonly {
    readonly platform: PlatformName;
    readonly isConnected: boolean;
    readonly detail: string;
  }[];
}

export interface ProcessCapability {
  view(): ProcessView;
  /** The newest log lines, oldest first, redacted. */
  logTail(lines: number): readonly string[];
  deadLetters(limit: number): readonly {
    readonly id: number;
    readonly platform: PlatformName;
    readonly at: number;
    readonly error: string;
  }[];
}
