/** A message as people see it now: what tests assert on. */
import type { APIEmbed } from "discord.js";
import { everyComponent, MessageFlag, type SentFile, type WireComponent } from "./message-body.ts";
import { embedUrls } from "./message-rules.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { Person } from "./world.ts";

export interface SeenButton {
  readonly label: string;
  /** discord.js's ButtonStyle. */
  readonly style: number;
  /** Null on a link. */
  readonly customId: string | null;
  readonly url: string | null;
  readonly emoji: string | null;
  readonly isDisabled: boolean;
}

export interface SeenAttachment extends SentFile {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  /** Shown inside an embed; otherwise it stands loose below the message. */
  readonly isInEmbed: boolean;
}

export interface SeenMessage {
  readonly id: string;
  readonly channelId: string;
  readonly author: Person;
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  /** One list a row. */
  readonly buttons: readonly (readonly SeenButton[])[];
  /** As Discord keeps them: for what is not a button. */
  readonly components: readonly WireComponent[];
  readonly attachments: readonly SeenAttachment[];
  readonly flags: number;
  readonly isEphemeral: boolean;
  /** “Countersign is thinking…” */
  readonly isThinking: boolean;
  /** Ids of the people it notified; "everyone" for @everyone and @here. */
  readonly pings: readonly string[];
  readonly edits: number;
  readonly createdAt: number;
  readonly editedAt: number | null;
}

export function seen(message: StoredMessage): SeenMessage {
  const addresses = new Set(message.embeds.flatMap(embedUrls));
  return {
    id: message.id,
    channelId: message.channel.id,
    author: message.author,
    content: message.content,
    embeds: message.embeds,
    buttons: message.components.map((row) => everyComponent([row]).filter(isButton).map(seenButton)),
    components: message.components,
    attachments: message.attachments.map((one) => ({ ...one, isInEmbed: addresses.has(one.url) })),
    flags: message.flags,
    isEphemeral: message.ephemeralFor !== null,
    isThinking: (message.flags & MessageFlag.loading) !== 0,
    pings: message.pings,
    edits: message.edits,
    createdAt: message.createdAt,
    editedAt: message.editedAt,
  };
}

const isButton = (component: WireComponent): boolean => component.type === 2;

const seenButton = (component: WireComponent): SeenButton => ({
  label: component.label ?? "",
  style: component.style ?? 1,
  customId: component.custom_id ?? null,
  url: component.url ?? null,
  emoji: component.emoji?.name ?? null,
  isDisabled: component.disabled ?? false,
});
