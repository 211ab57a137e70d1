/** Numbers, durations and instants as the page writes them. Nothing here marks up; see `marks.ts`. */
import { type Instrument, priceOf } from "../core/instrument.ts";
import { decimalFromUnits, exact } from "../core/money.ts";

export interface Format {
  readonly base: string;
  readonly quote: string;
  readonly timeZone: string;
  /** The instant of the request. */
  readonly now: number;
  /** `9,876.54`, the sign a true minus. */
  amount(units: number): string;
  /** `+12.30`, `−4.00`, `0.00`. */
  signedAmount(units: number): string;
  /** `63,250.10` at the tick's decimals; ticks may be an average. */
  price(ticks: number): string;
  /** `0.00123`. */
  quantity(lots: number): string;
  /** `12.30 %` of 0.123. */
  percent(fraction: number): string;
  signedPercent(fraction: number): string;
  /** `1,234.50`. */
  number(value: number, decimals?: number): string;
  /** `21 Nov 15:03`, with the year when it is another one. */
  instant(at: number): string;
  /** `15:03:20`. */
  timeOfDay(at: number): string;
  /** `3 min ago`. */
  ago(at: number): string;
}

const MINUS = "−";

function grouped(plain: string): string {
  const [whole = "0", fraction] = plain.replace("-", "").split(".");
  const sign = plain.startsWith("-") && /[1-9]/.test(plain) ? MINUS : "";
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction === undefined ? "" : `.${fraction}`);
}

const signed = (text: string): string => (text.startsWith(MINUS) || !/[1-9]/.test(text) ? text : `+${text}`);

/** Decimals of a step in units (1e-8): 2 for a tick of 0.01. */
export function decimalsOf(stepUnits: number): number {
  const fraction = decimalFromUnits(stepUnits).split(".")[1] ?? "";
  return fraction.replace(/0+$/, "").length;
}

export function formatFor(instrument: Instrument, timeZone: string, now: number): Format {
  const priceDecimals = decimalsOf(instrument.tickUnits);
  const lotDecimals = decimalsOf(instrument.lotUnits);
  const amount = (units: number): string => grouped(decimalFromUnits(units, 2));
  const percent = (fraction: number): string => `${grouped((fraction * 100).toFixed(2))} %`;
  return {
    base: instrument.baseAsset,
    quote: instrument.quoteAsset,
    timeZone,
    now,
    amount,
    signedAmount: (units) => signed(amount(units)),
    price: (ticks) => grouped(priceOf(instrument, ticks).toFixed(priceDecimals)),
    quantity: (lots) => grouped(decimalFromUnits(exact(lots * instrument.lotUnits), lotDecimals)),
    percent,
    signedPercent: (fraction) => signed(percent(fraction)),
    number: (value, decimals = 2) => grouped(value.toFixed(decimals)),
    instant: (at) => instantText(at, timeZone, now),
    timeOfDay: (at) => clockText(at, timeZone),
    ago: (at) => (at > now ? "just now" : `${durationText(now - at)} ago`),
  };
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The parts of an instant as a wall clock in the zone shows them. */
function wallClock(at: number, timeZone: string): Readonly<Record<string, string>> {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-GB", {
      ...{ timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
      ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
    });
    formatters.set(timeZone, formatter);
  }
  return Object.fromEntries(formatter.formatToParts(at).map(({ type, value }) => [type, value]));
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** `21 Nov`. */
export function dayText(at: number, timeZone: string): string {
  const { day, month } = wallClock(at, timeZone);
  return `${Number(day)} ${MONTHS[Number(month) - 1]}`;
}

/** `15:03`. */
export function minuteText(at: number, timeZone: string): string {
  const { hour, minute } = wallClock(at, timeZone);
  return `${hour}:${minute}`;
}

const clockText = (at: number, timeZone: string): string =>
  `${minuteText(at, timeZone)}:${wallClock(at, timeZone)["second"]}`;

function instantText(at: number, timeZone: string, now: number): string {
  const { year } = wallClock(at, timeZone);
  const isThisYear = year === wallClock(now, timeZone)["year"];
  return `${dayText(at, timeZone)}${isThisYear ? "" : ` ${year}`} ${minuteText(at, timeZone)}`;
}

const DAY_MS = 86_400_000;

/** The instant a calendar day begins in the zone; null when the text is not a date such as `2024-05-01`. */
export function startOfDay(date: string, timeZone: string): number | null {
  const midnight = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return null;
  // Twice: the first guess may lie on the other side of a change of the clocks.
  const first = midnight - offsetMs(midnight, timeZone);
  return midnight - offsetMs(first, timeZone);
}

/** The instant the next calendar day begins. */
export const endOfDay = (date: string, timeZone: string): number | null => {
  if (startOfDay(date, timeZone) === null) return null;
  return startOfDay(new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10), timeZone);
};

function offsetMs(at: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallClock(at, timeZone);
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - Math.floor(at / 1000) * 1000;
}

const STEPS = [
  { ms: DAY_MS, name: "d" },
  { ms: 3_600_000, name: "h" },
  { ms: 60_000, name: "min" },
  { ms: 1000, name: "s" },
] as const;

/** The two largest units that say something: `2 h 5 min`, `12 s`, `450 ms`. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const first = STEPS.findIndex((step) => whole >= step.ms);
  const large = STEPS[first];
  if (large === undefined) return `${whole} ms`;
  const small = STEPS[first + 1];
  const rest = small === undefined ? 0 : Math.floor((whole % large.ms) / small.ms);
  return `${Math.floor(whole / large.ms)} ${large.name}${rest === 0 ? "" : ` ${rest} ${small?.name}`}`;
}

/** A stored code as words: `stop_loss` → `Stop loss`. */
export function words(code: string): string {
  const text = code.replaceAll("_", " ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
