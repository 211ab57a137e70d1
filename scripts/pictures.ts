// Makes docs/pictures and docs/screens.md anew: the program's own cards on Telegram's and Discord's screens, the same in every run.
import { join } from "node:path";
import { Camera, type Screen } from "./pictures/camera.ts";
import { discordScreen } from "./pictures/discord-screen.ts";
import { galleryPage } from "./pictures/gallery-page.ts";
import { playScenes, type Scene } from "./pictures/scenes.ts";
import { telegramScreen } from "./pictures/telegram-screen.ts";

const docs = join(import.meta.dir, "../docs");
/** Cards of the overview, left to right. */
const OVERVIEW = [
  ["status", "telegram"],
  ["why", "discord"],
  ["chart", "telegram"],
  ["emergency-stop", "discord"],
] as const;

const screenOf = async (scene: Scene, platform: Screen["platform"]): Promise<Screen> => ({
  platform,
  html:
    platform === "telegram"
      ? await telegramScreen(scene.cards.telegram, scene.asked)
      : discordScreen(scene.cards.discord, scene),
});

const scenes = await playScenes();
const camera = await Camera.open();
const keep = async (name: string, png: Uint8Array): Promise<void> => {
  await Bun.write(join(docs, `pictures/${name}.png`), png);
  console.log(`docs/pictures/${name}.png  ${Math.round(png.length / 1024)} KiB`);
};
try {
  for (const scene of scenes)
    await keep(
      scene.name,
      await camera.take([await screenOf(scene, "telegram"), await screenOf(scene, "discord")]),
    );
  const chosen = OVERVIEW.map(async ([name, platform]) => {
    const scene = scenes.find((one) => one.name === name);
    if (scene === undefined) throw new Error(`There is no scene ${name}.`);
    return screenOf(scene, platform);
  });
  await keep("overview", await camera.take(await Promise.all(chosen), true));
} finally {
  await camera.close();
}
await Bun.write(join(docs, "screens.md"), galleryPage(scenes));
console.log("docs/screens.md");
