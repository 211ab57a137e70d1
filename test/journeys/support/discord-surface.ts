// A phone with Discord on it: Ada's direct messages with the bot, over the wire to the fake Discord.
import { createPainter } from "../../../src/charts/worker-painter.ts";
import { SystemClock } from "../../../src/clock.ts";
import { createDiscord } from "../../../src/platforms/discord/discord.ts";
import { FakeDiscord } from "../../support/discord/fake-discord.ts";
import type { SeenMessage } from "../../support/discord/seen-message.ts";
import { openReplayedApp, type ReplayedAppOptions } from "../../support/replayed-app.ts";
import { type Shown, SPEED, type Surface, untilQuiet } from "./surface.ts";

const TOKEN = "journeyjourneyjourney.journey.journeyjourneyjourney";
const ADA = "100000000000001001";

export async function discordSurface(options: ReplayedAppOptions = {}): Promise<Surface> {
  const people = new SystemClock({ speed: SPEED });
  const fake = FakeDiscord.start({ token: TOKEN, clock: people, speed: SPEED });
  fake.desk.acknowledgeWithinMs = 3_000 * SPEED;
  const ada = fake.person({ id: ADA, username: "ada" });
  const stranger = fake.person({ username: "mallory" });
  const chat = fake.directChannel(ada);
  // Where alerts are heard, so that the direct messages hold the answers alone.
  const alerts = fake.channel(fake.guild({ name: "Trading" }), "alerts");
  const elsewhere = fake.directChannel(stranger);
  const discord = createDiscord({
    ...{ token: TOKEN, apiUrl: fake.api, guildId: null, clock: people, warn: () => {} },
  });
  const running = await openReplayedApp({
    ...options,
    platforms: () => [discord],
    peopleClock: people,
    painter: createPainter({ clock: new SystemClock() }),
    environment: { ...options.environment, DISCORD_ADMIN_IDS: ADA, DISCORD_CHANNEL_ID: alerts.id },
  });
  await running.app.start();
  await fake.connected();
  await fake.waitFor(() => fake.commands().length > 0);

  /** A typed line as the slash command it is there: its words are its options, in order. */
  const send = async (person: typeof ada, channel: typeof chat, line: string): Promise<SeenMessage> => {
    const [name = "", ...words] = line.replace("/", "").split(" ");
    const declared = fake.commands().find((command) => command.name === name)?.options ?? [];
    const options = Object.fromEntries(
      declared.flatMap((option, place) => {
        const isLast = place === declared.length - 1;
        const given = isLast ? words.slice(place).join(" ") : words[place];
        return given ? [[option.name, given]] : [];
      }),
    );
    const interaction = fake.command(person, channel, name, options);
    await interaction.acknowledged();
    await untilQuiet(running);
    return interaction.response();
  };
  const button = (shown: Shown, label: string): { message: string; customId: string } => {
    const message = fake.messages(chat.id).find(({ id }) => id === shown.place);
    const found = message?.buttons.flat().find((one) => one.label === label);
    if (!found?.customId) throw new Error(`There is no button "${label}" among ${shown.buttons.join(", ")}.`);
    return { message: shown.place, customId: found.customId };
  };
  const newest = (): SeenMessage =>
    fake
      .messages(chat.id)
      .filter(({ author }) => author.isBot)
      .at(-1)!;
  const afterwards = async (pressed: string, before: string): Promise<Shown> => {
    await untilQuiet(running);
    const last = newest();
    return seen(
      last.id === before ? (fake.messages(chat.id).find(({ id }) => id === pressed) ?? last) : last,
    );
  };
  return {
    name: "discord",
    running,
    types: async (line) => seen(await send(ada, chat, line)),
    strangerTypes: async (line) => seen(await send(stranger, elsewhere, line)),
    async presses(shown, label) {
      const before = newest().id;
      const { message, customId } = button(shown, label);
      await fake.press(ada, chat, message, customId).acknowledged();
      return afterwards(message, before);
    },
    async fills(shown, label, answers) {
      const before = newest().id;
      const { message, customId } = button(shown, label);
      await fake.press(ada, chat, message, customId).modal();
      const { inputs } = await fake.interactions.at(-1)!.modal();
      const values = Object.fromEntries(
        Object.values(answers).map((answer, place) => [inputs[place]!.customId, answer]),
      );
      await fake.submitModal(ada, chat, customId, values).acknowledged();
      return afterwards(message, before);
    },
    faults: () => [...fake.faults, ...(fake.count429 === 0 ? [] : [`${fake.count429} times too fast`])],
    async close() {
      await running.app.stop();
      await fake.stop();
    },
  };
}

function seen(message: SeenMessage): Shown {
  const words = message.embeds.flatMap((embed) => [
    embed.title,
    embed.description,
    ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value]),
    embed.footer?.text,
  ]);
  return {
    words: plain([message.content, ...words].filter(Boolean).join("\n")),
    buttons: message.buttons.flat().map(({ label }) => label ?? ""),
    png: message.attachments[0]?.bytes ?? null,
    place: message.id,
  };
}

/** As Discord shows it: without the marks of its markdown. */
const plain = (text: string): string =>
  text
    .replaceAll(/```\n?|(?<!\\)(\*\*|`|__)/g, "")
    .replaceAll(/\\([^a-z0-9\s])/gi, "$1")
    .replaceAll(/^-# /gm, "");
