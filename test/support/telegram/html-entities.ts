/** Reads Telegram's HTML parse mode: the tags it knows become entities, anything it refuses is refused in its words. */
import type { MessageEntity } from "grammy/types";
import { badRequest } from "./bot-api-refusal.ts";

export interface ParsedHtml {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  /** Each `&` that starts no entity: Telegram lets it stand, but text that was escaped has none. */
  readonly bareAmpersands: number;
}

interface OpenTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly offset: number;
}

type PlainEntity = MessageEntity.CommonMessageEntity["type"];

const plainTags: Readonly<Record<string, PlainEntity>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  code: "code",
  "tg-spoiler": "spoiler",
  span: "spoiler",
};
const otherTags = ["a", "pre", "blockquote", "tg-emoji"];
const namedEntities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

const entityPattern = /^&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z]+));?/;
const attributePattern = /^\s*([^\s=>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[A-Za-z0-9.-]+(?=[\s>])))?/;

const cannotParse = (reason: string) => badRequest(`can't parse entities: ${reason}`);

/** The character that an entity at the start of `source` stands for, with its length; null when none does. */
function decodeEntity(source: string): { character: string; length: number } | null {
  const match = entityPattern.exec(source);
  if (!match) return null;
  const [whole, hex, decimal, name] = match;
  const code = hex ? Number.parseInt(hex, 16) : decimal ? Number.parseInt(decimal, 10) : 0;
  const isCode = code > 0 && code < 0x10_ffff;
  const character = name ? namedEntities[name] : isCode ? String.fromCodePoint(code) : undefined;
  return character === undefined ? null : { character, length: whole.length };
}

const decodeAll = (value: string): string =>
  value.replace(/&(?:#x[0-9a-fA-F]+|#[0-9]+|[A-Za-z]+);?/g, (part) => decodeEntity(part)?.character ?? part);

class HtmlReader {
  readonly #source: string;
  #at = 0;
  #text = "";
  #bareAmpersands = 0;
  readonly #open: OpenTag[] = [];
  readonly #entities: MessageEntity[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  read(): ParsedHtml {
    while (this.#at < this.#source.length) {
      const character = this.#source[this.#at]!;
      if (character === "&") this.#readAmpersand();
      else if (character !== "<") this.#take(character, 1);
      else if (this.#source[this.#at + 1] === "/") this.#readEndTag();
      else this.#readStartTag();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed) throw cannotParse(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
    this.#entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
    return { text: this.#text, entities: this.#entities, bareAmpersands: this.#bareAmpersands };
  }

  #take(text: string, length: number): void {
    this.#text += text;
    this.#at += length;
  }

  #readAmpersand(): void {
    const decoded = decodeEntity(this.#source.slice(this.#at, this.#at + 16));
    if (!decoded) this.#bareAmpersands += 1;
    this.#take(decoded?.character ?? "&", decoded?.length ?? 1);
  }

  #byteOffset(at: number): number {
    return Buffer.byteLength(this.#source.slice(0, at));
  }

  #readStartTag(): void {
    const beganAt = this.#byteOffset(this.#at);
    const match = /^<([^\s>]*)/.exec(this.#source.slice(this.#at))!;
    const name = match[1]!.toLowerCase();
    let at = this.#at + match[0].length;
    if (at >= this.#source.length) throw cannotParse(`Unclosed start tag at byte offset ${beganAt}`);
    if (!(name in plainTags) && !otherTags.includes(name))
      throw cannotParse(`Unsupported start tag "${name}" at byte offset ${beganAt}`);
    const attributes = new Map<string, string>();
    for (;;) {
      at += /^\s*/.exec(this.#source.slice(at))![0].length;
      if (this.#source[at] === ">") break;
      const attribute = attributePattern.exec(this.#source.slice(at));
      if (!attribute) throw cannotParse(`Unclosed start tag at byte offset ${beganAt}`);
      attributes.set(attribute[1]!, decodeAll((attribute[2] ?? "").replace(/^["']|["']$/g, "")));
      at += attribute[0].length;
    }
    if (name === "span" && attributes.get("class") !== "tg-spoiler")
      throw cannotParse(`Tag "span" must have class "tg-spoiler" at byte offset ${beganAt}`);
    this.#open.push({ name, attributes, offset: this.#text.length });
    this.#at = at + 1;
  }

  #readEndTag(): void {
    const beganAt = this.#byteOffset(this.#at);
    const match = /^<\/([^\s>]*)\s*(>?)/.exec(this.#source.slice(this.#at))!;
    const tag = this.#open.pop();
    if (!tag) throw cannotParse(`Unexpected end tag at byte offset ${beganAt}`);
    if (match[2] !== ">") throw cannotParse(`Unclosed end tag at byte offset ${beganAt}`);
    const name = match[1]!.toLowerCase();
    if (name !== "" && name !== tag.name)
      throw cannotParse(
        `Unmatched end tag at byte offset ${beganAt}, expected "</${tag.name}>", found "</${name}>"`,
      );
    this.#at += match[0].length;
    if (this.#text.length > tag.offset) this.#add(tag);
  }

  #add(tag: OpenTag): void {
    const range = { offset: tag.offset, length: this.#text.length - tag.offset };
    const plain = plainTags[tag.name];
    if (plain === "code" && this.#joinsPre(tag, range)) return;
    if (plain) this.#entities.push({ type: plain, ...range });
    else if (tag.name === "blockquote")
      this.#entities.push({
        type: tag.attributes.has("expandable") ? "expandable_blockquote" : "blockquote",
        ...range,
      });
    else if (tag.name === "pre") this.#addPre(range);
    else if (tag.name === "a") this.#addLink(tag, range);
    else this.#addEmoji(tag, range);
  }

  /** `<pre><code class="language-x">` is one entity: the language waits on the inner tag for the outer one. */
  #joinsPre(tag: OpenTag, range: { offset: number; length: number }): boolean {
    const language = /^language-(.+)$/.exec(tag.attributes.get("class") ?? "")?.[1];
    if (this.#open.at(-1)?.name !== "pre" || language === undefined) return false;
    this.#entities.push({ type: "pre", ...range, language });
    return true;
  }

  #addPre(range: { offset: number; length: number }): void {
    const inner = this.#entities.at(-1);
    const isJoined = inner?.type === "pre" && inner.offset === range.offset && inner.length === range.length;
    if (!isJoined) this.#entities.push({ type: "pre", ...range });
  }

  #addLink(tag: OpenTag, range: { offset: number; length: number }): void {
    const url = tag.attributes.get("href") || this.#text.slice(range.offset);
    const isLink = /^(https?:\/\/|tg:\/\/|mailto:|tel:)?[^\s/]+\.?[^\s]*$/i.test(url);
    if (isLink) this.#entities.push({ type: "text_link", ...range, url });
  }

  #addEmoji(tag: OpenTag, range: { offset: number; length: number }): void {
    const id = tag.attributes.get("emoji-id") ?? "";
    if (!/^[1-9][0-9]*$/.test(id)) throw cannotParse("Invalid custom emoji identifier specified");
    this.#entities.push({ type: "custom_emoji", ...range, custom_emoji_id: id });
  }
}

export const parseHtml = (html: string): ParsedHtml => new HtmlReader(html).read();
