// A phone with Telegram on it: Ada's private chat with the bot, over the wire to the fake Bot API.

import { createPainter } from "../../../src/charts/worker-painter.ts";
import { SystemClock } from "../../../src/clock.ts";
import { createTelegram } from "../../../src/platforms/telegram/telegram.ts";
import { openReplayedApp, type ReplayedAppOptions } from "../../support/replayed-app.ts";
import { FakeTelegram } from "../../support/telegram/fake-telegram.ts";
import { type Shown, SPEED, type Surface, untilQuiet } from "./surface.ts";

const TOKEN = "7000000001:AAjourneyjourneyjourneyjourney";
const ADA = 1001;
const STRANGER = 6666;
/** Where alerts are heard, so that the private chat holds the answers alone. */
const GROUP = -1007000000001;

export async function telegramSurface(options: ReplayedAppOptions = {}): Promise<Surface> {
  const people = new SystemClock({ speed: SPEED });
  const fake = FakeTelegram.start({ token: TOKEN, clock: people, speed: SPEED });
  const ada = fake.person({ id: ADA, firstName: "Ada" });
  const stranger = fake.person({ id: STRANGER, firstName: "Mallory" });
  fake.supergroup({ id: GROUP, title: "Alerts", members: [ada] });
  const telegram = createTelegram({ token: TOKEN, apiRoot: fake.apiRoot, clock: people, warn: () => {} });
  const running = await openReplayedApp({
    ...options,
    platforms: () => [telegram],
    peopleClock: people,
    painter: createPainter({ clock: new SystemClock() }),
    environment: { ...options.environment, TELEGRAM_ADMIN_IDS: String(ADA), TELEGRAM_CHAT_ID: String(GROUP) },
  });
  await running.app.start();
  await fake.waitFor(() => fake.isPolled);

  const seen = (chatId: number, messageId: number): Shown => {
    const message = fake.message(chatId, messageId);
    return {
      words: message.caption === "" ? message.text : message.caption,
      buttons: message.buttons.flat().map(({ label }) => label),
      png: message.photo ?? null,
      place: `${chatId}/${messageId}`,
    };
  };
  const newest = (chatId: number): number =>
    Math.max(
      0,
      ...fake
        .messages(chatId)
        .filter(({ isFromBot }) => isFromBot)
        .map(({ id }) => id),
    );
  const say = async (person: typeof ada, line: string): Promise<Shown> => {
    const before = newest(person.id);
    const { updateId } = fake.say(person, person.id, line);
    await fake.confirmed(updateId);
    await untilQuiet(running);
    if (newest(person.id) === before) throw new Error(`Nothing answered "${line}".`);
    return seen(person.id, newest(person.id));
  };
  const tap = (shown: Shown, label: string): number => {
    const [chatId, messageId] = shown.place.split("/").map(Number);
    const whole = shown.buttons.find((one) => one.endsWith(label));
    fake.tap(ada, chatId!, messageId!, whole ?? label);
    return messageId!;
  };
  /** The newest message once there is one after `messageId`. */
  const nextAfter = (messageId: number): Promise<number> =>
    fake.waitFor(() => (newest(ADA) > messageId ? newest(ADA) : null));

  return {
    name: "telegram",
    running,
    types: (line) => say(ada, line),
    strangerTypes: (line) => say(stranger, line),
    async presses(shown, label) {
      const before = newest(ADA);
      const answered = fake.answers.length;
      const pressed = tap(shown, label);
      await fake.waitFor(() => fake.answers.length > answered);
      await untilQuiet(running);
      return seen(ADA, newest(ADA) > before ? newest(ADA) : pressed);
    },
    async fills(shown, label, answers) {
      const before = newest(ADA);
      const pressed = tap(shown, label);
      let asked = before;
      for (const answer of Object.values(answers)) {
        asked = await nextAfter(asked);
        await fake.confirmed(fake.say(ada, ADA, answer).updateId);
      }
      await untilQuiet(running);
      return seen(ADA, newest(ADA) > asked ? newest(ADA) : pressed);
    },
    faults: () => [...fake.faults, ...(fake.count429 === 0 ? [] : [`${fake.count429} times too fast`])],
    async close() {
      await running.app.stop();
      await fake.stop();
    },
  };
}
