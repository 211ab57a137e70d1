// One valid value of each shape the stores take.
import type { DecisionRow } from "../../db/decisions.ts";
import type { Candle } from "../../src/core/candles.ts";
import type { Instrument } from "../../src/core/instrument.ts";
import type { Fill } from "../../src/core/order.ts";
import { NOW } from "./test-database.ts";

export const CANDLE: Candle = {
  openAt: 1_699_999_200_000,
  open: 30_000.01,
  high: 30_100.5,
  low: 29_900.25,
  close: 30_050.99,
  volume: 12.34567,
};

export const DECISION: DecisionRow = {
  accountId: 1,
  timeframe: "1h",
  candleCloseAt: NOW,
  decidedAt: NOW + 1_500,
  configVersion: 1,
  strategy: "trend_ema",
  closeTicks: 3_005_099,
  side: "hold",
  confidence: 0.55,
  signalReason: "bullish_wait_pullback",
  reason: "signal_hold",
  signalValues: { fast: 30_010.5, slow: 29_990.1 },
  trace: [{ check: "state", ok: true }],
};

export const FILL: Fill = {
  side: "buy",
  ticks: 3_000_100,
  lots: 40,
  feeUnits: 120_004,
  feeAsset: "USDT",
  isMaker: false,
  at: NOW,
};

export const CHAT = { platform: "telegram", chatId: "5", threadId: "" } as const;

export const INSTRUMENT: Instrument = {
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
  marketLotSize: { minLots: 0, maxLots: Number.MAX_SAFE_INTEGER },
  minNotionalUnits: 500_000_000,
  maxNotionalUnits: 900_000_000_000_000,
  applyMinNotionalToMarket: true,
  applyMaxNotionalToMarket: false,
  priceBand: { bidUp: 5, bidDown: 0.2, askUp: 5, askDown: 0.2 },
  maxOpenOrders: 200,
};

/** An ordinary message to that chat. */
export const DELIVERY = {
  ...CHAT,
  noticeId: null,
  inboxId: null,
  level: "info",
  isSilent: false,
  edits: null,
  seedOf: null,
  body: {},
  dueAt: NOW,
} as const;
