/** Numbers and instants as people read them: signed, never parted from their units, in the chat's time zone with UTC beside it. */
import { type Instrument, priceOf } from "../core/instrument.ts";
import { decimalFromUnits, exact } from "../core/money.ts";
import type { Side } from "../core/signal.ts";

export interface Format {
  /** `9,876.54 USDT`. */
  quote(units: number): string;
  /** `+12.30 USDT`, `−4.00 USDT`, `0.00 USDT`. */
  signedQuote(units: number): string;
  /** `9,876.54`, for table cells under a column that names the unit. */
  amount(units: number): string;
  signedAmount(units: number): string;
  /** `63,250.10`, at the tick's decimals. */
  price(ticks: number): string;
  /** `63,250.10` of a price as a float, such as an average entry. */
  priceOf(price: number): string;
  /** `63,250.10 USDT`, where no column names the unit. */
  quotePrice(ticks: number): string;
  quotePriceOf(price: number): string;
  /** `0.00123 BTC`. */
  quantity(lots: number): string;
  /** `0.00123 BTC` of a quantity as a float. */
  quantityOf(quantity: number): string;
  /** `0.00123`, for table cells. */
  lots(lots: number): string;
  /** `+0.00123` of what was bought, `−0.00123` of what was sold, for table cells. */
  tradedLots(side: Side, lots: number): string;
  /** `12.3 %` of 0.123. */
  percent(fraction: number | null, decimals?: number): string;
  signedPercent(fraction: number | null, decimals?: number): string;
  /** `1.42`; `n/a` of null. */
  number(value: number | null, decimals?: number): string;
  count(value: number): string;
  /** `21 Nov 15:03 (14:03 UTC)`; the year is shown when it is not this one, UTC once when the zone is UTC. */
  instant(at: number): string;
  /** `21 Nov 15:03` in the chat's time zone, for table cells. */
  shortInstant(at: number): string;
  /** `15:03` in the chat's time zone, where the day is plain. */
  clockTime(at: number): string;
  /** `just now`, `3 min ago`, `in 2 h 5 min`. */
  relative(at: number): string;
  /** `450 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`. */
  duration(ms: number): string;
  /** `1.2 MB`. */
  bytes(count: number): string;
}

export const NOT_AVAILABLE = "n/a";
/** A space at which no line ends. */
const UNBROKEN = "\u00a0";
/** The typographic minus is as wide as the plus, so that columns stay aligned. */
const MINUS = "−";

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

function groupedDecimal(plain: string): string {
  const [whole = "0", fraction] = plain.replace(/^-/, "").split(".");
  const isZero = /^[0.]*$/.test(plain.replace(/^-/, ""));
  const sign = plain.startsWith("-") && !isZero ? MINUS : "";
  return sign + grouped(whole) + (fraction === undefined ? "" : `.${fraction}`);
}

const signed = (formatted: string): string =>
  formatted.startsWith(MINUS) || /^[0.,]*$/.test(formatted) ? formatted : `+${formatted}`;

/** Decimals of a step in units (1e-8): 2 for a tick of 0.01, 5 for a lot of 0.00001. */
function decimalsOf(stepUnits: number): number {
  const trimmed = decimalFromUnits(stepUnits).replace(/0+$/, "");
  return trimmed.length - trimmed.indexOf(".") - 1;
}

const QUOTE_DECIMALS = 2;

