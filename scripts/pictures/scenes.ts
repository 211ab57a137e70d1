/** What the pictures show: a short story with the bot, from the first trades to a stop, each card taken as it was answered or told. */
import { Bot, type Both, PLATFORMS } from "./bot.ts";

export interface Scene {
  readonly name: string;
  readonly group: Group;
  readonly title: string;
  /** What there is to see, in one sentence. */
  readonly sentence: string;
  /** The line that was typed; null for what the bot told by itself. */
  readonly asked: string | null;
  readonly askedBy: "Ada" | "Mallory";
  /** In a private chat; Discord's channel is shown else. */
  readonly isPrivate: boolean;
  readonly cards: Both;
}

export const GROUPS = ["At a glance", "Trading", "Told unasked", "In an emergency", "People"] as const;
type Group = (typeof GROUPS)[number];

type Words = Pick<Scene, "name" | "title" | "sentence">;

export async function playScenes(): Promise<readonly Scene[]> {
  const bot = await Bot.start();
  try {
    const scenes = await play(bot);
    const place = ({ group }: Scene): number => GROUPS.indexOf(group);
    return scenes.toSorted((a, b) => place(a) - place(b));
  } finally {
    await bot.app.stop();
  }
}

async function play(bot: Bot): Promise<readonly Scene[]> {
  await bot.say("telegram", "/resume");
  await bot.say("telegram", "/heartbeat 6");
  await bot.say("discord", "/heartbeat 6");
  await bot.tradeUntil(() => bot.fills >= 5);
  const trading = [...(await glances(bot)), ...(await tradingCards(bot)), ...(await toldCards(bot))];
  return [...trading, ...(await peopleCards(bot)), ...(await emergencyCards(bot))];
}

const asking =
  (bot: Bot, group: Group) =>
  async (line: string, words: Words, isPrivate = false): Promise<Scene> => ({
    ...{ ...words, group, asked: line, askedBy: "Ada", isPrivate },
    cards: await bot.ask(line, isPrivate),
  });

const telling =
  (bot: Bot, group: Group) =>
  (title: RegExp, words: Words): Scene => ({
    ...words,
    group,
    asked: null,
    askedBy: "Ada",
    isPrivate: false,
    cards: bot.told(title),
  });

async function glances(bot: Bot): Promise<readonly Scene[]> {
  const ask = asking(bot, "At a glance");
  return [
    await ask("/menu", {
      name: "menu",
      title: "Menu",
      sentence: "Everything needed often, under one thumb.",
    }),
    await ask("/status", {
      name: "status",
      title: "Status",
      sentence: "State, position, money and machine on one screen.",
    }),
    await ask("/chart", {
      name: "chart",
      title: "Chart",
      sentence: "Candles with the averages and the bot's own fills, and buttons for other timeframes.",
    }),
    await ask("/equity", { name: "equity", title: "Equity", sentence: "Equity and drawdown over a period." }),
  ];
}

async function tradingCards(bot: Bot): Promise<readonly Scene[]> {
  const ask = asking(bot, "Trading");
  return [
    await ask("/why", {
      name: "why",
      title: "Why",
      sentence: "The whole chain behind the last decision: candle, signal, risk, size, fill.",
    }),
    await ask("/fills 4", {
      name: "fills",
      title: "Fills",
      sentence: "Executions with price and fee, a page at a time.",
    }),
    await ask("/flatten", {
      name: "confirmation",
      title: "A question first",
      sentence: "What may do harm is asked once, with Cancel first, and ends by itself after a minute.",
    }),
  ];
}

async function toldCards(bot: Bot): Promise<readonly Scene[]> {
  const ask = asking(bot, "Told unasked");
  const tell = telling(bot, "Told unasked");
  await waitForPrices(bot);
  const alerts = await ask("/alerts", {
    name: "alerts",
    title: "Alerts",
    sentence: "What this chat hears, what arrives without a sound, and the prices somebody waits for.",
  });
  await bot.tradeUntil(() => bot.fills >= 6);
  const filled = tell(/^Sold /, {
    name: "order-filled",
    title: "An order is filled",
    sentence: "What was sold, why, and what it brought.",
  });
  await bot.tradeUntil(() => bot.clock.now() >= Date.UTC(2026, 2, 31, 6, 30));
  const day = tell(/^The day: /, {
    name: "daily",
    title: "The day",
    sentence: "The last 24 hours in figures, every morning.",
  });
  await bot.tradeUntil(() => bot.clock.now() >= Date.UTC(2026, 3, 6, 6, 30));
  return [
    filled,
    tell(/ is (up|down) to /, {
      name: "price-alert",
      title: "A price is reached",
      sentence: "The level somebody asked for, and who asked.",
    }),
    day,
    tell(/^The week: /, {
      name: "weekly",
      title: "The week",
      sentence: "Seven days in figures, on Mondays.",
    }),
    tell(/^Alive: /, {
      name: "heartbeat",
      title: "Heartbeat",
      sentence: "A silent sign of life every few hours.",
    }),
    alerts,
  ];
}

/** One level that is soon reached and one that is not, and fills without a sound. */
async function waitForPrices(bot: Bot): Promise<void> {
  const price = bot.app.engine.lastQuote?.price ?? 0;
  const near = Math.round((price * 1.006) / 100) * 100;
  const far = Math.round((price * 0.8) / 1_000) * 1_000;
  await bot.say("telegram", `/alerts price ${near}`);
  await bot.say("discord", `/alerts price ${far}`);
  for (const platform of PLATFORMS) await bot.say(platform, "/alerts order_filled silent");
}

async function peopleCards(bot: Bot): Promise<readonly Scene[]> {
  const ask = asking(bot, "People");
  return [
    {
      ...{ name: "stranger", group: "People", asked: "/status", askedBy: "Mallory", isPrivate: true },
      title: "A stranger",
      sentence: "Whoever is not known is told their own number and nothing else.",
      cards: await bot.askAsStranger("/status"),
    },
    await ask(
      "/totp",
      {
        name: "totp",
        title: "One-time codes",
        sentence:
          "A device is enrolled in a private chat; the message goes when it is confirmed (the key shown is an example).",
      },
      true,
    ),
  ];
}

async function emergencyCards(bot: Bot): Promise<readonly Scene[]> {
  const ask = asking(bot, "In an emergency");
  const tell = telling(bot, "In an emergency");
  await startWithTooMuch(bot);
  await bot.tradeUntil(() => bot.app.capabilities.state.current().state === "EMERGENCY_STOP");
  await bot.clock.advanceTo(bot.clock.now() + 90_000);
  return [
    tell(/^Equity stop$/, {
      name: "emergency-stop",
      title: "Emergency stop",
      sentence:
        "A critical alert waits for somebody's word: it is repeated everywhere until a person acknowledges it.",
    }),
    await ask("/status", {
      name: "status-stopped",
      title: "Status after a stop",
      sentence: "Stopped, by whom and why, and the way out.",
    }),
    await ask("/recover", {
      name: "recover",
      title: "Recover",
      sentence: "What happened, what to check, and one button that asks for the reason.",
    }),
  ];
}

/** A new account with a position bought far above the price: the next cycle finds equity below the equity stop. */
async function startWithTooMuch(bot: Bot): Promise<void> {
  const price = bot.app.engine.lastQuote?.price ?? 0;
  await bot.say("telegram", "/pause");
  await bot.confirm(`/reset 10000 0.1@${(price * 1.03).toFixed(2)}`, "New account");
  await bot.say("telegram", "/resume");
}
