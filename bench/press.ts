/**
 * From a press to its acknowledgement on loopback, on Telegram and on Discord at once, while the same process decides
 * candles on a database file and draws a chart a second; then from a command to its answer. The fakes and all measuring
 * are in another process than the program. Prints a table and a JSON line.
 */
import { parseArgs } from "node:util";
import { seededRandom } from "../src/core/random.ts";
import { machine, metWord, printTable, type Spread, spreadOf, watchLateness } from "./figures.ts";
import { openFloor, type Phones } from "./phones.ts";

const { values } = parseArgs({
  options: {
    presses: { type: "string", default: "1000" },
    commands: { type: "string", default: "100" },
    "candles-per-second": { type: "string", default: "50" },
  },
});
const PRESSES = Number(values.presses);
const COMMANDS = Number(values.commands);
const CANDLES_PER_SECOND = Number(values["candles-per-second"]);
/** Enough that nobody is answered faster than a chat may be written to. */
const SEATS = 40;
const PRESS_EVERY_MS = 80;
const COMMAND_EVERY_MS = 120;
const CHART_EVERY_MS = 1_000;
const TIMER_MS = 5;
const ASKED = ["price", "status", "position", "fills"] as const;
const LIMIT = { p50: 5, p99: 50 } as const;

const random = seededRandom("press");
/** What was not answered at all. */
const lost: string[] = [];
const orLost = <Value>(answer: Promise<Value>): Promise<Value | null> =>
  answer.catch((error: unknown) => {
    lost.push(String(error));
    return null;
  });

/** At random instants, so many a second on average, whether or not the one before was answered. */
async function atRandom<Value>(
  count: number,
  everyMs: number,
  begin: (index: number) => Promise<Value>,
): Promise<readonly Value[]> {
  const begun: Promise<Value | null>[] = [];
  let dueAt = performance.now();
  for (let index = 0; index < count; index++) {
    dueAt += -Math.log(1 - random.next()) * everyMs;
    await Bun.sleep(Math.max(0, dueAt - performance.now()));
    begun.push(orLost(begin(index)));
  }
  return (await Promise.all(begun)).filter((value) => value !== null);
}

interface Measured {
  readonly presses: readonly (readonly number[])[];
  readonly answers: readonly (readonly { readonly answerMs: number; readonly acknowledgedMs?: number }[])[];
  readonly charts: readonly number[];
}

async function measure(platforms: readonly Phones[]): Promise<Measured> {
  const charts: Promise<number | null>[] = [];
  const drawing = setInterval(() => {
    charts.push(orLost(platforms[charts.length % platforms.length]!.chart(SEATS)));
  }, CHART_EVERY_MS);
  try {
    const presses = await Promise.all(
      platforms.map((phones) => atRandom(PRESSES, PRESS_EVERY_MS, (index) => phones.press(index % SEATS))),
    );
    const answers = await Promise.all(
      platforms.map((phones) =>
        atRandom(COMMANDS, COMMAND_EVERY_MS, (index) =>
          phones.ask(index % SEATS, ASKED[index % ASKED.length]!),
        ),
      ),
    );
    clearInterval(drawing);
    return { presses, answers, charts: (await Promise.all(charts)).filter((ms) => ms !== null) };
  } finally {
    clearInterval(drawing);
  }
}

const floor = await openFloor({ seats: SEATS + 1, candlesPerSecond: CANDLES_PER_SECOND });
const platforms: readonly Phones[] = [floor.telegram, floor.discord];
const lateness = watchLateness(TIMER_MS);
const measured = await measure(platforms).catch(async (error: unknown) => {
  await floor.end().catch(() => {});
  throw error;
});
const ownLateMs = lateness();
const faults = platforms.flatMap((phones) => phones.faults());
const told = await floor.end();
const { presses, answers, charts } = measured;

interface Line {
  readonly what: string;
  readonly spread: Spread;
  readonly hasLimit: boolean;
}
const lines: readonly Line[] = [
  ...platforms.map(({ name }, place) => ({
    what: `${name}: press → acknowledged`,
    spread: spreadOf(presses[place]!),
    hasLimit: true,
  })),
  {
    what: "discord: slash command → acknowledged",
    spread: spreadOf(answers[1]!.map(({ acknowledgedMs }) => acknowledgedMs!)),
    hasLimit: true,
  },
  ...platforms.map(({ name }, place) => ({
    what: `${name}: command → answer`,
    spread: spreadOf(answers[place]!.map(({ answerMs }) => answerMs)),
    hasLimit: false,
  })),
  { what: "/chart → picture", spread: spreadOf(charts), hasLimit: false },
];
const isMet = ({ p50, p99 }: Spread): boolean => p50 <= LIMIT.p50 && p99 <= LIMIT.p99 && lost.length === 0;

console.log(
  `Press to acknowledgement over the wire; goal: p50 at most ${LIMIT.p50} ms, p99 at most ${LIMIT.p99} ms`,
);
console.log(
  `${machine()}; meanwhile ${told.candles.toLocaleString("en")} candles decided in ${told.seconds} s (${Math.round(told.candles / told.seconds)} a second, ${told.fills} fills) and ${charts.length} charts drawn\n`,
);
printTable([
  ["ms", "count", "p50", "p95", "p99", "max", "met"],
  ...lines.map(({ what, spread, hasLimit }) => [
    what,
    String(spread.count),
    ...[spread.p50, spread.p95, spread.p99, spread.max].map((value) => value.toFixed(1)),
    hasLimit ? metWord(isMet(spread)) : "–",
  ]),
]);
const late = ({ p50, p99, max }: Spread): string => `${p50} ms (median), ${p99} ms (p99), ${max} ms (most)`;
console.log(
  `\nA timer was late by ${late(told.loopLateMs)} in the program, by ${late(ownLateMs)} in this process, which has little to do: what is common to both is the machine's. The program used ${told.cpuSeconds} s of processor time; ${told.memoryMB} MB resident.`,
);
if (lost.length > 0) console.log(`NOT ANSWERED ${lost.length}, the first: ${lost[0]}`);
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(
  `\n${JSON.stringify({ bench: "press", limit: LIMIT, rows: lines.map(({ what, spread }) => ({ what, ...spread })), program: told, ownLateMs, lost: lost.length, faults })}`,
);
