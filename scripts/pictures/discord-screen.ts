/** A card as Discord's app shows it: the embeds and components the bot would post, in the app's dark theme. */
import { ButtonStyle } from "discord.js";
import type { Outgoing } from "../../src/chat/platform.ts";
import { type Drawn, renderCard } from "../../src/platforms/discord/render.ts";
import { drawMarkdown } from "./discord-markdown.ts";
import { withDrawnEmoji } from "./emoji.ts";
import { escaped, pngUrl } from "./html.ts";
import type { Scene } from "./scenes.ts";

const CHANNEL = '<i class="hash">#</i> countersign';

type Asked = Pick<Scene, "asked" | "askedBy" | "isPrivate">;
type Embed = Drawn["embeds"][number];
type Row = Drawn["components"][number];

export function discordScreen(card: Outgoing, { asked, askedBy, isPrivate }: Asked): string {
  const typed = asked?.split(" ")[0];
  return [
    `<header><i class="back">‹</i><div><b>${isPrivate ? "Countersign" : CHANNEL}</b></div></header><main>`,
    typed === undefined ? "" : `<p class="used"><i></i>${askedBy} used <b>${escaped(typed)}</b></p>`,
    `<div class="message"><span class="face">C</span><div class="post">`,
    `<p class="name">Countersign <em>APP</em></p>`,
    ...renderCard(card).map(drawPage),
    "</div></div></main>",
  ].join("");
}

const drawPage = ({ components, content, embeds, picture }: Drawn): string =>
  [
    content === "" ? "" : `<div class="content">${drawMarkdown(content)}</div>`,
    ...embeds.map((embed) => drawEmbed(embed, picture?.bytes ?? null)),
    ...components.map(drawRow),
  ].join("");

function drawEmbed({ color, description, footer, image, title }: Embed, picture: Uint8Array | null): string {
  const bar = `#${(color ?? 0).toString(16).padStart(6, "0")}`;
  return [
    `<div class="embed" style="border-left-color:${bar}">`,
    title === undefined ? "" : `<p class="title">${drawMarkdown(title)}</p>`,
    description === undefined ? "" : `<div class="description">${drawMarkdown(description)}</div>`,
    image === undefined || picture === null ? "" : `<img src="${pngUrl(picture)}">`,
    footer === undefined ? "" : `<p class="footer">${withDrawnEmoji(escaped(footer.text))}</p>`,
    "</div>",
  ].join("");
}

const STYLES: Readonly<Record<number, string>> = {
  [ButtonStyle.Secondary]: "plain",
  [ButtonStyle.Success]: "good",
  [ButtonStyle.Danger]: "danger",
};

const drawRow = ({ components }: Row): string =>
  `<div class="row">${components
    .map(
      ({ label = "", style }) =>
        `<span class="key ${STYLES[style] ?? ""}"><span>${withDrawnEmoji(escaped(label))}</span></span>`,
    )
    .join("")}</div>`;
