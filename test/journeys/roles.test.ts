// Every command for everybody on every platform: allowed or refused as declared, and what is refused changes nothing.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { commands } from "../../commands/index.ts";
import type { NeededRole } from "../../src/chat/command.ts";
import { roleMatrix } from "../../src/chat/role-docs.ts";
import { type PlatformName, ROLES, type Role } from "../../src/core/actor.ts";
import { everythingElse } from "../support/everything-else.ts";
import { EVERYBODY, type House, openHouse, type Place, type Who } from "./support/house.ts";
import { speak } from "./support/speak.ts";
import { SPEED, untilQuiet } from "./support/surface.ts";

/** Written by hand: what a line needs, whatever its command declares. */
const NEEDED: Readonly<Record<NeededRole, readonly string[]>> = {
  anyone: [
    ...["/whoami", "/help", "/help status", "/start", "/menu", "/cancel", "/tg_info"],
    ...["/link", "/link 7K3QX-9M2TD", "/link remove telegram:123456789"],
  ],
  viewer: [
    ...["/status", "/ready", "/history", "/history 2", "/scheduler", "/price", "/data", "/position"],
    ...["/chart", "/chart 4h", "/chart 1h 200", "/metrics", "/metrics 30d", "/equity", "/equity 7d"],
    ...["/orders", "/orders 20", "/orders 8 2", "/fills", "/fills 20", "/fills 8 2", "/why", "/why 12"],
    ...["/daily", "/weekly", "/monthly", "/report", "/locks", "/config", "/config 1", "/diff 1 2"],
    ...["/events", "/events trading", "/events actor:#1 from:7d", "/verify", "/roles", "/roles 2"],
    ...["/timezone", "/alerts", "/heartbeat", "/totp", "/totp 123456", "/totp cancel"],
  ],
  operator: [
    ...["/pause", "/pause exchange maintenance", "/resume", "/resume maintenance is over"],
    ...["/stop", "/stop something is wrong", "/health", "/logs", "/logs 50", "/version", "/cycle"],
    ...["/lock", "/lock 120 exchange maintenance", "/unlock", "/unlock 3", "/ack", "/ack 12"],
    ...["/mute", "/mute 480", "/mute off", "/notify test", "/timezone Europe/Rome", "/data fetch 90"],
    ...["/scheduler stop data_sync", "/scheduler run audit_check"],
    ...["/alerts order_filled silent", "/alerts all on", "/alerts price 70000", "/alerts price remove 3"],
    ...["/heartbeat on", "/heartbeat 6", "/heartbeat off"],
  ],
  admin: [
    ...["/recover", "/recover the exchange is back and the balances agree", "/flatten"],
    ...["/reset", "/reset 10000", "/reset 10000 0.01@63000", "/revoke #3", "/revoke telegram:123456789"],
    ...["/grant telegram:123456789 operator", "/grant discord:123456789012345678 viewer Ada"],
    ...["/here", "/here alerts reports", "/here off"],
  ],
};
/** Needed by words that stand in no example. */
const HIGHER = ["/scheduler start", "/scheduler stop cycle", "/data fetch", "/alerts order_filled off"];
/** Taken in chats that are not enrolled. */
const ANYWHERE: readonly string[] = ["/here", "/tg_info"];
/** One of each kind. */
const SAMPLE: readonly string[] = ["/whoami", "/status", "/timezone UTC", "/pause", "/flatten", ...ANYWHERE];

const RANK: Readonly<Record<NeededRole, number>> = { anyone: 0, viewer: 0, operator: 1, admin: 2 };
const PLATFORMS: readonly PlatformName[] = ["console", "telegram", "discord"];

const neededFor = (line: string): NeededRole => {
  if (HIGHER.includes(line) || line === "/timezone UTC") return "operator";
  const found = (Object.keys(NEEDED) as NeededRole[]).find((role) => NEEDED[role].includes(line));
  if (found === undefined) throw new Error(`The table has no ${line}.`);
  return found;
};
const has = (role: Role, line: string): boolean => ROLES.indexOf(role) >= RANK[neededFor(line)];
/** Where commands are not taken, only the command's own role is looked at before its words are. */
const hasName = (role: Role, line: string): boolean => has(role, line.split(" ")[0]!);

const lines = [...Object.values(NEEDED).flat(), ...HIGHER];

/** A new one for each test: what one test did must not stir while another looks. */
let house: House;
beforeEach(async () => {
  house = await openHouse({
    speed: SPEED,
    environment: { APP_TOTP_KEY: new Uint8Array(32).fill(9).toBase64() },
  });
}, 20_000);
afterEach(() => house.close());

const everything = (): string => house.running.app.database.read((reader) => everythingElse(reader));

