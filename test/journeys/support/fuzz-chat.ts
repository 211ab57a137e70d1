// Strange updates and interactions, each twice, taken by the real platforms with the whole app behind them; and what came of it.

import { verifyChain } from "../../../db/audit-chain.ts";
import { countWaitingInbox } from "../../../db/inbox.ts";
import { insertPerson } from "../../../db/people.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { freePort } from "../../support/free-port.ts";
import { accountOf, EVERYBODY, type House, openHouse, TELEGRAM_PLACES, type Who } from "./house.ts";
import { LoopWatch } from "./loop-watch.ts";
import { speak } from "./speak.ts";
import { happens } from "./strange.ts";
import { oddInteraction, type Stage, strangeInteraction } from "./strange-interactions.ts";
import { oddUpdate, type Scene, strangeUpdate } from "./strange-updates.ts";
import { differences, doneTwice, look } from "./what-changed.ts";

export interface Fuzzed {
  readonly updates: number;
  readonly interactions: number;
  /** Errors that are none of ours, and promises that nobody awaited. */
  readonly throws: readonly string[];
  /** What changed that may not have. */
  readonly effects: readonly string[];
  readonly slowestMs: number;
  /** What kept the event loop busy for so long. */
  readonly slowest: string;
}

export interface FuzzOptions {
  readonly seed: string;
  readonly updates: number;
  readonly interactions: number;
  /** Gives a stranger a role first, so that what they do then must be found. */
  readonly isCanary?: boolean;
}

/** Fast enough to drain what is answered; slow enough that no wait of the platforms' own shrinks to nothing. */
const SPEED = 100;
const SECRET = "fuzz-fuzz-fuzz-fuzz-fuzz";
const DISCORD_EPOCH = 1_420_070_400_000;
const LONGEST_WAIT_MS = 60_000;

/** Who acts in it, which part of all it is, and what may change by it. */
interface Phase {
  readonly name: string;
  readonly cast: readonly Who[];
  readonly share: number;
  /** Carries nobody's word, whoever it names. */
  readonly isOdd: boolean;
  /** Tables that may change; null when everything may. */
  readonly mayChange: readonly string[] | null;
}

const PHASES: readonly Phase[] = [
  { name: "strangers", cast: ["stranger"], share: 0.3, isOdd: false, mayChange: [] },
  { name: "odd messages", cast: ["admin", "operator"], share: 0.15, isOdd: true, mayChange: [] },
  {
    ...{ name: "viewers", cast: ["viewer"], share: 0.25, isOdd: false },
    mayChange: ["dialogues", "link_codes", "one_time_codes", "questions"],
  },
  { name: "operators and admins", cast: ["operator", "admin"], share: 0.3, isOdd: false, mayChange: null },
];

