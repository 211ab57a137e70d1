// A day in which everything happens that could let a secret slip: enrolments, links, commands, presses, and every trouble there is.
import { Secret, TOTP } from "otpauth";
import type { PlatformName } from "../../../src/core/actor.ts";
import type { Trouble } from "../../support/discord/troubles.ts";
import { fault } from "../../support/telegram/faults.ts";
import { accountOf, type House, type Who } from "./house.ts";
import { speak } from "./speak.ts";
import { untilQuiet } from "./surface.ts";

/** What somebody reads in private, buttons and all. */
const screenOf = (
  { discord, discordPlace, telegram, telegramPlace }: House,
  platform: PlatformName,
  who: Who,
) =>
  JSON.stringify(
    platform === "telegram"
      ? telegram.messages(telegramPlace("private", who))
      : discord.messages(discordPlace("private", who).id),
  );

/** Sets a device up and confirms it; the seed as it was shown. */
export async function enrol(house: House, platform: PlatformName, who: Who): Promise<string> {
  const { people, running } = house;
  await speak(house, platform, who, "private", "/totp");
  await untilQuiet(running);
  const [, seed] = /secret=([A-Z2-7]{32})/.exec(screenOf(house, platform, who)) ?? [];
  if (seed === undefined) throw new Error(`No seed was shown to the ${who} on ${platform}.`);
  const device = new TOTP({ secret: Secret.fromBase32(seed), digits: 6, period: 30 });
  await speak(house, platform, who, "private", `/totp ${device.generate({ timestamp: people.now() })}`);
  await untilQuiet(running);
  if (screenOf(house, platform, who).includes(seed)) throw new Error("The seed is still on the screen.");
  return seed;
}

/** A code made on Telegram and typed by a stranger on Discord. */
export async function linkAccounts(house: House): Promise<void> {
  await speak(house, "telegram", "viewer", "private", "/link");
  await untilQuiet(house.running);
  const [, code] = /link ([0-9A-Z]{5}-[0-9A-Z]{5})/.exec(screenOf(house, "telegram", "viewer")) ?? [];
  if (code === undefined) throw new Error("No code was shown.");
  const { discord, discordPeople, discordPlace } = house;
  const typed = discord.command(discordPeople.stranger, discordPlace("private", "stranger"), "link", {
    code,
  });
  await typed.acknowledged();
  await untilQuiet(house.running);
}

const LINES: readonly string[] = [
  ...[
    "/status",
    "/whoami",
    "/tg_info",
    "/config",
    "/verify",
    "/roles",
    "/help",
    "/menu",
    "/version",
    "/flatten",
  ],
  ...["/recover", "/totp", "/totp 000000", "/link", "/health", "/events", "/events security"],
];

export async function talk(house: House): Promise<void> {
  for (const line of [...LINES, "/logs 100"]) {
    await Promise.all(
      (["telegram", "discord"] as const).map((platform) => speak(house, platform, "admin", "private", line)),
    );
  }
  house.terminal.sit("admin");
  for (const line of ["/status", "/health", "/logs 100", "/events security", "/events people"])
    await house.terminal.type(line);
  await untilQuiet(house.running);
}

/** Presses every button on the newest cards, and answers the modals that appear. */
export async function pressAround(house: House): Promise<void> {
  const { discord, discordPeople, discordPlace, running, telegram } = house;
  const admin = { id: Number(accountOf("telegram", "admin")), is_bot: false, first_name: "Ada" };
  const onTelegram = telegram.messages(admin.id).slice(-4);
  for (const { data, id } of onTelegram.flatMap((card) =>
    card.buttons.flat().map((one) => ({ ...one, id: card.id })),
  ))
    if (data !== undefined) telegram.press(admin, admin.id, id, data);
  const channel = discordPlace("private", "admin");
  const onDiscord = discord.messages(channel.id).slice(-4);
  for (const { customId, id } of onDiscord.flatMap((card) =>
    card.buttons.flat().map((one) => ({ ...one, id: card.id })),
  )) {
    if (customId === null) continue;
    const pressed = discord.press(discordPeople.admin, channel, id, customId, { isForged: true });
    await pressed.acknowledged();
    const modal = pressed.shownModal;
    if (modal === null) continue;
    const typed = Object.fromEntries(modal.inputs.map((input) => [input.customId, "123456"]));
    await discord.submitModal(discordPeople.admin, channel, customId, typed).acknowledged();
  }
  await untilQuiet(running);
}

const DISCORD_TROUBLES: readonly Trouble[] = [
  { kind: "status", status: 401, message: "401: Unauthorized" },
  { kind: "rate limited", retryAfterMs: 20 },
  { kind: "status", status: 502 },
  { kind: "status", status: 400, code: 50_035 },
  { kind: "hang" },
  { kind: "reset", hasEffect: true },
  { kind: "malformed", hasEffect: true },
];
const DISCORD_ROUTES: readonly string[] = [
  "POST /interactions/*/*/callback",
  "PATCH /webhooks/*/*/messages/@original",
  "POST /webhooks/*/*",
  "POST /channels/*/messages",
];
const TELEGRAM_FAULTS = () => [
  fault.refuse(401, "Unauthorized"),
  ...[fault.tooMany(1), fault.server(502), fault.server(500), fault.hang(), fault.reset(), fault.malformed()],
  ...[
    fault.refuse(400, "Bad Request: can't parse entities"),
    fault.refuse(403, "Forbidden: bot was blocked by the user"),
  ],
];

/** Every fault of both, one after the other, with somebody busy meanwhile. */
export async function trouble(house: House): Promise<void> {
  const { discord, telegram } = house;
  for (const each of TELEGRAM_FAULTS()) {
    for (const method of ["sendMessage", "answerCallbackQuery", "getWebhookInfo"] as const)
      telegram.fail(method, each);
    await busy(house);
    telegram.release();
    telegram.clearFaults();
  }
  for (const each of DISCORD_TROUBLES) {
    for (const route of DISCORD_ROUTES) discord.fail(route, each, 2);
    await busy(house);
    discord.heal();
  }
  telegram.refuseConnections();
  discord.closeGateways(4_000);
  await busy(house);
  telegram.acceptConnections();
  await discord.refuseConnections();
  await busy(house);
  discord.acceptConnections();
  await discord.connected(10_000);
}

/** Discord takes the token away; nobody is answered there any more. */
export async function revoke(house: House): Promise<void> {
  const { discord, running } = house;
  discord.token = "another-token-altogether-than-before";
  discord.closeGateways(4_004);
  await busy(house);
  const isToldOff = () =>
    running.app.chat.platforms().some(({ detail }) => detail.includes("refuses the bot's token"));
  await discord.waitFor(isToldOff);
}

async function busy({ discord, discordPeople, discordPlace, telegram }: House): Promise<void> {
  const ada = { id: Number(accountOf("telegram", "admin")), is_bot: false, first_name: "Ada" };
  telegram.say(ada, ada.id, "/whoami");
  telegram.press(ada, ada.id, 1, "b1.1.0.0123456789abcdef");
  const place = discordPlace("private", "admin");
  discord
    .command(discordPeople.admin, place, "whoami")
    .acknowledged(100)
    .catch(() => {});
  await Bun.sleep(60);
}
