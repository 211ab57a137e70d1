/** The messages of the fake Discord: posted, edited, deleted, as Discord keeps them. */
import type { APIEmbed } from "discord.js";
import { type MessageBody, MessageFlag, type SentFile, type WireComponent } from "./message-body.ts";
import { attachmentName, embedUrls, messageErrors } from "./message-rules.ts";
import { refusals } from "./refusal.ts";
import type { Snowflakes } from "./snowflakes.ts";
import type { StoredAttachment, StoredMessage } from "./stored-message.ts";
import type { Channel, Person } from "./world.ts";

interface Origin {
  readonly channel: Channel;
  readonly author: Person;
  readonly ephemeralFor?: Person | null;
  readonly interaction?: StoredMessage["interaction"];
}

const LARGEST_FILE = 10 * 1024 * 1024;

export class Messages {
  readonly #all = new Map<string, StoredMessage>();
  readonly #ids: Snowflakes;
  readonly #now: () => number;
  readonly #cdn: () => string;

  constructor(ids: Snowflakes, now: () => number, cdn: () => string) {
    this.#ids = ids;
    this.#now = now;
    this.#cdn = cdn;
  }

  post(origin: Origin, body: MessageBody, files: ReadonlyMap<string, SentFile>): StoredMessage {
    const message = this.#blank(origin, body.flags ?? 0);
    this.#fill(message, body, files);
    message.pings = pingsOf(message.content, body.allowed_mentions ?? null);
    this.#all.set(message.id, message);
    return message;
  }

  /** “Countersign is thinking…”: the reply that a deferral puts up. */
  postThinking(origin: Origin): StoredMessage {
    const message = this.#blank(origin, MessageFlag.loading);
    this.#all.set(message.id, message);
    return message;
  }

  /** Absent keys stay as they are; `attachments` lists what is kept, new files come on top. */
  edit(message: StoredMessage, body: MessageBody, files: ReadonlyMap<string, SentFile>): StoredMessage {
    this.#fill(message, body, files);
    if ((message.flags & MessageFlag.loading) !== 0) message.flags &= ~MessageFlag.loading;
    else message.editedAt = this.#now();
    message.edits += 1;
    return message;
  }

  delete(message: StoredMessage): void {
    message.isDeleted = true;
  }

  find(id: string): StoredMessage | undefined {
    return this.#all.get(id);
  }

  /** Every message of a channel that is still there, oldest first. */
  in(channelId: string): StoredMessage[] {
    return [...this.#all.values()].filter(
      (message) => message.channel.id === channelId && !message.isDeleted && !message.channel.isDeleted,
    );
  }

  /** What stands behind an attachment's path; gone with its message. */
  file(path: string): StoredAttachment | undefined {
    const present = this.all().filter((message) => !message.isDeleted);
    const attachments = present.flatMap((message) => message.attachments);
    return attachments.find((attachment) => attachment.url.endsWith(path));
  }

  all(): StoredMessage[] {
    return [...this.#all.values()];
  }

  #blank(origin: Origin, flags: number): StoredMessage {
    const ephemeralFor = origin.ephemeralFor ?? null;
    return {
      id: this.#ids.next(),
      channel: origin.channel,
      author: origin.author,
      ephemeralFor,
      interaction: origin.interaction ?? null,
      createdAt: this.#now(),
      ...{ content: "", embeds: [], components: [], attachments: [], pings: [] },
      flags: ephemeralFor === null ? flags : flags | MessageFlag.ephemeral,
      editedAt: null,
      edits: 0,
      isDeleted: false,
    };
  }

  #fill(message: StoredMessage, body: MessageBody, files: ReadonlyMap<string, SentFile>): void {
    for (const file of files.values()) if (file.bytes.length > LARGEST_FILE) throw refusals.tooLarge();
    const errors = messageErrors(body, files, message.attachments);
    if (errors.length > 0) throw refusals.invalidForm(errors);
    const content = body.content === undefined ? message.content : (body.content ?? "");
    const embeds = body.embeds === undefined ? message.embeds : (body.embeds ?? []);
    const components = body.components === undefined ? message.components : (body.components ?? []);
    const attachments = this.#attachments(message, body, files);
    if (content.trim() === "" && [embeds, components, attachments].every((part) => part.length === 0)) {
      throw refusals.emptyMessage();
    }
    const addresses = new Map(attachments.map((attachment) => [attachment.filename, attachment.url]));
    message.content = content;
    message.embeds = embeds.map((embed) => withAddresses(embed, addresses));
    message.components = components.map(numbered);
    message.attachments = attachments;
  }

  #attachments(
    message: StoredMessage,
    body: MessageBody,
    files: ReadonlyMap<string, SentFile>,
  ): StoredAttachment[] {
    const listed = body.attachments;
    const kept = message.attachments.filter((one) => !listed || listed.some((other) => other.id === one.id));
    const added = [...files].map(([number, file]) => {
      const id = this.#ids.next();
      const details = listed?.find((one) => one.id === number);
      const filename = details?.filename ?? file.filename;
      const url = `${this.#cdn()}/attachments/${message.channel.id}/${id}/${encodeURIComponent(filename)}`;
      return { ...file, filename, id, url, description: details?.description ?? null };
    });
    return [...kept, ...added];
  }
}

/** `attachment://name` becomes the file's address, as Discord does when it takes the message. */
function withAddresses(embed: APIEmbed, addresses: ReadonlyMap<string, string>): APIEmbed {
  const fields = embed.fields?.map((field) => ({ ...field, inline: field.inline ?? false }));
  let text = JSON.stringify({ type: "rich", ...embed, fields });
  for (const url of embedUrls(embed)) {
    const address = addresses.get(attachmentName(url) ?? "");
    if (address !== undefined) text = text.replaceAll(JSON.stringify(url), JSON.stringify(address));
  }
  return JSON.parse(text) as APIEmbed;
}

/** Discord numbers the components that came without an id. */
function numbered(row: WireComponent, index: number): WireComponent {
  const components = row.components?.map((component, place) => ({
    ...component,
    id: component.id ?? index * 10 + place + 2,
  }));
  return { ...row, id: row.id ?? index * 10 + 1, ...(components === undefined ? {} : { components }) };
}

function pingsOf(content: string, allowed: MessageBody["allowed_mentions"]): string[] {
  const pings = new Set<string>();
  const parses = (kind: "users" | "everyone"): boolean =>
    allowed?.parse === undefined ? allowed === null : (allowed.parse as string[]).includes(kind);
  for (const [, id = ""] of content.matchAll(/<@!?(\d+)>/g)) {
    if (parses("users") || allowed?.users?.includes(id) === true) pings.add(id);
  }
  if (/@(everyone|here)/.test(content) && parses("everyone")) pings.add("everyone");
  return [...pings];
}
