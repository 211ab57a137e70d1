/**
 * kill −9 between any two steps of receive → act → answer, while people on two platforms type and press: no accepted
 * command's effect is lost or done twice, and each is answered; twice only when the kill fell between the platform's
 * acceptance of the answer and our record of it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../src/core/random.ts";
import { examineChat } from "./chat-examination.ts";
import { ChatTrial, PEOPLE, STEPS } from "./chat-trial.ts";
import type { Proof } from "./proof.ts";
import { TwoPlatforms } from "./two-platforms.ts";

/** A candle in half a minute. */
const MARKET_SPEED = 120;
const CALIBRATIONS = 3;
const LONGEST_BURST_MS = 1_000;
const QUIET_TIMEOUT_MS = 240_000;
const MOST_PROBLEMS = 20;

/** Two bots side by side, each killed half as often: one start leaves the other processor idle. */
export async function proveChatCrashes(kills: number): Promise<Proof> {
  const half = Math.ceil(kills / 2);
  const found = await Promise.all(
    [half, kills - half].map((share, world) => killedBot(share, `chat ${world}`)),
  );
  const total = (figure: keyof Found["figures"]): number =>
    found.reduce((sum, { figures }) => sum + figures[figure], 0);
  const steps = Object.keys(STEPS) as (keyof typeof STEPS)[];
  const problems = found.flatMap((one) => one.problems);
  return {
    name: `kill -9 of the chat at ${kills} random instants`,
    ok: problems.length === 0,
    figures: {
      kills,
      commands: total("commands"),
      presses: total("presses"),
      dialogues: total("dialogues"),
      accepted: total("accepted"),
      answeredTwice: total("answeredTwice"),
      lost: total("lost"),
      doubled: total("doubled"),
      toldToSlowDown: total("toldToSlowDown"),
    },
    lines: [
      ...steps.map((step) => {
        const count = found.reduce((sum, one) => sum + one.steps[step], 0);
        return `    killed ${step.padEnd(26)}${count}`;
      }),
      ...problems.slice(0, MOST_PROBLEMS).map((problem) => `    ${problem}`),
    ],
  };
}

interface Found {
  readonly figures: Readonly<
    Record<
      | "commands"
      | "presses"
      | "dialogues"
      | "accepted"
      | "answeredTwice"
      | "lost"
      | "doubled"
      | "toldToSlowDown",
      number
    >
  >;
  readonly steps: typeof STEPS;
  readonly problems: readonly string[];
}

async function killedBot(kills: number, seed: string): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-chat-"));
  const random = seededRandom(seed);
  const platforms = new TwoPlatforms({ folder, people: PEOPLE, marketSpeed: MARKET_SPEED });
  try {
    platforms.begin();
    await platforms.up();
    platforms.silence("process_started");
    const trial = new ChatTrial(platforms, random);
    const usual = await calibrated(trial);
    for (let kill = 1; kill <= kills && trial.problems.length === 0; kill++) {
      const before = trial.deeds.done.length;
      const isStarting = kill % 4 === 0;
      if (isStarting) await trial.burst(kill, "start");
      platforms.begin();
      if (!isStarting) await platforms.up();
      const acting = isStarting ? null : trial.burst(kill, "life");
      await Bun.sleep(random.next() * (isStarting ? usual.startMs : usual.burstMs));
      await platforms.kill();
      await acting;
      trial.look(kill, before, isStarting);
    }
    return await conclusion(trial, kills);
  } finally {
    await platforms.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long a start takes, and a burst from its first deed to its last answer. */
async function calibrated(trial: ChatTrial): Promise<{ readonly startMs: number; readonly burstMs: number }> {
  const { deeds, platforms } = trial;
  const starts: number[] = [];
  const bursts: number[] = [];
  for (let life = 0; life < CALIBRATIONS; life++) {
    await untilQuiet(trial);
    const before = deeds.done.length;
    const actedAt = performance.now();
    await trial.burst(life, "life");
    while (!trial.areAnswered(before) && performance.now() - actedAt < LONGEST_BURST_MS) await Bun.sleep(2);
    bursts.push(performance.now() - actedAt);
    await platforms.kill();
    trial.look(0, trial.deeds.done.length, false);
    const startedAt = performance.now();
    platforms.begin();
    await platforms.up();
    starts.push(performance.now() - startedAt);
  }
  await platforms.kill();
  Object.assign(trial.steps, STEPS);
  return { startMs: Math.max(...starts), burstMs: bursts.toSorted((a, b) => a - b)[CALIBRATIONS >> 1]! };
}

async function untilQuiet({ platforms, record }: ChatTrial): Promise<void> {
  const until = performance.now() + QUIET_TIMEOUT_MS;
  while (!record.isQuiet() || platforms.telegram.pendingCount > 0) {
    if (performance.now() > until) throw new Error(`the bot did not come to rest: ${platforms.complaints}`);
    await Bun.sleep(5);
  }
}

/** A last life in peace, and then the reckoning. */
async function conclusion(trial: ChatTrial, kills: number): Promise<Found> {
  const { deeds, platforms, problems, record } = trial;
  const { discord, telegram } = platforms;
  const steps = { ...trial.steps };
  telegram.clearFaults();
  discord.heal();
  platforms.begin();
  await platforms.up();
  await untilQuiet(trial);
  await platforms.kill();
  trial.look(kills + 1, deeds.done.length, false);
  const { problems: found, ...counts } = examineChat(record, deeds.done);
  record.close();
  return {
    figures: {
      ...counts,
      commands: deeds.done.length,
      presses: deeds.done.filter(({ kind }) => kind === "press").length,
      dialogues: deeds.done.filter(({ kind }) => kind === "answer").length,
      answeredTwice: trial.answeredTwice,
      toldToSlowDown: telegram.count429 + discord.count429,
    },
    steps,
    problems: [...problems, ...found, ...telegram.faults, ...discord.faults],
  };
}
