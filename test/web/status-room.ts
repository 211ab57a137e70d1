// The status page over a trading month, as the program would wire it: the source's figures come from the real ledger and metrics.
import type { Hono } from "hono";
import { fillsOf } from "../../db/fills.ts";
import { equityHistory } from "../../db/snapshots.ts";
import { VirtualClock } from "../../src/clock.ts";
import type { Clock } from "../../src/core/clock.ts";
import { priceOf } from "../../src/core/instrument.ts";
import type { Timeframe } from "../../src/core/timeframe.ts";
import { EquityCurve } from "../../src/metrics/equity-curve.ts";
import { performanceOf } from "../../src/metrics/performance.ts";
import { reportOf } from "../../src/metrics/report.ts";
import { strategyNamed } from "../../src/strategy/registry.ts";
import { createWeb, type WebOptions } from "../../src/web/app.ts";
import type { ChainView, EngineView, ReadinessItem, StatusSource } from "../../src/web/status-source.ts";
import { BTCUSDT } from "../risk/btcusdt.ts";
import { monthChart } from "./month-chart.ts";
import { HOUR_MS, NOW, START_UNITS, type TradingMonth } from "./trading-month.ts";

const TIME_ZONE = "Europe/Rome";

export class Room implements StatusSource {
  readonly version = "0.1.0";
  readonly clock: Clock = new VirtualClock(NOW + 95_000);
  readonly peopleClock = new VirtualClock(NOW);
  draw: StatusSource["draw"] = null;
  readonly faults: unknown[] = [];
  price: EngineView["price"];
  mode: EngineView["mode"] = "paper";
  checks: readonly ReadinessItem[] = READY;
  chainView: ChainView | null;
  reports = 0;

  constructor(readonly month: TradingMonth) {
    this.price = { ticks: month.lastTicks + 4_210, at: NOW + 92_000 };
    const seq = month.database.read(
      (reader) => reader.get<{ seq: number }>("SELECT max(seq) AS seq FROM events_log")?.seq ?? 0,
    );
    this.chainView = { ok: true, verifiedSeq: seq, verifiedAt: NOW + 60_000, firstBadSeq: null };
  }

  web(options: Partial<WebOptions> = {}): Hono {
    return createWeb({
      ...{ database: this.month.database, source: this, clock: this.clock, timeZone: TIME_ZONE },
      peopleClock: this.peopleClock,
      ...{ allowedHosts: ["bot.example"], onFault: (error) => this.faults.push(error) },
      ...options,
    });
  }

  instrument = () => BTCUSDT;
  readiness = () => this.checks;
  chain = () => this.chainView;
  candleChart = (timeframe: Timeframe) => monthChart(this.month, timeframe, TIME_ZONE);
  closedTrades = (limit: number) => this.month.closedTrades.slice(0, limit);

  engine(): EngineView {
    return {
      ...{ mode: this.mode, strategy: "trend_ema", configVersion: 1, timing: "1h", price: this.price },
      ...{ dataAgeMs: 95_000, isDataStale: false },
      lastCycle: { at: NOW + 60_000, durationMs: 41, reason: "no_new_candle" },
      today: { openingUnits: START_UNITS + 31_200_000_000, realisedUnits: -1_214_000_000 },
      ...{ stopTicks: this.month.stopTicks, targetTicks: null },
    };
  }

  signalSentence(strategy: string, reason: string): string | null {
    if (strategy !== "trend_ema") return null;
    return strategyNamed(strategy).reasons[reason] ?? null;
  }

  performance() {
    this.reports += 1;
    const { database, accountId, closedTrades } = this.month;
    return database.read((reader) => {
      const points = equityHistory(reader, accountId);
      return reportOf(
        performanceOf({
          instrument: BTCUSDT,
          curve: EquityCurve.of((points[0]?.at ?? NOW) - HOUR_MS, START_UNITS, points),
          closedTrades: closedTrades.toReversed(),
          fills: [...fillsOf(reader, accountId)],
          firstPrice: points[0] === undefined ? null : priceOf(BTCUSDT, points[0].markTicks),
          lastPrice: priceOf(BTCUSDT, this.month.lastTicks),
        }),
        "USDT",
      );
    });
  }
}

const READY: readonly ReadinessItem[] = [
  { name: "Candles", ok: true, detail: "1,200 of 734 candles of history.", mend: null },
  { name: "Fresh data", ok: true, detail: "The newest candle closed 95 s ago.", mend: null },
  { name: "Exchange filters", ok: true, detail: "Read 12 min ago.", mend: null },
  { name: "Audit chain", ok: true, detail: "Verified to its head.", mend: null },
  { name: "Ledger", ok: true, detail: "The position is the sum of its fills.", mend: null },
  { name: "Orders", ok: true, detail: "None is unresolved.", mend: null },
];