export async function fuzzChat(options: FuzzOptions): Promise<Fuzzed> {
  const { seed, updates, interactions, isCanary = false } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/hook`;
  const house = await openHouse({
    speed: SPEED,
    webhook: { publicUrl: url, secret: SECRET, port },
    environment: { APP_TOTP_KEY: new Uint8Array(32).fill(9).toBase64() },
  });
  const rejections: string[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(String(reason));
  process.on("unhandledRejection", onRejection);
  const run = new FuzzRun(house, url, seededRandom(seed));
  try {
    await run.furnish();
    if (isCanary) letIn(house);
    for (const phase of PHASES) await run.play(phase, updates, interactions);
    return { updates, interactions, ...run.result(rejections) };
  } finally {
    run.watch.stop();
    process.off("unhandledRejection", onRejection);
    await house.close();
  }
}

function letIn({ people, running }: House): void {
  const account = { platform: "telegram", accountId: accountOf("telegram", "stranger") } as const;
  running.app.database.transact(people.now(), (tx) =>
    insertPerson(tx, { label: "Mallory", role: "operator", account }, { kind: "system", name: "test" }),
  );
}

class FuzzRun {
  readonly watch = new LoopWatch();
  readonly #house: House;
  readonly #url: string;
  readonly #random: Random;
  readonly #effects: string[] = [];
  readonly #throws: string[] = [];
  #payloads: { telegram: readonly string[]; discord: readonly string[] } = { telegram: [], discord: [] };
  #slowest = { ms: 0, of: "" };
  #count = 0;

  constructor(house: House, url: string, random: Random) {
    this.#house = house;
    this.#url = url;
    this.#random = random;
    house.telegram.rateLimit.isOn = false;
    house.discord.rateLimits.isOn = false;
  }

  /** Cards on people's screens, with buttons worth forging. */
  async furnish(): Promise<void> {
    for (const platform of ["telegram", "discord"] as const) {
      for (const line of ["/menu", "/status", "/recover", "/flatten", "/totp"]) {
        await speak(this.#house, platform, "admin", line === "/totp" ? "private" : "desk", line);
      }
      await speak(this.#house, platform, "viewer", "private", "/menu");
      await speak(this.#house, platform, "viewer", "private", "/totp");
    }
    await this.#rest();
    this.watch.lap();
  }

  async play(phase: Phase, updates: number, interactions: number): Promise<void> {
    const { database } = this.#house.running.app;
    this.#payloads = payloadsOn(this.#house);
    const before = look(database, phase.mayChange);
    for (let i = 0; i < Math.round(updates * phase.share); i++) await this.#update(phase);
    for (let i = 0; i < Math.round(interactions * phase.share); i++) await this.#interaction(phase, i);
    await this.#rest();
    this.#effects.push(...differences(phase.name, before, look(database, phase.mayChange)));
  }

  result(rejections: readonly string[]): Omit<Fuzzed, "updates" | "interactions"> {
    const { broken, logged, app } = this.#house.running;
    const untyped = logged.filter((line) => / error /.test(line) && !/ code=/.test(line));
    const untaken = this.#house.warnings
      .filter(({ message }) => /could not be taken|library reported/.test(message))
      .map((warning) => JSON.stringify(warning));
    const chain = app.database.read((reader) => verifyChain(reader));
    return {
      throws: [...this.#throws, ...untyped, ...untaken, ...rejections, ...broken.map(String)],
      effects: [
        ...this.#effects,
        ...(chain.ok ? [] : ["the audit chain is broken"]),
        ...doneTwice(app.database),
      ],
      slowestMs: Number(this.#slowest.ms.toFixed(1)),
      slowest: this.#slowest.of,
    };
  }

  async #update({ cast, isOdd }: Phase): Promise<void> {
    const { people } = this.#house;
    this.#count += 1;
    const scene: Scene = {
      accounts: cast.flatMap((who) => accountsOf(who)),
      groups: Object.values(TELEGRAM_PLACES),
      payloads: this.#payloads.telegram,
      now: Math.floor(people.now() / 1_000),
      updateId: 1_000_000 + this.#number(),
    };
    const text = this.watch.aside(() =>
      JSON.stringify((isOdd ? oddUpdate : strangeUpdate)(this.#random, scene)),
    );
    const headers = { "X-Telegram-Bot-Api-Secret-Token": SECRET };
    for (let time = 0; time < 2; time++) {
      const { status } = await fetch(this.#url, { method: "POST", headers, body: text });
      if (status !== 200) this.#throws.push(`${status} for ${text.slice(0, 300)}`);
      this.#note(text);
    }
    if (this.#count % 50 === 0) await this.#handled();
  }

  async #interaction({ cast, isOdd }: Phase, index: number): Promise<void> {
    const { discord, discordPeople, discordPlace, people } = this.#house;
    this.#count += 1;
    const id = ((BigInt(people.now() - DISCORD_EPOCH) << 22n) + BigInt(this.#number())).toString();
    const stage: Stage = {
      people: cast.map((who) => discordPeople[who]),
      channelsOf: (person) => {
        const who = EVERYBODY.find((one) => discordPeople[one] === person)!;
        return (["private", "desk", "lobby"] as const).map((place) => discordPlace(place, who));
      },
      applicationId: discord.world.bot.id,
      commands: discord.commands(),
      payloads: this.#payloads.discord,
      id,
    };
    const payload = this.watch.aside(() =>
      (isOdd ? oddInteraction : strangeInteraction)(this.#random, stage),
    );
    const text = this.watch.aside(() => JSON.stringify(payload));
    for (let time = 0; time < 2; time++) {
      this.watch.aside(() => discord.dispatch("INTERACTION_CREATE", payload));
      await new Promise((resolve) => setImmediate(resolve));
      this.#note(text);
    }
    if (index % 25 === 24) await this.#answersStill();
  }

  /** What was dispatched has arrived when an interaction after it is acknowledged: nothing broke the way in. */
  async #answersStill(): Promise<void> {
    const { discord, discordPeople, discordPlace } = this.#house;
    const { viewer } = discordPeople;
    await discord
      .autocomplete(viewer, discordPlace("private", "viewer"), "help", "command", "st")
      .catch((error: unknown) => void this.#throws.push(`Discord is not answered any more: ${error}`));
    await this.#handled();
    this.#note("what was under way");
  }

  /** Now and then one that something else had before. */
  #number(): number {
    return this.#count - (happens(this.#random, 0.05) ? this.#random.integer(20) : 0);
  }

  #note(of: string): void {
    const ms = this.watch.lap();
    if (ms > this.#slowest.ms) this.#slowest = { ms, of: of.slice(0, 400) };
  }

  async #handled(): Promise<void> {
    await this.#until("handle what came in", (waiting) => waiting === 0);
  }

  /** Handled, and no message or card under way that could still change something. */
  async #rest(): Promise<void> {
    await this.#handled();
    await Bun.sleep(50);
    this.#note("the rest");
  }

  async #until(what: string, isSo: (waiting: number) => boolean): Promise<void> {
    const { database } = this.#house.running.app;
    const endsAt = performance.now() + LONGEST_WAIT_MS;
    while (!isSo(database.read((reader) => countWaitingInbox(reader)))) {
      if (performance.now() > endsAt) throw new Error(`The chat did not ${what} in time.`);
      await Bun.sleep(2);
    }
  }
}

/** Strangers are many. */
const accountsOf = (who: Who): readonly number[] =>
  who === "stranger" ? [6666, 6667, 6668, 6669, 42] : [Number(accountOf("telegram", who))];

function payloadsOn({ discord, discordPlace, telegram, telegramPlace }: House) {
  const everywhere = EVERYBODY.flatMap((who) =>
    (["private", "desk"] as const).map((place) => [place, who] as const),
  );
  return {
    telegram: everywhere.flatMap(([place, who]) =>
      telegram
        .messages(telegramPlace(place, who))
        .flatMap(({ buttons }) => buttons.flat().flatMap(({ data }) => data ?? [])),
    ),
    discord: everywhere.flatMap(([place, who]) =>
      discord
        .messages(discordPlace(place, who).id)
        .flatMap(({ buttons }) => buttons.flat().flatMap(({ customId }) => customId ?? [])),
    ),
  };
}
