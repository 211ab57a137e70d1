import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  checklist,
  copy,
  type DrawnBlock,
  fields,
  table,
  text,
  verbatim,
} from "../../../src/chat/message.ts";
import { sparkline } from "../../../src/chat/sparkline.ts";
import { code, escaped } from "../../../src/platforms/discord/markdown.ts";
import { plainly, renderCard } from "../../../src/platforms/discord/render.ts";
import { objections, outgoing } from "./drawn.ts";

describe("text from outside is shown as it is written", () => {
  test.each([
    ["bold", "**approved**", "\\*\\*approved\\*\\*"],
    ["a setting's name", "max_position_pct", "max\\_position\\_pct"],
    ["a mention of everyone", "@everyone", "\\@everyone"],
    ["a mention of a person", "<@123456789012345678>", "\\<\\@123456789012345678\\>"],
    ["a link in disguise", "[x](javascript:1)", "\\[x\\](javascript:1)"],
    ["a bare link", "https://evil.example", "https\\://evil.example"],
    ["a heading", "# big\n-# small", "\\# big\n\\-# small"],
    ["lists", "- a\n1. b\n0.25", "\\- a\n1\\. b\n0.25"],
    ["a code block", "```\nx", "\\`\\`\\`\nx"],
    ["a spoiler and a quotation", "||x||\n> y", "\\|\\|x\\|\\|\n\\> y"],
    ["right-to-left override", "abc\u202edef", "abcdef"],
  ])("%s", (_, written, drawn) => {
    expect(escaped(written)).toBe(drawn);
  });

  test("nothing but backslashes is added, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab1 .\n\\*_`[]()<>@#-:/~|") }), (written) => {
        expect(escaped(written).replace(/\\([^0-9A-Za-z\s])/g, "$1")).toBe(written);
        expect(escaped(written)).not.toMatch(/(?<!\\)(?:\\\\)*[*_`[\]<>@~|]/);
      }),
      { numRuns: 500 },
    );
  });

  test("inside fixed-width blocks nothing ends the block", () => {
    expect(code("a`b")).toBe("\n```\na`b\n```");
    const [page] = renderCard(outgoing({ body: [verbatim("x ``` @everyone ````")] }));
    expect(page.embeds[0]?.description).toBe("```\nx ''' @everyone '''`\n```");
  });
});

test("whatever a card holds, Discord takes every message of it", () => {
  const words = fc
    .tuple(fc.string({ unit: "grapheme", maxLength: 30 }), fc.constantFrom(1, 10, 300))
    .map(([written, times]) => written.repeat(times));
  const short = fc.string({ unit: "grapheme", maxLength: 60 });
  const block: fc.Arbitrary<DrawnBlock> = fc.oneof(
    words.map(text),
    words.map(verbatim),
    fc.tuple(short, words).map(([label, value]) => copy(label, value)),
    fc.array(fc.tuple(short, words), { maxLength: 6 }).map((pairs) => fields(pairs, "t")),
    fc
      .array(fc.array(short, { maxLength: 5 }), { maxLength: 20 })
      .map((rows) => table(["a", ">b", "c"], rows)),
    words.map((label) => checklist([{ ok: false, label, note: label }])),
  );
  const card = fc.record({
    title: words,
    footer: words,
    label: words,
    body: fc.array(block, { maxLength: 8 }),
  });
  fc.assert(
    fc.property(card, ({ title, footer, label, body }) => {
      const action = { do: "command", line: "status" } as const;
      const row = Array.from({ length: 7 }, () => ({ label, action, style: "plain" as const }));
      const pages = renderCard(outgoing({ title, footer, body, buttons: [row] }));
      expect(pages.flatMap(objections)).toEqual([]);
      expect(pages.map(plainly).flatMap(objections)).toEqual([]);
      expect(pages.length).toBeLessThanOrEqual(4);
    }),
    { numRuns: 150 },
  );
});

describe("a line of figures", () => {
  test.each([
    [[1, 1, 1], "▁▁▁"],
    [[0, 7], "▁█"],
    [[], ""],
    [[Number.NaN, 1, 2], "▁█"],
  ])("%j is drawn as %s", (values, drawn) => {
    expect(sparkline(values, 10)).toBe(drawn);
  });
});
