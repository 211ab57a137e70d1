/** BTCUSDT as it stood when captured: for replay and backtests without an exchange only; live filters are always read anew. */
import { type Instrument, unitsPerTickLot } from "../core/instrument.ts";

/** 0.01 USDT and 0.00001 BTC in units of 1e-8. */
const TICK_UNITS = 1_000_000;
const LOT_UNITS = 1_000;

/**
 * Values of exchangeInfo as captured in public test fixtures in September 2026: price 0.01 to 1,000,000; quantity
 * 0.00001 to 9,000; notional 5 to 9,000,000. Where two captures differ (market lots 104.34 and 141.68, price band
 * 2 / 0.5 and 1.2 / 0.5) the tighter stands here: what passes in replay then passes there.
 */
export const REPLAY_INSTRUMENT: Instrument = Object.freeze({
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  status: "TRADING",
  tickUnits: TICK_UNITS,
  lotUnits: LOT_UNITS,
  unitsPerTickLot: unitsPerTickLot(TICK_UNITS, LOT_UNITS),
  minTicks: 1,
  maxTicks: 100_000_000,
  lotSize: Object.freeze({ minLots: 1, maxLots: 900_000_000 }),
  /** The exchange states a minimum and a step of 0 here, which disable them. */
  marketLotSize: Object.freeze({ minLots: 0, maxLots: 10_434_000 }),
  minNotionalUnits: 500_000_000,
  maxNotionalUnits: 900_000_000_000_000,
  applyMinNotionalToMarket: true,
  applyMaxNotionalToMarket: false,
  priceBand: Object.freeze({ bidUp: 1.2, bidDown: 0.5, askUp: 2, askDown: 0.5 }),
  maxOpenOrders: 200,
});
