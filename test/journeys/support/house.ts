// One app on all three platforms at once, over the wire, with a person of every role and a stranger on each.
import { PassThrough } from "node:stream";
import { commands } from "../../../commands/index.ts";
import { enrolChat } from "../../../db/chats.ts";
import { addAccount, insertPerson } from "../../../db/people.ts";
import { SystemClock } from "../../../src/clock.ts";
import { type Actor, type PlatformName, ROLES, type Role } from "../../../src/core/actor.ts";
import type { Facts } from "../../../src/core/errors.ts";
import type { Log } from "../../../src/ops/log.ts";
import { createConsole } from "../../../src/platforms/console/console.ts";
import { createDiscord } from "../../../src/platforms/discord/discord.ts";
import { createTelegram, type TelegramOptions } from "../../../src/platforms/telegram/telegram.ts";
import { FakeDiscord } from "../../support/discord/fake-discord.ts";
import type { Channel, Person as DiscordPerson } from "../../support/discord/world.ts";
import { openReplayedApp, type ReplayedApp, type ReplayedAppOptions } from "../../support/replayed-app.ts";
import { FakeTelegram } from "../../support/telegram/fake-telegram.ts";

export type Who = Role | "stranger";
export const EVERYBODY: readonly Who[] = ["stranger", ...ROLES];
/** `desk` is enrolled, `lobby` is not. */
export type Place = "private" | "desk" | "lobby";

export const TELEGRAM_TOKEN = "7000000001:AAhousehousehousehousehousehouse";
export const DISCORD_TOKEN = "househousehousehousehouse.house1.houseHOUSEhouseHOUSEhouse";

/** Telegram's ids, and Discord's with a prefix, are these numbers; the console's are the names. */
const NUMBERS: Readonly<Record<Who, number>> = { stranger: 6666, viewer: 1003, operator: 1002, admin: 1001 };
export const TELEGRAM_PLACES = { desk: -1001000000001, lobby: -1001000000002 } as const;
const TESTER: Actor = { kind: "system", name: "test" };

export interface House {
  readonly running: ReplayedApp;
  readonly people: SystemClock;
  readonly telegram: FakeTelegram;
  readonly discord: FakeDiscord;
  readonly discordPeople: Readonly<Record<Who, DiscordPerson>>;
  discordPlace(place: Place, who: Who): Channel;
  telegramPlace(place: Place, who: Who): number;
  readonly terminal: Terminal;
  /** What the platforms warned of. */
  readonly warnings: { readonly message: string; readonly facts: object }[];
  close(): Promise<void>;
}

export interface HouseOptions extends Omit<ReplayedAppOptions, "platforms" | "peopleClock"> {
  /** How many times faster than real time people's clock runs. */
  readonly speed: number;
  readonly webhook?: TelegramOptions["webhook"];
}

export const accountOf = (platform: PlatformName, who: Who): string =>
  ({ telegram: `${NUMBERS[who]}`, discord: `10000000000000${NUMBERS[who]}`, console: `the-${who}` })[
    platform
  ];

