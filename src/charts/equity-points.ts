/** An equity curve as the points of a picture: whole figures only, and no more than its pixels, every high, low and deepest fall kept. Pure. */
import type { EquityChart } from "../core/picture.ts";

export interface EquityPoints {
  readonly at: readonly number[];
  readonly equity: readonly number[];
  readonly drawdown: readonly number[];
}

/** Of these at most four points are kept: about one a pixel. */
const MOST_BUCKETS = 300;

export function equityPoints({ at, equity, drawdown }: EquityChart): EquityPoints {
  const whole = at.flatMap((_, index) =>
    [at, equity, drawdown].every((column) => Number.isFinite(column[index])) ? [index] : [],
  );
  const perBucket = Math.max(1, Math.ceil(whole.length / MOST_BUCKETS));
  const kept: number[] = [];
  for (let from = 0; from < whole.length; from += perBucket) {
    const bucket = whole.slice(from, from + perBucket);
    const most = (of: (index: number) => number): number =>
      bucket.reduce((best, index) => (of(index) > of(best) ? index : best));
    const telling = [
      most((index) => equity[index]!),
      most((index) => -equity[index]!),
      most((index) => drawdown[index]!),
      bucket.at(-1)!,
    ];
    kept.push(...(perBucket === 1 ? bucket : [...new Set(telling)].sort((a, b) => a - b)));
  }
  // The first point is where the change is counted from.
  if (perBucket > 1 && kept[0] !== whole[0]) kept.unshift(whole[0]!);
  return {
    at: kept.map((index) => at[index]!),
    equity: kept.map((index) => equity[index]!),
    drawdown: kept.map((index) => drawdown[index]!),
  };
}
