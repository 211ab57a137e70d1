/** As much of Discord's markup as cards use, as HTML; a mark that is not closed stays a character, as in the app. */
import { withDrawnEmoji } from "./emoji.ts";
import { escaped } from "./html.ts";

const MARKS: readonly (readonly [pattern: RegExp, draw: (inside: string) => string])[] = [
  [/^```(?:[a-z]+\n)?\n?([\s\S]+?)\n?```\n?/, (inside) => `<pre>${plain(inside)}</pre>`],
  [/^`([^`\n]+)`/, (inside) => `<code>${plain(inside)}</code>`],
  [/^\*\*([\s\S]+?)\*\*(?!\*)/, (inside) => `<b>${drawMarkdown(inside)}</b>`],
  [/^__([\s\S]+?)__(?!_)/, (inside) => `<u>${drawMarkdown(inside)}</u>`],
  [/^\*(?=\S)([\s\S]+?)\*(?!\*)/, (inside) => `<i>${drawMarkdown(inside)}</i>`],
  [/^~~([\s\S]+?)~~/, (inside) => `<s>${drawMarkdown(inside)}</s>`],
  [/^\\([^\p{L}\p{N}\s])/u, (inside) => plain(inside)],
  [/^([^\\*_`~]+|[\s\S])/, (inside) => plain(inside)],
];

const plain = (text: string): string => withDrawnEmoji(escaped(text));

export function drawMarkdown(text: string): string {
  let html = "";
  for (let rest = text; rest !== ""; ) {
    for (const [pattern, draw] of MARKS) {
      const [whole, inside] = pattern.exec(rest) ?? [];
      if (whole === undefined || inside === undefined) continue;
      html += draw(inside);
      rest = rest.slice(whole.length);
      break;
    }
  }
  // The line break before a block belongs to it.
  return html.replaceAll("\n<pre>", "<pre>");
}
