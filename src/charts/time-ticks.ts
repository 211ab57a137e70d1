/** Where a time axis is labelled, and with what: hours, days, months or years of a time zone, as the span asks. Pure. */

export interface TimeTick {
  /** Into the instants given. */
  readonly index: number;
  readonly text: string;
}

interface WallClock {
  /** Counted as if the zone's wall clock showed UTC. */
  readonly ms: number;
  /** Since the year 0. */
  readonly month: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** 5 January 1970: weeks are counted from a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

interface Step {
  readonly shows: "time" | "day" | "month";
  bucket(clock: WallClock): number;
}

const stepOf = (shows: Step["shows"], bucket: Step["bucket"]): Step => ({ shows, bucket });

/** Finest first; a tick stands where the bucket changes. */
const STEPS: readonly Step[] = [
  ...[1, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720].map((minutes) =>
    stepOf("time", ({ ms }) => Math.floor(ms / (minutes * MINUTE_MS))),
  ),
  ...[1, 2, 3, 5, 7, 14].map((days) =>
    stepOf("day", ({ ms }) => Math.floor((ms - FIRST_MONDAY_MS) / (days * DAY_MS))),
  ),
  ...[1, 2, 3, 6, 12, 24, 60, 120].map((months) =>
    stepOf("month", ({ month }) => Math.floor(month / months)),
  ),
];

/** At most `most` ticks at rising instants, of the finest step that keeps to it. */
export function timeTicks(at: readonly number[], timeZone: string, most: number): readonly TimeTick[] {
  const clocks = at.map(wallClocks(timeZone));
  for (const { shows, bucket } of STEPS) {
    const buckets = clocks.map(bucket);
    const indexes = buckets.flatMap((one, index) => (index > 0 && one !== buckets[index - 1] ? [index] : []));
    if (indexes.length > most) continue;
    return indexes.map((index, position) => {
      const before = clocks[indexes[position - 1] ?? 0]!;
      return { index, text: tickText(clocks[index]!, before, shows) };
    });
  }
  return [];
}

/** What is new since the tick before: the time of day, the day, the month or the year. */
function tickText(clock: WallClock, before: WallClock, shows: Step["shows"]): string {
  const date = new Date(clock.ms);
  const isSameDay = Math.floor(clock.ms / DAY_MS) === Math.floor(before.ms / DAY_MS);
  if (shows === "time" && isSameDay) return date.toISOString().slice(11, 16);
  const month = MONTHS[date.getUTCMonth()]!;
  if (shows !== "month") return `${date.getUTCDate()} ${month}`;
  const isSameYear = Math.floor(clock.month / 12) === Math.floor(before.month / 12);
  return isSameYear ? month : `${date.getUTCFullYear()}`;
}

/** `UTC`, `CET`, `GMT+5:30`: as the zone is called at the instant. */
export function zoneName(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "short" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}

function wallClocks(timeZone: string): (at: number) => WallClock {
  const formatter = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric" },
  });
  return (at) => {
    const part: Record<string, number> = {};
    for (const { type, value } of formatter.formatToParts(at)) part[type] = Number(value);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = part;
    return { ms: Date.UTC(year, month - 1, day, hour, minute), month: year * 12 + month - 1 };
  };
}
