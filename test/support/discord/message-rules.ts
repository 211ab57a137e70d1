/** What Discord refuses in a message, modal or autocompletion beyond its published schema. */
import type { APIEmbed } from "discord.js";
import { PNG } from "pngjs";
import {
  everyComponent,
  type MessageBody,
  MessageFlag,
  type SentFile,
  type WireComponent,
} from "./message-body.ts";
import type { FormError } from "./refusal.ts";

const LONGEST_CONTENT = 2_000;
const LARGEST_EMBEDS = 6_000;
const MOST_ROWS = 5;
/** Ephemeral, suppress embeds, suppress notifications, components v2. */
const SETTABLE_FLAGS = MessageFlag.ephemeral | 4 | 4096 | MessageFlag.componentsV2;
const BUTTON = 2;
const LINK_STYLE = 5;
const SELECTS = [3, 5, 6, 7, 8];
const TEXT_INPUT = 4;

const formError = (path: readonly PropertyKey[], code: string, message: string): FormError => ({
  path,
  code,
  message,
});

/** `known` are the attachments that the message has already, by id and file name. */
export function messageErrors(
  body: MessageBody,
  files: ReadonlyMap<string, SentFile>,
  known: readonly { readonly id: string; readonly filename: string }[] = [],
): FormError[] {
  const errors: FormError[] = [];
  if ((body.content ?? "").length > LONGEST_CONTENT) {
    errors.push(
      formError(["content"], "BASE_TYPE_MAX_LENGTH", `Must be ${LONGEST_CONTENT} or fewer in length.`),
    );
  }
  if (((body.flags ?? 0) & ~SETTABLE_FLAGS) !== 0) {
    errors.push(formError(["flags"], "MESSAGE_FLAGS_INVALID", "Flags that a bot cannot set."));
  }
  const isV2 = ((body.flags ?? 0) & MessageFlag.componentsV2) !== 0;
  if (!isV2 && (body.components ?? []).length > MOST_ROWS) {
    errors.push(
      formError(["components"], "BASE_TYPE_BAD_LENGTH", `Must be ${MOST_ROWS} or fewer in length.`),
    );
  }
  errors.push(...componentErrors(body.components ?? [], isV2), ...embedErrors(body.embeds ?? []));
  return [...errors, ...fileErrors(body, files, known)];
}

export function componentErrors(components: readonly WireComponent[], isV2 = false): FormError[] {
  const errors: FormError[] = [];
  const seen = new Set<string>();
  for (const [index, top] of components.entries()) {
    const path = ["components", index];
    if (!isV2 && ![1, 18, 10].includes(top.type)) {
      errors.push(formError(path, "BASE_TYPE_CHOICES", "Only rows stand at the top."));
    }
    for (const component of everyComponent([top])) {
      const isLink = component.type === BUTTON && component.style === LINK_STYLE;
      const needsId = !isLink && [BUTTON, TEXT_INPUT, ...SELECTS].includes(component.type);
      if (needsId && !component.custom_id) {
        errors.push(formError(path, "BASE_TYPE_REQUIRED", "A component without custom_id."));
      }
      if (isLink && (!component.url || component.custom_id)) {
        errors.push(formError(path, "BUTTON_COMPONENT_URL", "A link button has a url and no custom_id."));
      }
      if (component.type === BUTTON && !component.label && !component.emoji) {
        errors.push(formError(path, "BUTTON_COMPONENT_LABEL", "A button needs a label or an emoji."));
      }
      if (!component.custom_id) continue;
      if (seen.has(component.custom_id)) {
        errors.push(
          formError(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"),
        );
      }
      seen.add(component.custom_id);
    }
  }
  return errors;
}

function embedErrors(embeds: readonly APIEmbed[]): FormError[] {
  const errors: FormError[] = [];
  let total = 0;
  for (const [index, embed] of embeds.entries()) {
    const path = ["embeds", index];
    const fields = embed.fields ?? [];
    const texts = [embed.title, embed.description, embed.footer?.text, embed.author?.name];
    for (const text of [...texts, ...fields.flatMap((field) => [field.name, field.value])]) {
      total += text?.length ?? 0;
    }
    for (const [place, field] of fields.entries()) {
      for (const key of ["name", "value"] as const) {
        if (field[key].trim() !== "") continue;
        errors.push(
          formError([...path, "fields", place, key], "BASE_TYPE_REQUIRED", "This field is required"),
        );
      }
    }
    const hasPicture = embed.image !== undefined || embed.thumbnail !== undefined;
    const hasText = texts.some((text) => (text ?? "").trim() !== "");
    if (!hasText && !hasPicture && fields.length === 0) {
      errors.push(formError([...path, "description"], "BASE_TYPE_REQUIRED", "This field is required"));
    }
  }
  if (total > LARGEST_EMBEDS) {
    const message = `Embed size exceeds maximum size of ${LARGEST_EMBEDS}`;
    errors.push(formError(["embeds"], "MAX_EMBED_SIZE_EXCEEDED", message));
  }
  return errors;
}

function fileErrors(
  body: MessageBody,
  files: ReadonlyMap<string, SentFile>,
  known: readonly { readonly id: string; readonly filename: string }[],
): FormError[] {
  const errors: FormError[] = [];
  const listed = body.attachments ?? known;
  for (const [index, attachment] of (body.attachments ?? []).entries()) {
    if (files.has(attachment.id) || known.some((one) => one.id === attachment.id)) continue;
    errors.push(formError(["attachments", index], "ATTACHMENT_NOT_FOUND", "An attachment without its file."));
  }
  const kept = known.filter((one) => listed.some((attachment) => attachment.id === one.id));
  const names = new Set([...kept, ...files.values()].map((file) => file.filename));
  for (const [index, embed] of (body.embeds ?? []).entries()) {
    for (const url of embedUrls(embed)) {
      const name = attachmentName(url);
      if (name === null || names.has(name)) continue;
      errors.push(formError(["embeds", index], "ATTACHMENT_NOT_FOUND", `${url} without its file.`));
    }
  }
  for (const [number, file] of files) {
    if (isBrokenPng(file)) errors.push(formError([`files[${number}]`], "INVALID_IMAGE", "Not a PNG."));
  }
  return errors;
}

export const embedUrls = (embed: APIEmbed): string[] =>
  [embed.image?.url, embed.thumbnail?.url, embed.author?.icon_url, embed.footer?.icon_url].filter(
    (url) => url !== undefined,
  );

/** The file that `attachment://name` means; null for any other address. */
export const attachmentName = (url: string): string | null =>
  url.startsWith("attachment://") ? url.slice("attachment://".length) : null;

function isBrokenPng(file: SentFile): boolean {
  if (!file.filename.endsWith(".png") && file.contentType !== "image/png") return false;
  try {
    PNG.sync.read(Buffer.from(file.bytes));
    return false;
  } catch {
    return true;
  }
}
