/** Numbers and spans of time as the pictures write them. Pure. */

const MINUS = "−";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `1,234.50`, the sign a true minus. */
export function numberText(value: number, decimals: number): string {
  const [whole = "0", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction === undefined ? "" : `.${fraction}`);
  return value < 0 && /[1-9]/.test(digits) ? MINUS + digits : digits;
}

/** `63,250.10`, `1.0842`, `0.00001234`: as many decimals as its size calls for. */
export function priceText(price: number): string {
  const size = Math.abs(price);
  if (size >= 100 || size === 0) return numberText(price, 2);
  return numberText(price, size >= 1 ? 4 : 8);
}

/** No amount has more decimals. */
export const SMALLEST = 1e-8;

/** As a fraction; 0 from nothing, of which no share can be told. */
export const changeOf = (first: number, last: number): number => (first < SMALLEST ? 0 : last / first - 1);

/** `+12.30 %` of 0.123. */
export function changeText(fraction: number): string {
  const text = percentText(fraction);
  return text.startsWith(MINUS) || !/[1-9]/.test(text) ? text : `+${text}`;
}

/** `12.30 %` of 0.123. */
export const percentText = (fraction: number, decimals = 2): string =>
  `${numberText(fraction * 100, decimals)} %`;

const COMPACT = [
  { from: 1e9, ending: "B" },
  { from: 1e6, ending: "M" },
  { from: 1e3, ending: "K" },
] as const;

/** `950`, `1.24K`, `3.10M`. */
export function compactText(value: number): string {
  const unit = COMPACT.find(({ from }) => value >= from);
  if (unit !== undefined) return `${numberText(value / unit.from, 2)}${unit.ending}`;
  return numberText(value, value >= 100 || value === 0 ? 0 : 2);
}

/** `4 d`, `36 h`, `45 min`. */
export function spanText(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${numberText(ms / DAY_MS, 0)} d`;
  if (ms >= HOUR_MS) return `${Math.round(ms / HOUR_MS)} h`;
  return `${Math.max(1, Math.round(ms / MINUTE_MS))} min`;
}

/** Decimals at which two values a step apart read differently. */
export const decimalsOfStep = (step: number): number =>
  Math.min(8, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9) + (isQuarter(step) ? 1 : 0)));

const isQuarter = (step: number): boolean =>
  Math.round(step / 10 ** (Math.floor(Math.log10(step)) - 1)) === 25;