export function formatFor(instrument: Instrument, timeZone: string, now: number): Format {
  const priceDecimals = decimalsOf(instrument.tickUnits);
  const lotDecimals = decimalsOf(instrument.lotUnits);
  const amount = (units: number): string => groupedDecimal(decimalFromUnits(units, QUOTE_DECIMALS));
  const price = (value: number): string => groupedDecimal(value.toFixed(priceDecimals));
  const lots = (count: number): string => decimalFromUnits(exact(count * instrument.lotUnits), lotDecimals);
  const percent = (fraction: number | null, decimals = 2): string =>
    fraction === null || !Number.isFinite(fraction)
      ? NOT_AVAILABLE
      : groupedDecimal((fraction * 100).toFixed(decimals));
  const withPercent = (digits: string): string =>
    digits === NOT_AVAILABLE ? digits : `${digits}${UNBROKEN}%`;
  const inQuote = (digits: string): string => `${digits}${UNBROKEN}${instrument.quoteAsset}`;
  const inBase = (digits: string): string => `${digits}${UNBROKEN}${instrument.baseAsset}`;
  return {
    quote: (units) => inQuote(amount(units)),
    signedQuote: (units) => inQuote(signed(amount(units))),
    amount,
    signedAmount: (units) => signed(amount(units)),
    price: (ticks) => price(priceOf(instrument, ticks)),
    priceOf: price,
    quotePrice: (ticks) => inQuote(price(priceOf(instrument, ticks))),
    quotePriceOf: (value) => inQuote(price(value)),
    quantity: (count) => inBase(lots(count)),
    quantityOf: (quantity) => inBase(quantity.toFixed(lotDecimals)),
    lots,
    tradedLots: (side, count) => `${side === "buy" ? "+" : MINUS}${lots(count)}`,
    percent: (fraction, decimals) => withPercent(percent(fraction, decimals)),
    signedPercent: (fraction, decimals) => {
      const digits = percent(fraction, decimals);
      return digits === NOT_AVAILABLE ? digits : withPercent(signed(digits));
    },
    number: (value, decimals = 2) =>
      value === null || !Number.isFinite(value) ? NOT_AVAILABLE : groupedDecimal(value.toFixed(decimals)),
    count: (value) => grouped(String(value)),
    instant: (at) => instantText(at, timeZone, now),
    shortInstant: (at) => localText(at, timeZone, isSameYear(at, now, timeZone)),
    clockTime: (at) => timeText(partsOf(at, timeZone)),
    relative: (at) => relativeText(at - now),
    duration: durationText,
    bytes: bytesText,
  };
}

/** Whether the runtime knows the IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    return /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name);
  } catch {
    return false;
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function partsOf(at: number, timeZone: string): Readonly<Record<string, string>> {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      year: "numeric",
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formatters.set(timeZone, formatter);
  }
  return Object.fromEntries(formatter.formatToParts(at).map(({ type, value }) => [type, value]));
}

const isSameYear = (at: number, now: number, timeZone: string): boolean =>
  partsOf(at, timeZone)["year"] === partsOf(now, timeZone)["year"];

const dayText = (parts: Readonly<Record<string, string>>): string =>
  `${parts["day"]} ${parts["month"]?.slice(0, 3)}`;
const timeText = (parts: Readonly<Record<string, string>>): string => `${parts["hour"]}:${parts["minute"]}`;

function localText(at: number, timeZone: string, isThisYear: boolean): string {
  const parts = partsOf(at, timeZone);
  return `${dayText(parts)}${isThisYear ? "" : ` ${parts["year"]}`} ${timeText(parts)}`;
}

function instantText(at: number, timeZone: string, now: number): string {
  const local = localText(at, timeZone, isSameYear(at, now, timeZone));
  const here = partsOf(at, timeZone);
  const utc = partsOf(at, "UTC");
  if (timeZone === "UTC" || timeZone === "Etc/UTC") return `${local} UTC`;
  const isSameDay = here["day"] === utc["day"];
  return `${local} (${isSameDay ? "" : `${dayText(utc)} `}${timeText(utc)} UTC)`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function relativeText(ms: number): string {
  if (Math.abs(ms) < SECOND) return ms > 0 ? "in a moment" : "just now";
  return ms < 0 ? `${durationText(-ms)} ago` : `in ${durationText(ms)}`;
}

/** The two largest units that say something. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const withUnit = (count: number, name: string): string => `${count}${UNBROKEN}${name}`;
  if (whole < SECOND) return withUnit(whole, "ms");
  const seconds = Math.floor(whole / SECOND) * SECOND;
  const pair = (large: number, largeName: string, small: number, smallName: string): string => {
    const rest = Math.floor((seconds % large) / small);
    const larger = withUnit(Math.floor(seconds / large), largeName);
    return rest === 0 ? larger : `${larger} ${withUnit(rest, smallName)}`;
  };
  if (seconds < MINUTE) return withUnit(seconds / SECOND, "s");
  if (seconds < HOUR) return pair(MINUTE, "min", SECOND, "s");
  if (seconds < DAY) return pair(HOUR, "h", MINUTE, "min");
  return pair(DAY, "d", HOUR, "h");
}

function bytesText(count: number): string {
  const names = ["bytes", "kB", "MB", "GB"] as const;
  const step = Math.min(names.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const digits = step === 0 ? String(count) : (count / 1000 ** step).toFixed(1);
  return `${digits}${UNBROKEN}${names[step]}`;
}
