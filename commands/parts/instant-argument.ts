/** Instants as people type them: a date, a date with a time (in the chat's time zone), or how long ago. */
import { InputError } from "../../src/core/errors.ts";

const INSTANT_HINT = "2026-02-28, 2026-02-28T14:30 or how long ago, such as 36h or 7d";

const ABSOLUTE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}))?$/;
const AGO = /^([1-9][0-9]{0,3})(m|h|d)$/;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Epoch ms. Throws InputError `bad_instant`, also for days that no calendar has. */
export function instantFrom(typed: string, now: number, timeZone: string): number {
  const ago = AGO.exec(typed);
  if (ago !== null) return now - Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS];
  const parts = ABSOLUTE.exec(typed)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  const wall = parts === undefined ? Number.NaN : wallClock(parts);
  if (Number.isNaN(wall)) {
    throw new InputError("bad_instant", `"${typed.slice(0, 40)}" is no date; type ${INSTANT_HINT}.`);
  }
  return fromWallClock(wall, timeZone);
}

/** The parts as if they were UTC; NaN when there is no such day or minute. */
function wallClock([year = 0, month = 0, day = 0, hour = 0, minute = 0]: readonly number[]): number {
  const at = Date.UTC(year, month - 1, day, hour, minute);
  const made = new Date(at);
  const exists =
    made.getUTCMonth() === month - 1 &&
    made.getUTCDate() === day &&
    hour <= 23 &&
    minute <= 59 &&
    year >= 2009;
  return exists ? at : Number.NaN;
}

/** Twice, because the first guess may lie on the other side of a clock change. */
function fromWallClock(wall: number, timeZone: string): number {
  const guess = wall - offsetMs(wall, timeZone);
  return wall - offsetMs(guess, timeZone);
}

function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
  return shown - Math.floor(at / 60_000) * 60_000;
}
