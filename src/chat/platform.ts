/** The port every chat platform implements: it carries commands in and cards out, and decides nothing. */
import type { PlatformName } from "../core/actor.ts";
import { type Facts, OutsideError } from "../core/errors.ts";
import type { NoticeLevel } from "../core/notice.ts";
import type { ChatRef } from "./house-capabilities.ts";
import type { Block, Button, Tone } from "./message.ts";

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
    | { readonly kind: "press"; readonly payload: string };
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
  readonly body: readonly Block[];
  readonly buttons: readonly (readonly OutgoingButton[])[];
  readonly footer: string | null;
  readonly level: NoticeLevel;
}

export interface PlatformHandlers {
  /**
   * Durable and deduplicated when it returns, so that the platform may confirm the update then.
   * `done` resolves when the answer was delivered or the message was refused in silence; it never rejects.
   */
  receive(incoming: Incoming): { readonly done: Promise<void> };
  onStatus(isConnected: boolean, detail: string): void;
}

export interface Platform {
  readonly name: PlatformName;
  /** Resolves when commands can arrive; reconnects by itself afterwards. Throws OutsideError when it cannot start. */
  connect(handlers: PlatformHandlers): Promise<void>;
  /** The platform's id of the new message. At most once a call; throws DeliveryError and nothing else. */
  send(chat: ChatRef, message: Outgoing): Promise<string>;
  /** Replaces a message that `send` made. Saying the same again is no error. Throws DeliveryError. */
  edit(chat: ChatRef, externalId: string, message: Outgoing): Promise<void>;
  /** No update is taken after it resolves. */
  close(): Promise<void>;
}

export type DeliveryFailure =
  /** The whole platform cannot be reached; the message is not to blame. */
  | { readonly kind: "unreachable" }
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
