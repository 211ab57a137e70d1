/** Candle history: what is held of the timeframes in use, how old it is, and fetching what is missing. */
import type { Database } from "../../db/database.ts";
import type { CoverageView, DataCapability } from "../chat/trading-capabilities.ts";
import { OutsideError } from "../core/errors.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { syncCandles } from "../engine/data-sync.ts";
import type { Engine } from "../engine/engine.ts";
import { candleChart } from "./candle-chart.ts";
import { CandleCoverage, type Held } from "./candle-coverage.ts";
import type { CapabilityParts } from "./parts.ts";

const DAY_MS = 86_400_000;
/** Exit candles matter while a position is open: a week of minutes is fetched at most, whatever is asked for. */
const MOST_EXIT_CANDLES = 7 * 24 * 60;

export function createDataCapability(parts: CapabilityParts): DataCapability {
  const { database, engine } = parts;
  const covered = new CandleCoverage(engine.options.settings.symbol);
  return {
    coverage: () =>
      heldOf(database, engine, covered).map(({ timeframe, held }) =>
        coverageView(timeframe, held, timeframe === timingOf(engine) ? engine.readiness().needs : 0),
      ),
    gaps: (limit) =>
      heldOf(database, engine, covered)
        .flatMap(({ timeframe, held }) =>
          (held?.gaps ?? []).map(({ fromAt, toAt, isConfirmed }) => ({
            timeframe,
            fromAt,
            toAt,
            isConfirmed,
          })),
        )
        .sort((a, b) => b.toAt - a.toAt)
        .slice(0, limit),
    ageMs(now) {
      const closes = heldOf(database, engine, covered).flatMap(({ timeframe, held }) =>
        held === null ? [] : [held.lastOpenAt + timeframeMs(timeframe)],
      );
      return closes.length === 0 ? null : Math.max(0, now - Math.max(...closes));
    },
    chart: (...asked) => candleChart(parts, timeframesOf(engine), ...asked),
    fetch: (days, progress) => fetchMissing(parts, days, progress),
  };
}

const timingOf = (engine: Engine): Timeframe => engine.current().trader.rules.needs.timing;

/** The timeframes candles are stored of, the slower first; the slower still are made from them. */
const timeframesOf = (engine: Engine): Timeframe[] => [
  ...new Set([timingOf(engine), engine.options.settings.exitTimeframe]),
];

const heldOf = (database: Database, engine: Engine, covered: CandleCoverage) =>
  database.read((reader) =>
    timeframesOf(engine).map((timeframe) => ({ timeframe, held: covered.of(reader, timeframe) })),
  );

function coverageView(timeframe: Timeframe, held: Held | null, needed: number): CoverageView {
  const missing = (isConfirmed: boolean): number =>
    (held?.gaps ?? [])
      .filter((gap) => gap.isConfirmed === isConfirmed)
      .reduce((sum, gap) => sum + gap.missing, 0);
  return {
    timeframe,
    candles: held?.count ?? 0,
    firstAt: held?.firstOpenAt ?? null,
    lastCloseAt: held === null ? null : held.lastOpenAt + timeframeMs(timeframe),
    needed,
    missing: missing(false),
    confirmedMissing: missing(true),
  };
}

async function fetchMissing(
  { clock, database, engine, feed }: CapabilityParts,
  days: number,
  progress: Parameters<DataCapability["fetch"]>[1],
): ReturnType<DataCapability["fetch"]> {
  const { symbol } = engine.options.settings;
  const timing = timingOf(engine);
  const spans = timeframesOf(engine).map((timeframe) => {
    const asked = Math.ceil((days * DAY_MS) / timeframeMs(timeframe));
    return { timeframe, candles: timeframe === timing ? asked : Math.min(asked, MOST_EXIT_CANDLES) };
  });
  const all = spans.reduce((sum, { candles }) => sum + candles, 0);
  let done = 0;
  let added = 0;
  let missing = 0;
  try {
    for (const { timeframe, candles } of spans) {
      const stepMs = timeframeMs(timeframe);
      const fromAt = Math.floor(clock.now() / stepMs) * stepMs - candles * stepMs;
      const options = { database, feed, clock, symbol };
      const onProgress = (share: number): void =>
        progress((done + share * candles) / all, `${timeframe} candles`);
      const report = await syncCandles(options, timeframe, fromAt, onProgress).catch((error: unknown) => {
        if (timeframe !== timing && isNotReplayed(error)) return { added: 0, missing: 0 };
        throw error;
      });
      done += candles;
      added += report.added;
      missing += report.missing;
    }
  } finally {
    // Also what a failure interrupted is history that the indicators have not seen.
    await engine.idle();
    engine.invalidate();
  }
  progress(1, "done");
  return { added, missing };
}

/** A replayed market that has no candles this fine is no failure: what it has is complete. */
const isNotReplayed = (error: unknown): boolean =>
  error instanceof OutsideError && error.code === "timeframe_not_replayed";
