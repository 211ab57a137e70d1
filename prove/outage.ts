/**
 * One of two platforms goes away over the wire, in real seconds: trading and the other platform notice nothing, people there
 * are told, and on its return everything due arrives in order and once, stale edits left out, without one 429.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChatRecord } from "./chat-record.ts";
import { type OutageCase, outageCases } from "./outage-cases.ts";
import { Phones } from "./phones.ts";
import type { Proof } from "./proof.ts";
import { TwoPlatforms } from "./two-platforms.ts";

/** A candle every two seconds. */
const MARKET_SPEED = 1_800;
const CANDLE_MS = 2_000;
/** A decision that waits for a resume may come a candle later. */
const LEAST_DECIDED = 0.9;
const BETWEEN_COMMANDS_MS = 500;
/** Of so many commands the first pauses and the second resumes, which is told to both platforms. */
const PERIOD = 12;
/** Two change the state; the others only ask, each slower than a chat's pace. */
const PEOPLE = 7;
const TAPS = 5;
const SLOWEST_ANSWER_MS = 1_000;
const TOLD_WITHIN_MS = 100_000;
const RETURN_TIMEOUT_MS = 150_000;
const NOTICED_WITHIN_MS = 10_000;

interface Outcome {
  readonly name: string;
  readonly problems: readonly string[];
  readonly commands: number;
  readonly slowestMs: number;
  readonly p99Ms: number;
  readonly toldAfterMs: number | null;
  readonly backAfterMs: number;
  readonly decisions: number;
  readonly notes: number;
  readonly collapsed: number;
  readonly toldToSlowDown: number;
}

/** Every case has a bot and platforms of its own, so that all of them pass in the same minutes. */
export async function proveOutages(isRelease: boolean): Promise<Proof> {
  const outcomes = await Promise.all(outageCases(isRelease).map(outcomeOf));
  const total = (figure: "commands" | "decisions" | "notes" | "collapsed" | "toldToSlowDown"): number =>
    outcomes.reduce((sum, outcome) => sum + outcome[figure], 0);
  return {
    name: `${outcomes.length} outages of one platform beside another`,
    ok: outcomes.every(({ problems }) => problems.length === 0),
    figures: {
      outages: outcomes.length,
      commandsBeside: total("commands"),
      slowestP99Ms: Math.max(...outcomes.map(({ p99Ms }) => p99Ms)),
      decisionsMeanwhile: total("decisions"),
      noticesInOrder: total("notes"),
      editsCollapsed: total("collapsed"),
      toldToSlowDown: total("toldToSlowDown"),
    },
    lines: outcomes.flatMap((outcome) => [
      `    ${outcome.name.padEnd(46)} p99 ${outcome.p99Ms} ms, worst ${outcome.slowestMs} ms; told after ${seconds(outcome.toldAfterMs)}; caught up ${seconds(outcome.backAfterMs)} after the end`,
      ...outcome.problems.slice(0, 10).map((problem) => `      ${problem}`),
    ]),
  };
}

const seconds = (ms: number | null): string => (ms === null ? "–" : `${(ms / 1_000).toFixed(1)} s`);

