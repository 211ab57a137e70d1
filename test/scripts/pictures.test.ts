// The likenesses of the apps' screens that the pictures in docs are made of, and the page that shows them.
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { PNG } from "pngjs";
import { discordScreen } from "../../scripts/pictures/discord-screen.ts";
import { smallPng } from "../../scripts/pictures/small-png.ts";
import { telegramScreen } from "../../scripts/pictures/telegram-screen.ts";
import type { Outgoing } from "../../src/chat/platform.ts";

const docs = join(import.meta.dir, "../../docs");

const card: Outgoing = {
  title: "Reason <none> & *nothing*",
  tone: "danger",
  body: [
    { kind: "text", text: "Type /recover, then a_word or `two`." },
    { kind: "verbatim", text: "* a line as it is" },
  ],
  buttons: [[{ label: "Stop", style: "danger", payload: "b1.1.0.0123456789abcdef" }]],
  footer: null,
  level: "info",
  image: null,
  isSilent: false,
  answers: null,
};

test("Telegram's screen shows what the bot sends, with commands as links and boxes as they are", async () => {
  const html = await telegramScreen(card, "/status <now>");
  expect(html).toContain("<b>Reason &lt;none&gt; &amp; *nothing*</b>");
  expect(html).toContain("Type <a>/recover</a>, then a_word or `two`.");
  expect(html).toContain("<pre>* a line as it is</pre>");
  expect(html).toContain('class="key danger"');
  expect(html).toContain("/status &lt;now&gt;");
});

test("Discord's screen reads the bot's markup as the app does", () => {
  const html = discordScreen(card, { asked: "/status", askedBy: "Ada", isPrivate: false });
  expect(html).toContain("Reason &lt;none&gt; &amp; *nothing*");
  expect(html).toContain("then a_word or `two`.");
  expect(html).toContain("<pre>* a line as it is</pre>");
  expect(html).toContain("border-left-color:#d64545");
  expect(html).toContain('class="key danger"');
});

test("a picture made small keeps its size, its grounds exactly and its rare colours nearly", () => {
  const rare = Array.from(
    { length: 400 },
    (_, i) =>
      `<path d="M${i % 100} ${Math.floor(i / 100)}h1v1h-1z" fill="rgb(${i % 256},100,${200 + (i % 3)})"/>`,
  );
  const grounds = '<path d="M0 0h100v50H0z" fill="#182533"/><path d="M0 50h100v50H0z" fill="#182534"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" shape-rendering="crispEdges">${grounds}${rare.join("")}</svg>`;
  const large = new Resvg(svg).render().asPng();
  const before = PNG.sync.read(Buffer.from(large));
  const after = PNG.sync.read(Buffer.from(smallPng(large)));
  expect([after.width, after.height]).toEqual([100, 100]);
  expect(after.data.subarray(400 * 4)).toEqual(before.data.subarray(400 * 4));
  const furthest = Math.max(...before.data.map((value, i) => Math.abs(value - after.data[i]!)));
  expect(furthest).toBeGreaterThan(0);
  expect(furthest).toBeLessThanOrEqual(4);
});

test("every picture that the screens' page shows is there, and together they are small", async () => {
  const page = await Bun.file(join(docs, "screens.md")).text();
  const shown = [...page.matchAll(/\]\((pictures\/[\w-]+\.png)\)/g)].map(([, path]) => join(docs, path!));
  expect(shown.length).toBeGreaterThan(15);
  expect(shown.filter((path) => !existsSync(path))).toEqual([]);
  const bytes = shown.reduce((sum, path) => sum + Bun.file(path).size, 0);
  expect(bytes).toBeLessThan(3 * 1024 * 1024);
});
