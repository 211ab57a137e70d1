/** Candle lengths the exchange offers and we use. All divide a UTC day, so that buckets start at midnight UTC. */
export const TIMEFRAMES = ["1m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d"] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

const MINUTE_MS = 60_000;
const MINUTES: Readonly<Record<Timeframe, number>> = {
  "1m": 1,
  "5m": 5,
  "15m": 15,
  "30m": 30,
  "1h": 60,
  "2h": 120,
  "4h": 240,
  "6h": 360,
  "12h": 720,
  "1d": 1440,
};

/** Length of a candle in milliseconds. */
export const timeframeMs = (timeframe: Timeframe): number => MINUTES[timeframe] * MINUTE_MS;

/** Open time of the candle that contains the instant. */
export const bucketOpenAt = (at: number, timeframe: Timeframe): number => at - (at % timeframeMs(timeframe));

export const isTimeframe = (text: string): text is Timeframe =>
  (TIMEFRAMES as readonly string[]).includes(text);
