import { describe, expect, test } from "bun:test";
import { widthOf } from "../../../src/chat/fixed-width.ts";
import {
  type CardParts,
  card,
  checklist,
  commandButton,
  fields,
  progress,
  say,
  series,
  table,
  text,
  verbatim,
} from "../../../src/chat/message.ts";
import type { Outgoing } from "../../../src/chat/platform.ts";
import { sparkline } from "../../../src/chat/sparkline.ts";
import { outgoingOf } from "../../../src/chat/stored-card.ts";
import { drawCard } from "../../../src/platforms/console/draw.ts";

const PLAIN = { hasColours: false, width: 60 };

const outgoing = (parts: CardParts): Outgoing => {
  const made = card(parts);
  const body = made.body.filter((block) => block.kind !== "seed");
  const drawn = { deliveryId: 1, nonce: "0123456789abcdef", level: "info", isSilent: false } as const;
  return outgoingOf(made, { ...drawn, answers: null, image: null, body });
};

const STATUS = outgoing({
  title: "RUNNING",
  tone: "good",
  body: [
    fields([
      ["Since", "21 Nov 15:03 (14:03 UTC)"],
      ["Reason", "The morning's check was fine, so trading goes on as before."],
    ]),
    table(
      ["Side", ">Quantity", ">Price"],
      [
        ["buy", "0.00123", "63,250.10"],
        ["sell", "0.10000", "9,876.54"],
      ],
    ),
    series([1, 2, 3, 4, 8, 4, 1], "equity, 7 days: 10,000 → 10,120 USDT"),
    checklist([
      { ok: true, label: "database", note: null },
      { ok: false, label: "exchange", note: "It does not answer; look at the network." },
      { ok: null, label: "model: off", note: null },
    ]),
  ],
  buttons: [
    [commandButton("Refresh", "status"), commandButton("Position", "position")],
    [commandButton("Pause", "pause"), commandButton("Stop", "stop", "danger")],
  ],
  footer: "21 Nov 15:05 (14:05 UTC)",
});

test("a card is drawn with its fields, table, line, checks and numbered buttons", () => {
  expect(`\n${drawCard(STATUS, PLAIN)}\n`).toBe(`
┌ RUNNING
│ Since   21 Nov 15:03 (14:03 UTC)
│ Reason  The morning's check was fine, so trading goes on
│         as before.
│
│ Side  Quantity      Price
│ buy    0.00123  63,250.10
│ sell   0.10000   9,876.54
│
│ ▁▂▃▄█▄▁
│ equity, 7 days: 10,000 → 10,120 USDT
│
│ ✓ database
│ ✗ exchange
│     It does not answer; look at the network.
│ · model: off
│
│ [1] Refresh  [2] Position
│ [3] Pause  [4] Stop
└ 21 Nov 15:05 (14:05 UTC)
`);
});

test("a single sentence stands on one line", () => {
  expect(drawCard({ ...outgoing({}), ...outgoing({ body: say("Done.").body }) }, PLAIN)).toBe("╶ Done.");
});

test("progress is a bar", () => {
  expect(drawCard(outgoing({ body: [progress("1h candles", 0.25)] }), PLAIN)).toBe(
    "╶ █████░░░░░░░░░░░░░░░  25 %  1h candles",
  );
});

test("colours are used only where they are asked for", () => {
  expect(drawCard(STATUS, PLAIN)).not.toContain("\u001b[");
  expect(drawCard(STATUS, { hasColours: true, width: 60 })).toContain("\u001b[");
});

describe("text from outside", () => {
  test.each([
    ["an escape sequence", "\u001b[2Jred\u001b[31m", "╶ red"],
    ["a carriage return", "approved\rdenied", "╶ approveddenied"],
    ["right-to-left override", "abc\u202edef", "╶ abcdef"],
    ["a backspace", "no\u0008\u0008yes", "╶ noyes"],
  ])("with %s cannot move the cursor or reorder what is read", (_, sentence, drawn) => {
    expect(drawCard(outgoing({ body: [text(sentence)] }), PLAIN)).toBe(drawn);
  });

  test("fits the width, wide letters included; log lines are left as they are", () => {
    const wide = outgoing({
      title: "標題標題標題標題標題標題",
      body: [
        text("a ".repeat(100)),
        text("x".repeat(100)),
        text("漢字".repeat(30)),
        fields([["名前", "值".repeat(50)]]),
      ],
      footer: "y ".repeat(50),
    });
    for (const line of drawCard(wide, { hasColours: false, width: 40 }).split("\n")) {
      expect(widthOf(line)).toBeLessThanOrEqual(40);
    }
    expect(drawCard(outgoing({ body: [verbatim("z".repeat(90))] }), PLAIN)).toContain("z".repeat(90));
  });
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

  test("longer than the room is averaged into it", () => {
    expect(
      sparkline(
        Array.from({ length: 1_000 }, (_, i) => i),
        8,
      ),
    ).toBe("▁▂▃▄▅▆▇█");
  });
});