export async function openHouse({ speed, webhook, ...options }: HouseOptions): Promise<House> {
  const people = new SystemClock({ speed });
  const telegram = FakeTelegram.start({ token: TELEGRAM_TOKEN, clock: people, speed });
  const discord = FakeDiscord.start({ token: DISCORD_TOKEN, clock: people, speed });
  discord.desk.acknowledgeWithinMs = 3_000 * speed;
  const warnings: { message: string; facts: object }[] = [];
  let logged: Log | null = null;
  const warn = (message: string, facts: Facts): void => {
    warnings.push({ message, facts });
    logged?.warn(message, facts);
  };
  const terminal = new Terminal();
  const hook = webhook && { webhook };
  const running = await openReplayedApp({
    ...options,
    platforms: () => [
      terminal.platform(people),
      createTelegram({ token: TELEGRAM_TOKEN, apiRoot: telegram.apiRoot, clock: people, warn, ...hook }),
      createDiscord({ token: DISCORD_TOKEN, apiUrl: discord.api, guildId: null, clock: people, warn }),
    ],
    peopleClock: people,
  });
  logged = running.app.log;
  const { discordPeople, places } = furnish(telegram, discord);
  admit(running, people, places.desk.id);
  await running.app.start();
  await discord.connected();
  await discord.waitFor(() => discord.registrations.length > 0);
  if (webhook === undefined) await telegram.waitFor(() => telegram.isPolled);
  while (running.app.scheduler.isRunning("data_sync")) await Bun.sleep(1);
  return {
    ...{ running, people, telegram, discord, discordPeople, terminal, warnings },
    discordPlace: (place, who) =>
      place === "private" ? discord.directChannel(discordPeople[who]) : places[place],
    telegramPlace: (place, who) => (place === "private" ? NUMBERS[who] : TELEGRAM_PLACES[place]),
    async close() {
      await running.app.stop();
      await telegram.stop();
      await discord.stop();
    },
  };
}

function furnish(telegram: FakeTelegram, discord: FakeDiscord) {
  const members = EVERYBODY.map((who) => telegram.person({ id: NUMBERS[who], firstName: `The ${who}` }));
  telegram.supergroup({ id: TELEGRAM_PLACES.desk, title: "Desk", members });
  telegram.supergroup({ id: TELEGRAM_PLACES.lobby, title: "Lobby", members });
  const person = (who: Who) => discord.person({ id: accountOf("discord", who), username: who });
  const guild = discord.guild({ name: "Traders" });
  return {
    places: { desk: discord.channel(guild, "desk"), lobby: discord.channel(guild, "lobby") },
    discordPeople: {
      stranger: person("stranger"),
      viewer: person("viewer"),
      operator: person("operator"),
      admin: person("admin"),
    },
  };
}

/** Everybody but the stranger is one person with three accounts; the desks are enrolled and hear nothing by themselves. */
function admit({ app: { database } }: ReplayedApp, clock: SystemClock, discordDesk: string): void {
  database.transact(clock.now(), (tx) => {
    for (const who of ROLES) {
      const [first, ...others] = (["telegram", "discord", "console"] as const).map((platform) => ({
        platform,
        accountId: accountOf(platform, who),
      }));
      const id = insertPerson(tx, { label: `The ${who}`, role: who, account: first! }, TESTER);
      for (const account of others) addAccount(tx, id, account, TESTER);
    }
    const desks = [
      { platform: "telegram", chatId: String(TELEGRAM_PLACES.desk) },
      { platform: "discord", chatId: discordDesk },
    ] as const;
    for (const desk of desks) enrolChat(tx, { ...desk, threadId: "", topics: [] }, TESTER);
  });
}

/** A terminal at which anybody may sit. */
export class Terminal {
  readonly #input = new PassThrough();
  readonly #output = new PassThrough();
  printed = "";
  #account = { accountId: "console", label: "console" };

  constructor() {
    this.#output.on("data", (chunk) => {
      this.printed += String(chunk);
    });
  }

  platform(clock: SystemClock) {
    const account = () => this.#account;
    return createConsole({
      ...{ input: this.#input, output: this.#output, clock, commands, onEnd: () => {} },
      ...{ isInteractive: false, hasColours: false },
      get account() {
        return account();
      },
    });
  }

  sit(who: Who | "owner"): void {
    const accountId = who === "owner" ? "console" : accountOf("console", who);
    this.#account = { accountId, label: accountId };
  }

  /** Resolves when the line was taken: what is printed afterwards answers it. */
  async type(line: string): Promise<void> {
    const from = this.printed.length;
    this.#input.write(`${line}\n`);
    for (let turn = 0; !this.printed.slice(from).includes(`> ${line}\n`); turn++) {
      if (turn > 5_000) throw new Error(`The console did not take "${line}".`);
      await Bun.sleep(1);
    }
  }
}
