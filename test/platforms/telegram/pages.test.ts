import { expect, test } from "bun:test";
import fc from "fast-check";
import { type DrawnBlock, text, verbatim } from "../../../src/chat/message.ts";
import { cardText } from "../../../src/platforms/telegram/card-text.ts";
import { LONGEST_CAPTION, LONGEST_TEXT, MOST_PAGES, pagesOf } from "../../../src/platforms/telegram/pages.ts";
import { parseHtml } from "../../support/telegram/html-entities.ts";
import { outgoing } from "./desk.ts";

const pages = (body: readonly DrawnBlock[], longestFirst = LONGEST_TEXT, title: string | null = null) =>
  pagesOf(cardText(outgoing({ title, body })), longestFirst);
const letters = (shown: string): string => shown.replace(/\s/g, "");

test("a card without anything to show is one empty page", () => {
  expect(pages([])).toEqual([{ html: "", plain: "" }]);
});

test("a long card is broken between its blocks", () => {
  const shown = pages([text("a".repeat(3_000)), text("b".repeat(1_000)), text("c".repeat(500))]);
  expect(shown.map(({ plain }) => [...new Set(letters(plain))].join(""))).toEqual(["ab", "c"]);
});

test("a block that fits on a message of its own is not torn apart", () => {
  const shown = pages([text("a".repeat(3_000)), text(`${"b".repeat(700)}\n${"b".repeat(700)}`)]);
  expect(shown.map(({ plain }) => [...new Set(letters(plain))].join(""))).toEqual(["a", "b"]);
});

test("a box that goes on in the next message is closed and opened again", () => {
  const shown = pages([
    verbatim(Array.from({ length: 300 }, (_, line) => `line ${line} of the log`).join("\n")),
  ]);
  expect(shown).toHaveLength(2);
  for (const { html } of shown) expect(html).toMatch(/^<pre>line \d+[^<]*log<\/pre>$/);
});

test("a caption is shorter, and what follows it has the room of a message", () => {
  const shown = pages(
    [text("a".repeat(600)), text("b".repeat(600)), text("c".repeat(3_000))],
    LONGEST_CAPTION,
  );
  expect(shown.map(({ plain }) => plain.length <= LONGEST_CAPTION)).toEqual([true, false]);
});

test("a line longer than a message is cut between words, and never inside a character", () => {
  const shown = pages([text(`${"word ".repeat(400)}${"😀".repeat(900)}`)]);
  expect(shown.flatMap(({ plain }) => plain.split("\n")).every((line) => line.isWellFormed())).toBe(true);
  expect(letters(shown.map(({ plain }) => plain).join(""))).toBe("word".repeat(400) + "😀".repeat(900));
});

test("beyond four messages a card is cut, and says so", () => {
  const shown = pages([verbatim("x".repeat(1_000).concat("\n").repeat(40))]);
  expect(shown).toHaveLength(MOST_PAGES);
  expect(shown.at(-1)?.plain).toBe("… This was too long to show whole.");
});

test("whatever it says, a card is valid HTML within the limits, and loses nothing until it is cut", () => {
  const words = fc.oneof(
    fc.string({ maxLength: 2_000 }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.constantFrom("<b>", "&amp;", "</pre>", "\n\n"),
  );
  const block = fc.oneof(
    words.map(text),
    words.map(verbatim),
    fc
      .tuple(words, words)
      .map(([label, value]): DrawnBlock => ({ kind: "fields", title: null, fields: [{ label, value }] })),
  );
  fc.assert(
    fc.property(
      fc.array(block, { maxLength: 8 }),
      fc.constantFrom(LONGEST_CAPTION, LONGEST_TEXT),
      (body, first) => {
        const shown = pages(body, first, "Title");
        for (const [index, { html, plain }] of shown.entries()) {
          const parsed = parseHtml(html);
          expect(parsed.text).toBe(plain);
          expect(parsed.bareAmpersands).toBe(0);
          expect(plain.length).toBeLessThanOrEqual(index === 0 ? first : LONGEST_TEXT);
        }
        const whole = pages(body, 1_000_000, "Title");
        if (shown.length < MOST_PAGES && whole.length === 1)
          expect(letters(shown.map(({ plain }) => plain).join(""))).toBe(letters(whole[0]!.plain));
      },
    ),
    { numRuns: 200 },
  );
});
