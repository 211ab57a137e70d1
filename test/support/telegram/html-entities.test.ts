// Telegram's HTML: what it shows, and what it refuses in its own words.
import { expect, test } from "bun:test";
import { BotApiRefusal } from "./bot-api-refusal.ts";
import { parseHtml } from "./html-entities.ts";

test.each([
  ["<b>bold</b> <strong>x</strong>", ["bold", "bold"]],
  ["<i>x</i><em>y</em>", ["italic", "italic"]],
  ["<u>x</u><ins>y</ins>", ["underline", "underline"]],
  ["<s>x</s><strike>y</strike><del>z</del>", ["strikethrough", "strikethrough", "strikethrough"]],
  ["<code>x</code>", ["code"]],
  ["<pre>x</pre>", ["pre"]],
  ['<pre><code class="language-json">{}</code></pre>', ["pre"]],
  ["<pre><code>x</code></pre>", ["pre", "code"]],
  ['<a href="https://example.org/?a=1&amp;b=2">x</a>', ["text_link"]],
  ["<tg-spoiler>x</tg-spoiler>", ["spoiler"]],
  ['<span class="tg-spoiler">x</span>', ["spoiler"]],
  ["<blockquote>x</blockquote>", ["blockquote"]],
  ["<blockquote expandable>x</blockquote>", ["expandable_blockquote"]],
  ['<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', ["custom_emoji"]],
])("%s is shown with its entities", (html, types) => {
  expect(
    parseHtml(html)
      .entities.map(({ type }) => type)
      .sort(),
  ).toEqual([...types].sort() as never);
});

test("tags and escapes are gone from what is read, and offsets count UTF-16 units", () => {
  const { text, entities } = parseHtml("😀 <b>a &lt; b &amp; c</b> &quot;&#65;&#x42;");
  expect(text).toBe('😀 a < b & c "AB');
  expect(entities).toEqual([{ type: "bold", offset: 3, length: 9 }]);
});

test("nested tags nest", () => {
  const { text, entities } = parseHtml("<b>one <i>two</i></b>");
  expect(text).toBe("one two");
  expect(entities).toEqual([
    { type: "bold", offset: 0, length: 7 },
    { type: "italic", offset: 4, length: 3 },
  ]);
});

test("a > stands for itself, a bare & too but it is counted", () => {
  expect(parseHtml("a > b")).toMatchObject({ text: "a > b", bareAmpersands: 0 });
  expect(parseHtml("R&D && &nbsp;")).toMatchObject({ text: "R&D && &nbsp;", bareAmpersands: 4 });
});

test.each([
  ["<b>x", `Can't find end tag corresponding to start tag "b"`],
  ["ä <h1>x</h1>", `Unsupported start tag "h1" at byte offset 3`],
  ["1 < 2 and 3 > 2", `Unsupported start tag "" at byte offset 2`],
  ["a <", "Unclosed start tag at byte offset 2"],
  ["a <b", "Unclosed start tag at byte offset 2"],
  ['<a href="x>y</a>', "Unclosed start tag at byte offset 0"],
  ["x</b>", "Unexpected end tag at byte offset 1"],
  ["<b>x</i>", `Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`],
  ["<b>x</b", "Unclosed end tag at byte offset 4"],
  ["<span>x</span>", `Tag "span" must have class "tg-spoiler" at byte offset 0`],
  ["<script>x</script>", `Unsupported start tag "script" at byte offset 0`],
])("%s is refused", (html, reason) => {
  let refusal: unknown;
  try {
    parseHtml(html);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(BotApiRefusal);
  expect((refusal as BotApiRefusal).description).toBe(`Bad Request: can't parse entities: ${reason}`);
});
