/** The gallery in docs: every picture under its group, with one sentence. */
import { GROUPS, type Scene } from "./scenes.ts";

const OPENING = `# Screens

What the bot's cards look like on Telegram (left) and Discord (right), on a phone 390 pixels wide. Every card is the program's own: \`bun run pictures\` plays a short story on a made market, draws each card with the code that sends it, and lays it into a likeness of the apps' screens. Names, numbers and keys are examples.

![Four phones: the status, the reasons of a decision, a chart and an emergency stop](pictures/overview.png)
`;

export const galleryPage = (scenes: readonly Scene[]): string =>
  [
    OPENING,
    ...GROUPS.flatMap((group) => [
      `## ${group}\n`,
      ...scenes.filter((scene) => scene.group === group).map(entry),
    ]),
  ].join("\n");

const entry = ({ asked, name, sentence, title }: Scene): string => {
  const heading = asked === null || name === "stranger" ? title : `${title}: \`${asked}\``;
  return `### ${heading}\n\n${sentence}\n\n![${title} on Telegram and Discord](pictures/${name}.png)\n`;
};