test("what is declared and printed in docs/roles.md is what the house means", () => {
  const declared = roleMatrix(commands).flatMap(({ lines: some, needed }) =>
    some.map((line) => `${line} ${needed}`),
  );
  const meant = Object.entries(NEEDED).flatMap(([needed, some]) => some.map((line) => `${line} ${needed}`));
  expect(declared.toSorted()).toEqual(meant.toSorted());
  expect(
    commands
      .filter(({ anywhere }) => anywhere)
      .map(({ name }) => `/${name}`)
      .toSorted(),
  ).toEqual([...ANYWHERE]);
});

/** Says each line in turn, and holds each against what is meant; what is refused must leave everything as it was. */
async function tryAll(
  platform: PlatformName,
  who: Who,
  place: Place,
  some: readonly string[],
): Promise<void> {
  for (const line of some) {
    const before = everything();
    const heard = await speak(house, platform, who, place, line);
    const said = `${line} by the ${who} on ${platform} (${place})`;
    if (who === "stranger") {
      expect([said, heard.type, heard.code]).toEqual([said, "stranger_refused", "stranger"]);
    } else if (place === "lobby" && hasName(who, line) && !ANYWHERE.includes(line)) {
      expect([said, heard.type, heard.code]).toEqual([said, "command_denied", "chat_not_enrolled"]);
    } else if (!has(who, line)) {
      expect([said, heard.type, heard.code]).toEqual([said, "command_denied", "role_too_low"]);
    } else {
      expect([said, heard.type]).toEqual([said, expect.stringMatching(/^command_(run|asked|refused)$/)]);
      continue;
    }
    expect(heard.actor).toMatchObject({ kind: who === "stranger" ? "stranger" : "person", platform });
    if (everything() !== before) throw new Error(`${said} was refused and changed something`);
  }
}

/** Each refusal once, and a stranger no more than once. */
function everybodyWasTold(): void {
  const { discord, discordPlace, telegram, telegramPlace, terminal } = house;
  const onTelegram = (who: Who) =>
    telegram
      .messages(telegramPlace("private", who))
      .filter(({ isFromBot }) => isFromBot)
      .map(({ text }) => text);
  const onDiscord = (who: Who) =>
    discord.messages(discordPlace("private", who).id).map(({ embeds }) => embeds[0]?.description ?? "");
  for (const shown of [onTelegram, onDiscord]) {
    const refusals = (who: Who) => shown(who).filter((text) => text.includes("needs the role"));
    const below = (who: Role) => lines.filter((line) => !has(who, line)).length;
    expect(refusals("viewer")).toHaveLength(below("viewer"));
    expect(refusals("operator")).toHaveLength(below("operator"));
    expect(refusals("admin")).toHaveLength(0);
  }
  expect(onTelegram("stranger").join()).toContain("I take commands from known people only.");
  expect(terminal.printed.split("I take commands from known people only.")).toHaveLength(2);
  expect([...telegram.faults, ...discord.faults]).toEqual([]);
}

/** People beside one another, but for the terminal, at which one sits at a time. */
async function everybody(platform: PlatformName, attempt: (who: Who) => Promise<void>): Promise<void> {
  if (platform !== "console") await Promise.all(EVERYBODY.map(attempt));
  else for (const who of EVERYBODY) await attempt(who);
}

describe("in private, every line", () => {
  test("is refused to whoever may not use it, without any effect, and they are told so", async () => {
    const refused = (who: Who) => lines.filter((line) => who === "stranger" || !has(who, line));
    await Promise.all(
      PLATFORMS.map((platform) =>
        everybody(platform, (who) => tryAll(platform, who, "private", refused(who))),
      ),
    );
    await untilQuiet(house.running);
    everybodyWasTold();
  }, 20_000);

  test("is taken from whoever may use it", async () => {
    await Promise.all(
      PLATFORMS.map((platform) =>
        everybody(platform, async (who) => {
          if (who === "stranger") return;
          const allowed = lines.filter((line) => has(who, line));
          await tryAll(platform, who, "private", allowed);
        }),
      ),
    );
  }, 20_000);
});

describe.each(["desk", "lobby"] as const)("in the %s of Telegram and of Discord", (place) => {
  test("the same holds for a line of each kind", async () => {
    const refused = (who: Who) =>
      SAMPLE.filter(
        (line) => who === "stranger" || !has(who, line) || (place === "lobby" && !ANYWHERE.includes(line)),
      );
    const both = ["telegram", "discord"] as const;
    await Promise.all(
      both.map((platform) => everybody(platform, (who) => tryAll(platform, who, place, refused(who)))),
    );
    for (const platform of both)
      await everybody(platform, (who) =>
        tryAll(
          platform,
          who,
          place,
          SAMPLE.filter((line) => !refused(who).includes(line)),
        ),
      );
  }, 20_000);
});
