/** A message as the fake Discord keeps it. */
import type { APIEmbed } from "discord.js";
import type { SentFile, WireComponent } from "./message-body.ts";
import type { Channel, Person } from "./world.ts";

export interface StoredAttachment extends SentFile {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
}

export interface StoredMessage {
  readonly id: string;
  readonly channel: Channel;
  readonly author: Person;
  /** Who alone sees it; null when everyone in the channel does. */
  readonly ephemeralFor: Person | null;
  readonly interaction: { readonly id: string; readonly type: number; readonly person: Person } | null;
  readonly createdAt: number;
  content: string;
  embeds: readonly APIEmbed[];
  components: readonly WireComponent[];
  attachments: readonly StoredAttachment[];
  flags: number;
  /** Ids of the people it notified when it was posted; "everyone" for @everyone and @here. */
  pings: readonly string[];
  editedAt: number | null;
  edits: number;
  isDeleted: boolean;
}
