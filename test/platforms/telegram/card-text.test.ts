import { expect, test } from "bun:test";
import {
  checklist,
  copy,
  type DrawnBlock,
  fields,
  picture,
  progress,
  series,
  table,
  text,
  verbatim,
} from "../../../src/chat/message.ts";
import { cardText } from "../../../src/platforms/telegram/card-text.ts";
import { pagesOf } from "../../../src/platforms/telegram/pages.ts";
import { outgoing } from "./desk.ts";

const drawn = (parts: Parameters<typeof outgoing>[0]) => pagesOf(cardText(outgoing(parts)), 4096)[0]!;
const html = (...body: readonly DrawnBlock[]): string => drawn({ body }).html;

test("a title is bold, marked by its tone, right above the first words; small print ends the card", () => {
  const body = [text("Trading goes on."), text("Nothing to do.")];
  expect(drawn({ title: "RUNNING", tone: "good", body, footer: "21 Nov 15:03" }).html).toBe(
    "🟢 <b>RUNNING</b>\nTrading goes on.\n\nNothing to do.\n\n<i>21 Nov 15:03</i>",
  );
});

test.each([
  ["neutral", "<b>Title</b>"],
  ["good", "🟢 <b>Title</b>"],
  ["warning", "🟡 <b>Title</b>"],
  ["danger", "🔴 <b>Title</b>"],
] as const)("a card that is %s looks like %s", (tone, expected) => {
  expect(drawn({ title: "Title", tone }).html).toBe(expected);
});

test("a sentence without a title carries the mark itself", () => {
  expect(drawn({ tone: "warning", body: [text("There is no /stat.")] }).html).toBe("🟡 There is no /stat.");
});

test("a critical card cannot be mistaken for another, with a title or without", () => {
  const critical = { level: "critical", tone: "danger" } as const;
  expect(drawn({ ...critical, title: "Equity stop" }).html).toBe("🚨 <b>CRITICAL: Equity stop</b>");
  expect(drawn({ ...critical, body: [text("Stop.")] }).html).toBe("🚨 <b>CRITICAL</b>\nStop.");
});

test("markup in a text is shown and does nothing; what hides or reorders is left out", () => {
  const page = drawn({ title: "<b>&", body: [text("1 < 2 & 3 > 2\u202e\u0000!")] });
  expect(page.html).toBe("<b>&lt;b&gt;&amp;</b>\n1 &lt; 2 &amp; 3 &gt; 2!");
  expect(page.plain).toBe("<b>&\n1 < 2 & 3 > 2!");
});

test("fields stand in a box, figures under one another at the right, words where they begin", () => {
  const block = fields(
    [
      ["Equity", "10,123.45 USDT"],
      ["Today", "+12.30 USDT"],
      ["State", "RUNNING"],
    ],
    "Account",
  );
  expect(html(block)).toBe(
    ["<b>Account</b>", "<pre>Equity  10,123.45 USDT", "Today      +12.30 USDT", "State   RUNNING</pre>"].join(
      "\n",
    ),
  );
});

test("a long value goes below its label, within the width of a phone", () => {
  const reason = "the exchange answered nothing for a whole minute";
  expect(
    html(
      fields([
        ["Mode", "paper"],
        ["Reason", reason],
      ]),
    ),
  ).toBe(
    ["<pre>Mode  paper", "Reason", "  the exchange answered nothing", "  for a whole minute</pre>"].join(
      "\n",
    ),
  );
});

test("fields that are mostly sentences are no box but lines", () => {
  const long = "a sentence that would not fit into a narrow box at all";
  expect(
    html(
      fields([
        ["One", long],
        ["Two", long],
        ["Three", "3"],
      ]),
    ),
  ).toBe(`<b>One</b>: ${long}\n<b>Two</b>: ${long}\n<b>Three</b>: 3`);
});

