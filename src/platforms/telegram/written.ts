/** Words in two forms that say the same: Telegram's HTML, and plain text for when the markup is refused. */
import { readable } from "../../chat/readable.ts";

export interface Written {
  readonly html: string;
  readonly plain: string;
}

/** Text from outside must not hide or reorder what is read. */
export const clean = (text: string): string => readable(text.replaceAll("\t", "  "));

/** All that Telegram's HTML needs. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function plainly(text: string): Written {
  const plain = clean(text);
  return { html: escaped(plain), plain };
}

const tagged =
  (tag: "b" | "i" | "code" | "pre") =>
  (text: string): Written => {
    const { html, plain } = plainly(text);
    return { html: plain === "" ? "" : `<${tag}>${html}</${tag}>`, plain };
  };

export const bold = tagged("b");
export const italic = tagged("i");
export const code = tagged("code");
export const fixedWidth = tagged("pre");

/** The person's name, which rings for them as a mention does. */
export function mention(accountId: string, name: string): Written {
  const { html, plain } = plainly(name);
  return { html: `<a href="tg://user?id=${encodeURIComponent(accountId)}">${html}</a>`, plain };
}

export const joined = (parts: readonly Written[], separator = ""): Written => ({
  html: parts.map(({ html }) => html).join(separator),
  plain: parts.map(({ plain }) => plain).join(separator),
});

/** Such as `phrase(bold("Equity"), ": ", amount)`. */
export const phrase = (...parts: readonly (Written | string)[]): Written =>
  joined(parts.map((part) => (typeof part === "string" ? plainly(part) : part)));
