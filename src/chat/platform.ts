/** The port every chat platform implements: it carries commands in and cards out, and decides nothing. */
import type { PlatformName, Role } from "../core/actor.ts";
import { type Facts, OutsideError } from "../core/errors.ts";
import type { NoticeLevel } from "../core/notice.ts";
import type { Command } from "./command.ts";
import type { ChatRef } from "./house-capabilities.ts";
import type { Button, DrawnBlock, Prompt, Tone } from "./message.ts";

/** What makes a message unfit to command anything, as far as the platform can tell. */
export type Oddity = "bot" | "anonymous" | "channel_post" | "forwarded" | "edited" | "via_bot";

export interface Incoming {
  readonly platform: PlatformName;
  /** The platform's own id of this update or interaction: the same twice is handled once. */
  readonly updateId: string;
  readonly chat: ChatRef & { readonly isPrivate: boolean };
  readonly sender: {
    /** The platform's numeric user id, the only thing rights hang on. */
    readonly accountId: string;
    /** A name for people to read; grants nothing. */
    readonly label: string;
  };
  readonly oddities: readonly Oddity[];
  /** When the person sent it, epoch ms. */
  readonly sentAt: number;
  readonly content:
    | { readonly kind: "line"; readonly text: string }
    | {
        readonly kind: "press";
        readonly payload: string;
        /** What was typed into the button's prompt, by field; an optional field may be missing. */
        readonly answers?: Readonly<Record<string, string>>;
      };
}

export interface OutgoingButton {
  readonly label: string;
  readonly style: Button["style"];
  /** At most 64 bytes of plain ASCII, to be handed back unchanged in a press. */
  readonly payload: string;
}

/** A card ready to be drawn. */
export interface Outgoing {
  readonly title: string | null;
  readonly tone: Tone;
  readonly body: readonly DrawnBlock[];
  readonly buttons: readonly (readonly OutgoingButton[])[];
  readonly footer: string | null;
  readonly level: NoticeLevel;
  /** The body's picture as PNG; null without one, or where it could not be drawn: its caption then stands alone. */
  readonly image: Uint8Array | null;
  /** Arrives without a sound. */
  readonly isSilent: boolean;
  /** The `updateId` that this answers, for platforms that answer an update in its own place. */
  readonly answers: string | null;
}

export interface Received {
  /** Resolves when the answer was delivered or the message was refused in silence; never rejects. */
  readonly done: Promise<void>;
  /** `told`: a refusal follows as a message that answers this update. `silent`: nothing more is said. Null: taken in. */
  readonly refusal: "told" | "silent" | null;
}

/** What somebody may use, as the platform's own menu shows it; `role` null and no commands take a menu away. */
export interface Menu {
  readonly accountId: string;
  readonly role: Role | null;
  readonly commands: readonly Command[];
}

export interface PlatformHandlers {
  /** Every command of this installation, for platforms that register them. */
  readonly commands: readonly Command[];
  /** Durable and deduplicated when it returns, so that the platform may confirm the update then. */
  receive(incoming: Incoming): Received;
  /**
   * What a press asks for before it can be received: the platform asks, then receives the press with the answers.
   * Null when it asks for nothing, or when whoever pressed may not: then it is received as it is, and refused if need be.
   */
  promptOf(incoming: Incoming): Prompt | null;
  /** What may stand in the place of a half-typed line's last word; nothing for strangers. */
  completions(sender: Incoming["sender"], line: string): readonly string[];
  readonly dialogues: DialogueStore;
  /** Writes a small message of the platform's own when the chat's pace allows it, counted like any other. */
  inTurn(chat: ChatRef, write: () => Promise<unknown>): Promise<void>;
  /** Whether commands can arrive right now. `detail` is shown to people and holds no secret. */
  onStatus(isConnected: boolean, detail: string): void;
}

/** Where a platform keeps a dialogue that takes several messages: durable, one text a key. */
export interface DialogueStore {
  read(key: string): string | null;
  write(key: string, state: string): void;
  delete(key: string): void;
}

/** At most so many messages in any stretch of that length. */
export interface Pace {
  readonly count: number;
  readonly perMs: number;
}

export interface Platform {
  readonly name: PlatformName;
  /** Whether pictures are drawn for it. */
  readonly hasImages: boolean;
  /** How fast messages may be sent and edited: over the whole platform, and in one chat. */
  readonly pace: {
    readonly overall: readonly Pace[];
    perChat(chat: ChatRef): readonly Pace[];
  };
  /** Resolves when commands can arrive; reconnects by itself afterwards. Throws OutsideError when it cannot start. */
  connect(handlers: PlatformHandlers): Promise<void>;
  /** The platform's id of the new message. At most once a call; throws DeliveryError and nothing else. */
  send(chat: ChatRef, message: Outgoing): Promise<string>;
  /**
   * Replaces a message that `send` made; its id, a new one where the platform had to put another message in its place.
   * Saying the same again is no error. Throws DeliveryError.
   */
  edit(chat: ChatRef, externalId: string, message: Outgoing): Promise<string>;
  /** Deletes a message that `send` made; one that is gone already is no error. Throws DeliveryError. */
  remove(chat: ChatRef, externalId: string): Promise<void>;
  /** Shows each account its own menu, where the platform has such menus. Throws DeliveryError; called again later then. */
  showMenus(menus: readonly Menu[]): Promise<void>;
  /** No update is taken after it resolves. */
  close(): Promise<void>;
}

export type DeliveryFailure =
  /** The whole platform cannot be reached; the message is not to blame. */
  | { readonly kind: "unreachable" }
  /** The platform answers with a fault of its own: most likely an outage, but perhaps this message is what it stumbles over. */
  | { readonly kind: "troubled" }
  /** Not now: wait as long as the platform says, or back off with null. */
  | { readonly kind: "later"; readonly afterMs: number | null }
  /** The platform will never take this message. */
  | { readonly kind: "unacceptable" }
  /** The chat has a new id; the message is sent there. */
  | { readonly kind: "moved"; readonly chatId: string }
  /** The message to edit is gone or cannot be edited; it is sent anew. */
  | { readonly kind: "not_editable" };

export class DeliveryError extends OutsideError {
  readonly failure: DeliveryFailure;

  constructor(failure: DeliveryFailure, message: string, facts: Facts = {}) {
    super(`delivery_${failure.kind}`, message, facts);
    this.failure = failure;
  }
}
