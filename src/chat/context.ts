/** What a command is handed: who asks and where, one transaction to change things in, and the capabilities. */
import type { Tx } from "../../db/database.ts";
import type { Actor, Role } from "../core/actor.ts";
import type { AlertsCapability } from "./alert-capabilities.ts";
import type { Command, NeededRole } from "./command.ts";
import type { Format } from "./format.ts";
import type {
  AuditCapability,
  ChatRef,
  ChatsCapability,
  ConfigCapability,
  LinksCapability,
  OneTimeCodesCapability,
  PeopleCapability,
  ProcessCapability,
  SchedulerCapability,
} from "./house-capabilities.ts";
import type { Reply } from "./message.ts";
import type {
  AccountCapability,
  DataCapability,
  EngineCapability,
  LocksCapability,
  MarketCapability,
  Progress,
  StateCapability,
} from "./trading-capabilities.ts";
import type { WhyCapability } from "./why-view.ts";

export type { Tx };

/** The same for every command; wired once in app.ts. */
export interface Capabilities {
  readonly state: StateCapability;
  readonly engine: EngineCapability;
  readonly market: MarketCapability;
  readonly data: DataCapability;
  readonly account: AccountCapability;
  readonly why: WhyCapability;
  readonly locks: LocksCapability;
  readonly config: ConfigCapability;
  readonly audit: AuditCapability;
  readonly scheduler: SchedulerCapability;
  readonly people: PeopleCapability;
  readonly oneTimeCodes: OneTimeCodesCapability;
  readonly links: LinksCapability;
  readonly alerts: AlertsCapability;
  readonly chats: ChatsCapability;
  readonly process: ProcessCapability;
}

export interface Asker {
  readonly personId: number;
  readonly label: string;
  readonly role: Role;
  readonly accountId: string;
}

export interface CommandContext extends Capabilities {
  readonly who: Asker;
  /** The asker as the audit log names them. */
  readonly actor: Extract<Actor, { kind: "person" }>;
  readonly chat: ChatRef & { readonly isPrivate: boolean };
  /** The instant the command was taken up, epoch ms. */
  readonly now: number;
  /** The chat's time zone (IANA). */
  readonly timeZone: string;
  /** Numbers and instants as text, in the chat's time zone. */
  readonly format: Format;
  /** Typed, or pressed as a button: `/stop` asks before it obeys a button. */
  readonly via: "typed" | "button";
  /** The commands of this installation, for help and menus. */
  readonly commands: readonly Command[];
  /** Whether the asker's role covers another. */
  may(needed: NeededRole): boolean;
  /**
   * Runs `change` in one transaction and settles its answer there: the changes, the answer, the journal and the
   * mark that the message was handled become durable together or not at all. `change` must not be async.
   */
  transact(change: (tx: Tx) => Reply): Reply;
  /** The same inside a transaction that another capability opened (`engine.runCycle`, `engine.flatten`). */
  settle(tx: Tx, reply: Reply): Reply;
  /** Shows how far a long command is, in one message that is edited; at most about once a second reaches the chat. */
  progress: Progress;
  /** Withdraws the asker's open questions in this chat; how many there were. */
  cancelQuestions(tx: Tx): number;
  /** Deletes every message that shows the asker's one-time-code seed. */
  forgetSeeds(tx: Tx): void;
}
