// The symbol as the exchange describes it (values of public captures of 2026): tick 0.01, lot 0.00001, notional 5 to 9,000,000.
import type { Instrument } from "../../src/core/instrument.ts";
import { defaultsOf } from "../../src/core/parameter.ts";
import type { HardLimits } from "../../src/risk/limits.ts";
import { EXIT_PARAMETERS, PROTECTION_PARAMETERS, RISK_PARAMETERS } from "../../src/risk/parameters.ts";

export const BTCUSDT: Instrument = {
  symbol: "BTCUSDT",
  baseAsset: "BTC",
  quoteAsset: "USDT",
  status: "TRADING",
  tickUnits: 1_000_000,
  lotUnits: 1_000,
  unitsPerTickLot: 10,
  minTicks: 1,
  maxTicks: 100_000_000,
  lotSize: { minLots: 1, maxLots: 900_000_000 },
  marketLotSize: { minLots: 0, maxLots: 10_434_000 },
  minNotionalUnits: 500_000_000,
  maxNotionalUnits: 900_000_000_000_000,
  applyMinNotionalToMarket: true,
  applyMaxNotionalToMarket: false,
  priceBand: { bidUp: 1.2, bidDown: 0.5, askUp: 2, askDown: 0.5 },
  maxOpenOrders: 200,
};

export const RISK = defaultsOf(RISK_PARAMETERS);
export const PROTECTION = defaultsOf(PROTECTION_PARAMETERS);
export const EXIT = defaultsOf(EXIT_PARAMETERS);

/** Hard limits wide enough to be out of the way. */
export const WIDE: HardLimits = {
  maxOrderNotionalUnits: 900_000_000_000_000,
  maxExposure: 1,
  perTrade: 0.02,
  maxDailyLoss: 0.1,
  maxOrdersPerDay: 1_000_000,
  equityStop: 0.5,
};

/** Whole quote currency as units. */
export const usdt = (amount: number): number => Math.round(amount * 100_000_000);
/** A price in whole quote currency as ticks. */
export const ticks = (price: number): number => Math.round(price * 100);
