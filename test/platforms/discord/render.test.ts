import { describe, expect, test } from "bun:test";
import {
  checklist,
  commandButton,
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
import { plainly, renderCard } from "../../../src/platforms/discord/render.ts";
import { png } from "../../support/discord/bot.ts";
import { description, objections, outgoing, type Parts } from "./drawn.ts";

const QR = { of: "qr", text: "otpauth://totp/x" } as const;

describe("a block is drawn", () => {
  test.each<[string, DrawnBlock, string]>([
    ["text as a paragraph", text("Trading goes on.\nNothing else."), "Trading goes on.\nNothing else."],
    [
      "fields that are figures under one another",
      fields([
        ["Equity", "10,120.00 USDT"],
        ["Today", "−4.00 USDT"],
        ["Mode", "paper"],
      ]),
      "```\nEquity  10,120.00 USDT\nToday       −4.00 USDT\nMode    paper\n```",
    ],
    [
      "fields that are words with bold labels",
      fields([
        ["Reason", "Paused *by hand*."],
        ["By", "Ada"],
      ]),
      "**Reason** Paused \\*by hand\\*.\n**By** Ada",
    ],
    [
      "titled fields under their title",
      fields([["/status", "How it goes"]], "system"),
      "__**system**__\n**/status** How it goes",
    ],
    [
      "a table aligned in fixed width",
      table(
        ["Side", ">Quantity", ">Price"],
        [
          ["buy", "0.00123", "63,250.10"],
          ["sell", "0.10000", "9,876.54"],
        ],
      ),
      "```\nSide  Quantity      Price\nbuy    0.00123  63,250.10\nsell   0.10000   9,876.54\n```",
    ],
    [
      "figures over time as a small line",
      series([1, 2, 3, 4, 8, 4, 1], "equity, 7 days: 10,000 → 10,120 USDT"),
      "`▁▂▃▄█▄▁`\nequity, 7 days: 10,000 → 10,120 USDT",
    ],
    [
      "a checklist with marks",
      checklist([
        { ok: true, label: "database", note: null },
        { ok: false, label: "exchange", note: "It does not answer; look at the network." },
        { ok: null, label: "model: off", note: null },
      ]),
      "✅ database\n❌ exchange\n↳ It does not answer; look at the network.\n▫️ model: off",
    ],
    ["progress as a bar", progress("1h candles", 0.25), "`███░░░░░░░░░` 25 % 1h candles"],
    ["what is to be copied in fixed width", copy("Code", "4711-0815"), "**Code** `4711-0815`"],
    ["log lines as they are", verbatim("12:00 a_b *c*\n  12:01 d"), "```\n12:00 a_b *c*\n  12:01 d\n```"],
    [
      "a picture that could not be drawn as its caption",
      picture(QR, "Scan it with *your* app."),
      "Scan it with \\*your\\* app.",
    ],
  ])("%s", (_, block, drawn) => {
    expect(description({ body: [block] })).toBe(drawn);
  });
});

test("a table too wide for a phone takes several aligned lines a row", () => {
  const wide = table(
    ["When", "Side", ">Quantity", ">Price", "Reason"],
    [
      ["21 Nov 15:03", "buy", "0.00123", "63,250.10", "trend up"],
      ["21 Nov 16:03", "sell", "0.10000", "9,876.54", "stop"],
    ],
  );
  expect(`\n${description({ body: [wide] })}\n`).toBe(`
\`\`\`
When          Side  Quantity
      Price  Reason
21 Nov 15:03  buy    0.00123
  63,250.10  trend up
21 Nov 16:03  sell   0.10000
   9,876.54  stop
\`\`\`
`);
});

test("a card is an embed in its tone's colour, blocks apart, with buttons below", () => {
  const [drawn, ...more] = renderCard(
    outgoing({
      title: "RUNNING",
      tone: "good",
      body: [text("All is well."), fields([["Since", "21 Nov 15:03"]]), table([">n"], [["1"]]), text("End.")],
      buttons: [
        [commandButton("Refresh", "status"), commandButton("Resume", "resume", "good")],
        [commandButton("Stop", "stop", "danger")],
      ],
      footer: "21 Nov 15:05 (14:05 UTC)",
    }),
  );
  expect(more).toEqual([]);
  expect(drawn.embeds).toEqual([
    {
      color: 0x2e9e5b,
      title: "RUNNING",
      description: "All is well.\n\n**Since** 21 Nov 15:03\n```\nn\n1\n```\nEnd.",
      footer: { text: "21 Nov 15:05 (14:05 UTC)" },
    },
  ]);
  const rows = drawn.components.map(({ components }) => components.map(({ label, style }) => [label, style]));
  expect(rows).toEqual([
    [
      ["Refresh", 2],
      ["Resume", 3],
    ],
    [["Stop", 4]],
  ]);
  expect(drawn.components[1]?.components[0]?.custom_id).toBe("b1.1.2.0123456789abcdef");
  expect(objections(drawn)).toEqual([]);
});

test("a critical card is red and says so at its head, whatever its tone", () => {
  const [drawn] = renderCard(outgoing({ title: "Equity stop", tone: "neutral" }, { level: "critical" }));
  expect(drawn.embeds[0]).toMatchObject({ color: 0xd64545, title: "🚨 Equity stop" });
  const [untitled] = renderCard(outgoing({ body: [text("Stopped.")] }, { level: "critical" }));
  expect(untitled.embeds[0]?.title).toBe("🚨 Critical");
});

test("a picture stands in the card, with its caption for who cannot see it", () => {
  const image = png(2, 2);
  const [drawn] = renderCard(
    outgoing({ title: "Equity", body: [picture(QR, "10,000 → 10,120 USDT")] }, { image }),
  );
  expect(drawn.embeds[0]?.image?.url).toBe("attachment://card.png");
  expect(drawn.embeds[0]?.description).toBeUndefined();
  expect(drawn.picture).toEqual({ bytes: image, description: "10,000 → 10,120 USDT" });
  expect(objections(drawn)).toEqual([]);
});

test("a card without a word is still a message", () => {
  expect(renderCard(outgoing({})).flatMap(objections)).toEqual([]);
});

describe("a card longer than a message", () => {
  const lines = Array.from({ length: 300 }, (_, index) => `${index} `.padEnd(40, "x"));
  const long: Parts = {
    title: "Logs",
    body: [verbatim(lines.join("\n"))],
    buttons: [[commandButton("More", "logs 50")]],
    footer: "end",
  };

  test("goes on in further ones, each block closed, the buttons on the last", () => {
    const pages = renderCard(outgoing(long, { image: png(1, 1) }));
    expect(pages.flatMap(objections)).toEqual([]);
    expect(pages.map(({ embeds }) => embeds[0]?.title)).toEqual(["Logs", undefined, undefined, undefined]);
    expect(pages.map(({ components }) => components.length)).toEqual([0, 0, 0, 1]);
    expect(pages.map(({ picture: shown }) => shown !== null)).toEqual([false, false, false, true]);
    const text = pages.map(({ embeds }) => embeds[0]?.description ?? "");
    expect(text.every((page) => page.startsWith("```\n") && page.endsWith("\n```"))).toBe(true);
    const together = text.map((page) => page.slice(4, -4)).join("\n");
    expect(together.split("\n")).toEqual(lines);
  });

  test("makes one sound, not several", () => {
    expect(renderCard(outgoing(long)).map(({ isSilent }) => isSilent)).toEqual([false, true, true, true]);
  });

  test("beyond four messages says that the rest is missing", () => {
    const pages = renderCard(
      outgoing({ ...long, body: [verbatim("y".repeat(30_000)), text("a ".repeat(9_000))] }),
    );
    expect(pages).toHaveLength(4);
    expect(pages.flatMap(objections)).toEqual([]);
    expect(pages[3]?.embeds[0]?.description).toEndWith("```\n… the rest is too long for a chat.");
  });
});

test("where an embed is refused, the same words stand in the message itself", () => {
  const [page] = renderCard(
    outgoing({
      title: "RUNNING",
      body: [text("All is well.")],
      buttons: [[commandButton("Refresh", "status")]],
      footer: "now",
    }),
  );
  const drawn = plainly(page);
  expect(drawn).toMatchObject({ content: "**RUNNING**\nAll is well.\nnow", embeds: [], picture: null });
  expect(drawn.components).toEqual(page.components);
  const [long] = renderCard(outgoing({ title: "Logs", body: [verbatim("z ".repeat(2_000))] }));
  expect(objections(plainly(long))).toEqual([]);
  expect(plainly(long).content).toEndWith("\n```");
});
