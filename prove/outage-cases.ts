/** The ways a platform goes away over the wire, and how it comes back. */
import { fault } from "../test/support/telegram/faults.ts";
import type { TwoPlatforms } from "./two-platforms.ts";

export interface OutageCase {
  readonly name: string;
  readonly down: "telegram" | "discord";
  readonly seconds: number;
  /** Whether the other platform must have been told by the end: only what stays away for a minute is. */
  readonly isTold: boolean;
  /** Whether presses reach the bot at all, at once or afterwards, so that edits pile up. */
  readonly hasPresses: boolean;
  /** Called `at` the beginning, and again in the middle. */
  readonly begin: (platforms: TwoPlatforms, at: "beginning" | "middle") => Promise<void> | void;
  readonly end: (platforms: TwoPlatforms) => void;
}

/** A minute, and as long as it takes to notice. */
const LONG = 62;
const SHORT = 20;
/** A poll that hangs is noticed after 35 s. */
const LONG_HANG = 100;

const REST_ROUTES = [
  "POST /channels/*/messages",
  "PATCH /channels/*/messages/*",
  "PATCH /webhooks/*/*/messages/*",
];

/** In a commit's run both platforms are gone for a minute, and the other ways are tried for a moment. */
export function outageCases(isRelease: boolean): readonly OutageCase[] {
  const all = [
    telegramRefuses,
    telegramHangs,
    telegramDeniesToken,
    discordRefuses,
    discordHangs,
    discordDeniesToken,
    gatewayCloses,
  ];
  if (isRelease) return all.map((one) => one(one === telegramHangs ? LONG_HANG : LONG, true));
  return [
    telegramRefuses(LONG, true),
    discordComesAndGoes(LONG, true),
    telegramHangs(SHORT, false),
    discordDeniesToken(SHORT, false),
  ];
}

type Length = readonly [seconds: number, isTold: boolean];

const telegramRefuses = (...[seconds, isTold]: Length): OutageCase => ({
  ...{ name: "Telegram refuses connections", down: "telegram", seconds, isTold, hasPresses: true },
  begin: ({ telegram }) => telegram.refuseConnections(),
  end: ({ telegram }) => telegram.acceptConnections(),
});

const telegramHangs = (...[seconds, isTold]: Length): OutageCase => ({
  ...{ name: "Telegram hangs", down: "telegram", seconds, isTold, hasPresses: true },
  begin({ telegram }, at) {
    if (at === "middle") return;
    telegram.fail("getUpdates", fault.hang(), Infinity);
    telegram.fail("*", fault.hang(), Infinity);
  },
  end({ telegram }) {
    telegram.clearFaults();
    telegram.release();
  },
});

const telegramDeniesToken = (...[seconds, isTold]: Length): OutageCase => ({
  ...{ name: "Telegram says 401", down: "telegram", seconds, isTold, hasPresses: true },
  begin({ telegram }, at) {
    if (at === "middle") return;
    telegram.fail("getUpdates", fault.refuse(401, "Unauthorized"), Infinity);
    telegram.fail("*", fault.refuse(401, "Unauthorized"), Infinity);
  },
  end: ({ telegram }) => telegram.clearFaults(),
});

const discordRefuses = (...[seconds, isTold]: Length): OutageCase => ({
  ...{ name: "Discord refuses connections", down: "discord", seconds, isTold, hasPresses: false },
  begin: ({ discord }) => discord.refuseConnections(),
  end: ({ discord }) => discord.acceptConnections(),
});

const discordHangs = (...[seconds, isTold]: Length): OutageCase => ({
  ...{ name: "Discord hangs", down: "discord", seconds, isTold, hasPresses: false },
  begin({ discord }, at) {
    if (at === "middle") return;
    for (const route of REST_ROUTES) discord.fail(route, { kind: "hang" }, Infinity);
    discord.hangGateway();
    discord.closeGateways(4000);
  },
  end({ discord }) {
    discord.hangGateway(false);
    discord.heal();
  },
});

/** The gateway stays: only what the bot sends is refused. */
const discordDeniesToken = (...[seconds, isTold]: Length): OutageCase => ({
  ...{ name: "Discord says 401", down: "discord", seconds, isTold, hasPresses: true },
  begin({ discord }, at) {
    if (at === "beginning")
      for (const route of REST_ROUTES)
        discord.fail(route, { kind: "status", status: 401, message: "401: Unauthorized" }, Infinity);
  },
  end: ({ discord }) => discord.heal(),
});

const gatewayCloses = (...[seconds, isTold]: Length): OutageCase => ({
  ...{ name: "Discord's gateway closes", down: "discord", seconds, isTold, hasPresses: false },
  begin: ({ discord }) => closeGateway(discord),
  end({ discord }) {
    discord.gateway.closesNewWith = null;
  },
});

/** First the gateway alone, then everything. */
const discordComesAndGoes = (...[seconds, isTold]: Length): OutageCase => ({
  ...{
    name: "Discord's gateway closes, then Discord refuses",
    down: "discord",
    seconds,
    isTold,
    hasPresses: false,
  },
  begin: ({ discord }, at) => (at === "beginning" ? closeGateway(discord) : discord.refuseConnections()),
  end({ discord }) {
    discord.gateway.closesNewWith = null;
    discord.acceptConnections();
  },
});

function closeGateway(discord: TwoPlatforms["discord"]): void {
  discord.gateway.closesNewWith = 4000;
  discord.closeGateways(4000);
}
