/** Checks of candle times: which timeframe the rows have, whether they lie on its grid, and whether they have closed. */
import { TIMEFRAMES, type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { type CsvFaultLog, isoTime } from "./csv-faults.ts";
import type { CsvRows } from "./csv-row-columns.ts";

/**
 * The timeframe of rows in order: their most frequent distance. Null after noting why when that is no timeframe, or
 * when it is not the one that was stated; a single row tells nothing, so that then the stated one counts.
 */
export function timeframeOf(rows: CsvRows, stated: Timeframe | null, log: CsvFaultLog): Timeframe | null {
  if (rows.length === 1 && stated !== null) return stated;
  const step = usualStep(rows);
  const found = TIMEFRAMES.find((timeframe) => timeframeMs(timeframe) === step) ?? null;
  if (found === null) {
    const spacing = `Candles mostly ${step / 1000} s apart; the timeframes known are ${TIMEFRAMES.join(", ")}.`;
    const single = "One candle does not show its timeframe: state it.";
    log.add("timeframe_unknown", 0, rows.length === 1 ? single : spacing);
    return null;
  }
  if (stated !== null && found !== stated) {
    log.add("timeframe_differs", 0, `The candles are ${found}, not ${stated} as was stated.`);
    return null;
  }
  return found;
}

function usualStep(rows: CsvRows): number {
  const counts = new Map<number, number>();
  let runStep = Number.NaN;
  let run = 0;
  for (let i = 1; i <= rows.length; i++) {
    const step = i < rows.length ? rows.openAt[i]! - rows.openAt[i - 1]! : Number.NaN;
    if (step === runStep) run += 1;
    else {
      if (run > 0) counts.set(runStep, (counts.get(runStep) ?? 0) + run);
      runStep = step;
      run = 1;
    }
  }
  let usual = Number.NaN;
  let most = 0;
  for (const [step, count] of counts) {
    if (count <= most) continue;
    usual = step;
    most = count;
  }
  return usual;
}

/** Grid, gaps and candles not closed by `now`; drops those still open. */
export function checkTimes(rows: CsvRows, timeframe: Timeframe, now: number, log: CsvFaultLog): void {
  const step = timeframeMs(timeframe);
  const { openAt, line } = rows;
  let expected = openAt[0]!;
  for (let i = 0; i < rows.length; i++) {
    const at = openAt[i]!;
    if ((i === 0 || at !== expected) && at % step !== 0) {
      log.add("unaligned", line[i]!, `${isoTime(at)} is not the start of a ${timeframe} candle.`);
    } else if (at > expected) {
      const missing = Math.round((at - expected) / step);
      const count = missing === 1 ? "1 candle is" : `${missing} candles are`;
      log.add("gap", line[i]!, `${count} missing from ${isoTime(expected)} to ${isoTime(at)}.`);
    }
    expected = at + step;
  }
  checkCloseTimes(rows, step, log);
  while (rows.length > 0 && openAt[rows.length - 1]! + step > now) {
    const at = openAt[rows.length - 1]!;
    if (at > now) log.add("in_future", line[rows.length - 1]!, `${isoTime(at)} has not come yet.`);
    else log.add("still_open", line[rows.length - 1]!, `The candle of ${isoTime(at)} has not closed yet.`);
    rows.length -= 1;
  }
}

function checkCloseTimes(rows: CsvRows, step: number, log: CsvFaultLog): void {
  const { closeAt, openAt, line } = rows;
  if (closeAt === null) return;
  for (let i = 0; i < rows.length; i++) {
    const length = closeAt[i]! - openAt[i]!;
    // The exchange states the last millisecond (or microsecond) that belongs to the candle.
    if (length >= step - 1 && length < step) continue;
    if (Number.isNaN(length)) {
      log.add("close_time_empty", line[i]!, "The close time is empty.");
    } else if (length >= 0 && length < step) {
      const minutes = (length / 60_000).toFixed(1);
      log.add("cut_short", line[i]!, `The candle ends after ${minutes} minutes, as before a trading halt.`);
    } else {
      const closes = isoTime(closeAt[i]!);
      log.add("close_time_wrong", line[i]!, `The close time ${closes} does not fit the open time.`);
    }
  }
}
