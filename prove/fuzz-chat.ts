/** Strange updates and interactions, half of them Telegram's and half Discord's: none breaks, holds up or moves what it may not. */
import { type Fuzzed, fuzzChat } from "../test/journeys/support/fuzz-chat.ts";
import type { Proof } from "./proof.ts";

const SEED = "fuzz";
/** A house takes so many; the next begins anew, so that what stays behind is seen between two. */
const ROUND = 16_000;
const LONGEST_MS = 50;
const MOST_GROWTH_BYTES = 50_000_000;

const worst = (one: Fuzzed, other: Fuzzed): Fuzzed => (other.slowestMs > one.slowestMs ? other : one);

export async function proveFuzz(count: number): Promise<Proof> {
  const rounds: Fuzzed[] = [];
  const resident: number[] = [];
  for (let done = 0; done < count; done += ROUND) {
    const half = Math.ceil(Math.min(ROUND, count - done) / 2);
    rounds.push(await fuzzChat({ seed: `${SEED} ${rounds.length}`, updates: half, interactions: half }));
    Bun.gc(true);
    resident.push(process.memoryUsage.rss());
  }
  const throws = rounds.flatMap((round) => round.throws);
  const effects = rounds.flatMap((round) => round.effects);
  const slowest = rounds.reduce(worst);
  // The first house warms the compiler and the collector up.
  const growth = Math.max(...resident.slice(1), 0) - (resident[1] ?? 0);
  return {
    name: `${count.toLocaleString("en")} strange updates and interactions, seed “${SEED}”`,
    ok:
      throws.length === 0 &&
      effects.length === 0 &&
      slowest.slowestMs <= LONGEST_MS &&
      growth <= MOST_GROWTH_BYTES,
    figures: {
      updates: rounds.reduce((sum, { updates }) => sum + updates, 0),
      interactions: rounds.reduce((sum, { interactions }) => sum + interactions, 0),
      throws: throws.length,
      effects: effects.length,
      slowestMs: slowest.slowestMs,
      grownMB: Number((growth / 1e6).toFixed(1)),
    },
    lines: [
      ...[...throws, ...effects].slice(0, 20).map((line) => `    ${line.slice(0, 300)}`),
      ...(slowest.slowestMs > LONGEST_MS ? [`    slowest: ${slowest.slowest}`] : []),
    ],
  };
}