test("a narrow table keeps each row on one line, numbers to the right", () => {
  const block = table(
    ["Day", ">Change", ">%"],
    [
      ["21 Nov", "+12.30", "+0.12 %"],
      ["20 Nov", "−120.00", "−1.20 %"],
    ],
  );
  expect(html(block)).toBe(
    ["<pre>Day      Change        %", "21 Nov   +12.30  +0.12 %", "20 Nov  −120.00  −1.20 %</pre>"].join(
      "\n",
    ),
  );
});

test("a table too wide for a phone folds its rows, and loses nothing", () => {
  const rows = [
    ["12", "21 Nov 15:03", "buy", "0.00123", "entry", "filled"],
    ["9", "20 Nov 09:00", "sell", "0.00120", "stop loss", "filled"],
  ];
  expect(html(table([">#", "When", "Side", ">BTC", "For", "Now"], rows))).toBe(
    [
      "<pre> #  When          Side      BTC",
      "  For        Now",
      "12  21 Nov 15:03  buy   0.00123",
      "  entry      filled",
      " 9  20 Nov 09:00  sell  0.00120",
      "  stop loss  filled</pre>",
    ].join("\n"),
  );
});

test("a column of sentences is broken between its words", () => {
  const rows = [["21 Nov 15:03", "RUNNING", "Ada: back from the holiday, all is well"]];
  expect(html(table(["When", "State", "Who and why"], rows))).toBe(
    [
      "<pre>When          State",
      "  Who and why",
      "21 Nov 15:03  RUNNING",
      "  Ada: back from the holiday, all",
      "  is well</pre>",
    ].join("\n"),
  );
});

test("a word longer than the screen is broken inside", () => {
  expect(html(table(["Hash"], [["0123456789".repeat(4)]]))).toBe(
    ["<pre>Hash", "0123456789".repeat(3).concat("0123"), "456789</pre>"].join("\n"),
  );
});

test("a checklist shows done, failed and open, and how to mend it", () => {
  const items = [
    { ok: true, label: "data", note: null },
    { ok: false, label: "exchange", note: "cannot be reached" },
    { ok: null, label: "model", note: null },
  ];
  expect(html(checklist(items))).toBe("✅ data\n❌ exchange\n↳ <i>cannot be reached</i>\n▫️ model");
});

test("figures over time are a small line with their caption", () => {
  expect(html(series([1, 2, 3, 5, 8], "63,000 → 63,250 USDT"))).toBe(
    "<code>▁▂▃▅█</code>\n<i>63,000 → 63,250 USDT</i>",
  );
});

test.each([
  [0, "▱▱▱▱▱▱▱▱▱▱ 0 % fetching"],
  [0.34, "▰▰▰▱▱▱▱▱▱▱ 34 % fetching"],
  [7, "▰▰▰▰▰▰▰▰▰▰ 100 % fetching"],
  [Number.NaN, "▱▱▱▱▱▱▱▱▱▱ 0 % fetching"],
])("progress of %p is a bar", (share, expected) => {
  expect(html(progress("fetching", share))).toBe(expected);
});

test("what is to be copied copies whole with one tap", () => {
  expect(html(copy("Link", "https://x.test/?a=1&b=2"))).toBe(
    "<b>Link</b>\n<code>https://x.test/?a=1&amp;b=2</code>",
  );
});

test("log lines stay as they are", () => {
  expect(html(verbatim("a <b>\n  c\td"))).toBe("<pre>a &lt;b&gt;\n  c  d</pre>");
});

test("a picture's caption says the same in words", () => {
  expect(html(picture({ of: "qr", text: "otpauth://x" }, "Scan it with your phone"))).toBe(
    "<i>Scan it with your phone</i>",
  );
});

test("the plain form has the same lines without any markup", () => {
  const page = drawn({ title: "T & T", body: [fields([["A", "1"]]), copy("Link", "x<y")], footer: "end" });
  expect(page.plain).toBe("T & T\nA  1\nLink\nx<y\n\nend");
});