async function outcomeOf(outage: OutageCase): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-outage-"));
  const platforms = new TwoPlatforms({ folder, people: PEOPLE, marketSpeed: MARKET_SPEED });
  try {
    platforms.begin();
    await platforms.up();
    platforms.silence("process_started");
    const record = new ChatRecord(platforms.path);
    try {
      return await new Trial(outage, platforms, record).run();
    } finally {
      record.close();
    }
  } finally {
    outage.end(platforms);
    await platforms.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Trial {
  readonly #outage: OutageCase;
  readonly #platforms: TwoPlatforms;
  readonly #record: ChatRecord;
  /** Those on the platform that stays, and those on the one that goes. */
  readonly #there: Phones;
  readonly #away: Phones;
  readonly #latencies: number[] = [];
  readonly #answers: Promise<void>[] = [];
  #notes = 0;

  constructor(outage: OutageCase, platforms: TwoPlatforms, record: ChatRecord) {
    this.#outage = outage;
    this.#platforms = platforms;
    this.#record = record;
    this.#there = new Phones(platforms, outage.down === "telegram" ? "discord" : "telegram");
    this.#away = new Phones(platforms, outage.down);
  }

  async run(): Promise<Outcome> {
    const { begin, down, end, hasPresses } = this.#outage;
    await this.#quiet();
    await this.#there.ask(1, "/resume at first");
    await this.#away.ask(1, "/status");
    await this.#quiet();
    const lengthMs = this.#outage.seconds * 1_000;
    const decidedBefore = this.#record.decisionCount();
    const startedAt = performance.now();
    await begin(this.#platforms, "beginning");
    let isMiddle = false;
    let toldAfterMs: number | null = null;
    let taps = 0;
    for (let step = 0; performance.now() < startedAt + lengthMs; step++) {
      this.#command(step);
      if (hasPresses && taps < TAPS && performance.now() > startedAt + ((taps + 1) * lengthMs) / (TAPS + 1)) {
        this.#away.refresh(1);
        taps += 1;
      }
      if (!isMiddle && performance.now() > startedAt + lengthMs / 2) {
        isMiddle = true;
        await begin(this.#platforms, "middle");
      }
      const isTold = this.#there.heard().some((text) => text.includes("cannot be reached"));
      if (isTold) toldAfterMs ??= performance.now() - startedAt;
      await Bun.sleep(BETWEEN_COMMANDS_MS);
    }
    const decisions = this.#record.decisionCount() - decidedBefore;
    end(this.#platforms);
    const endedAt = performance.now();
    await Promise.all(this.#answers);
    const isBack = await this.#quiet();
    if (toldAfterMs !== null) await this.#toldOfReturn();
    const backAfterMs = performance.now() - endedAt;
    const { discord, telegram } = this.#platforms;
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    const outcome = {
      name: `${this.#outage.name}, ${this.#outage.seconds} s`,
      commands: sorted.length,
      slowestMs: Math.round(sorted.at(-1)!),
      p99Ms: Math.round(sorted[Math.floor(sorted.length * 0.99)]!),
      ...{ toldAfterMs, backAfterMs, decisions },
      notes: this.#notes,
      collapsed: this.#record.supersededCount(),
      toldToSlowDown: telegram.count429 + discord.count429,
    };
    const problems = [
      ...(isBack ? [] : [`${down} did not catch up: ${this.#platforms.complaints}`]),
      ...this.#problemsOf(outcome),
    ];
    return { ...outcome, problems };
  }

  #problemsOf(outcome: Omit<Outcome, "problems">): readonly string[] {
    const { hasPresses, isTold, seconds: length } = this.#outage;
    const { discord, telegram } = this.#platforms;
    const expected = Math.floor(((length * 1_000) / CANDLE_MS) * LEAST_DECIDED);
    const { toldAfterMs } = outcome;
    const notes = Array.from({ length: this.#notes }, (_, place) => `note-${place + 1}.`);
    const told = (phones: Phones): string =>
      phones
        .heard()
        .flatMap((text) => /note-\d+\./.exec(text)?.[0] ?? [])
        .join(" ");
    const isReturnTold = this.#there.heard().some((text) => text.includes("reachable again"));
    const checks: readonly (readonly [boolean, string])[] = [
      [outcome.p99Ms <= SLOWEST_ANSWER_MS, `the other platform's answers took ${outcome.p99Ms} ms (p99)`],
      [outcome.decisions >= expected, `${outcome.decisions} candles were decided meanwhile, not ${expected}`],
      [!isTold || (toldAfterMs !== null && toldAfterMs <= TOLD_WITHIN_MS), "the other platform was not told"],
      [toldAfterMs === null || isReturnTold, "the other platform was not told of the return"],
      [told(this.#away) === notes.join(" "), `out of order, lost or twice: ${told(this.#away)}`],
      [told(this.#there) === notes.join(" "), `beside it out of order, lost or twice: ${told(this.#there)}`],
      [!hasPresses || outcome.collapsed > 0, "no stale edit was left out"],
      [!hasPresses || this.#record.isNewestShown(), "the card does not show the newest"],
      [outcome.toldToSlowDown === 0, `${outcome.toldToSlowDown} times 429`],
      [this.#record.deadCount() === 0, "deliveries were given up"],
    ];
    const faults = [...telegram.faults, ...discord.faults];
    return [...checks.filter(([holds]) => !holds).map(([, problem]) => problem), ...faults];
  }

  /** One person after another asks; two change the state now and then, and all who listen are told. */
  #command(step: number): void {
    const turn = step % PERIOD;
    const isNote = turn < 2;
    if (isNote) this.#notes += 1;
    const line = isNote ? `/${turn === 0 ? "pause" : "resume"} note-${this.#notes}.` : "/whoami";
    const place = isNote ? turn : 2 + (step % (PEOPLE - 2));
    const askedAt = performance.now();
    this.#answers.push(
      this.#there.ask(place, line).then(
        () => void this.#latencies.push(performance.now() - askedAt),
        () => void this.#latencies.push(Number.POSITIVE_INFINITY),
      ),
    );
  }

  /** It takes the bot a moment to notice. */
  async #toldOfReturn(): Promise<void> {
    const until = performance.now() + NOTICED_WITHIN_MS;
    while (!this.#there.heard().some((text) => text.includes("reachable again")) && performance.now() < until)
      await Bun.sleep(10);
  }

  /** Everything taken in was handled and everything due was sent, and both platforms deliver. */
  async #quiet(): Promise<boolean> {
    const { discord, telegram } = this.#platforms;
    const until = performance.now() + RETURN_TIMEOUT_MS;
    const isQuiet = (): boolean =>
      telegram.isPolled &&
      discord.gateway.isConnected &&
      telegram.pendingCount === 0 &&
      this.#record.isQuiet();
    while (!isQuiet()) {
      if (performance.now() > until) return false;
      await Bun.sleep(10);
    }
    return true;
  }
}
