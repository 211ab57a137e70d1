/** Holds the market's price against what people wait for, by candles that are stored anyway: the market is asked nothing more. */
import { loadColumns } from "../../db/candles.ts";
import type { Database } from "../../db/database.ts";
import { insertNotice } from "../../db/notices.ts";
import { personById } from "../../db/people.ts";
import { markPriceAlertFired, type PriceAlert, waitingPriceAlerts } from "../../db/price-alerts.ts";
import type { Actor } from "../core/actor.ts";
import type { CandleColumns } from "../core/candles.ts";
import type { Clock } from "../core/clock.ts";
import { priceOf, ticksOf } from "../core/instrument.ts";
import { timeframeMs } from "../core/timeframe.ts";
import type { Engine } from "../engine/engine.ts";

export interface PriceWatchParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly engine: Engine;
}

const ACTOR: Actor = { kind: "job", name: "price_alerts" };
/** Candles arrive late after an absence of the market; what is older was looked at before. */
const LOOKED_BACK_MS = 6 * 3_600_000;

export class PriceWatch {
  readonly #parts: PriceWatchParts;
  /** What this process has looked at; nothing yet looks at everything since an alert was made. */
  #checkedAt = 0;

  constructor(parts: PriceWatchParts) {
    this.#parts = parts;
  }

  /** How many alerts fired. */
  check(): number {
    const { clock, database } = this.#parts;
    const now = clock.now();
    const waiting = database.read(waitingPriceAlerts);
    const touched = waiting.length === 0 ? [] : this.#touched(waiting);
    for (const alert of touched) this.#fire(alert, now);
    this.#checkedAt = now;
    return touched.length;
  }

  #touched(waiting: readonly PriceAlert[]): readonly PriceAlert[] {
    const { database, engine } = this.#parts;
    const { instrument, settings } = engine.options;
    const { timing } = engine.current().trader.rules.needs;
    const oldest = Math.min(...waiting.map(({ createdAt }) => createdAt));
    const since = Math.max(oldest, this.#checkedAt - LOOKED_BACK_MS);
    const series = database.read((reader) =>
      [...new Set([settings.exitTimeframe, timing])].map((timeframe) =>
        loadColumns(reader, settings.symbol, timeframe, { fromAt: since - timeframeMs(timeframe) }),
      ),
    );
    const quote = engine.lastQuote;
    return waiting.filter(({ createdAt, direction, ticks }) => {
      const reached = (price: number): boolean =>
        direction === "above" ? ticksOf(instrument, price) >= ticks : ticksOf(instrument, price) <= ticks;
      if (quote !== null && quote.at > createdAt && reached(quote.price)) return true;
      return series.some((candles) => wasReached(candles, createdAt, direction, reached));
    });
  }

  #fire(alert: PriceAlert, now: number): void {
    const { database, engine } = this.#parts;
    database.transact(now, (tx) => {
      if (!markPriceAlertFired(tx, alert, ACTOR)) return;
      const { direction, id: alertId, ticks } = alert;
      const price = priceOf(engine.options.instrument, ticks);
      const askedBy = personById(tx, alert.personId)?.label ?? null;
      insertNotice(tx, {
        kind: "price_alert",
        level: "info",
        topic: "alerts",
        facts: { alertId, direction, price, askedBy, createdAt: alert.createdAt },
      });
    });
  }
}

/** A candle that was open when the alert was made counts by its close alone: its high and low may lie before. */
function wasReached(
  { close, high, length, low, openAt, timeframe }: CandleColumns,
  createdAt: number,
  direction: PriceAlert["direction"],
  reached: (price: number) => boolean,
): boolean {
  const stepMs = timeframeMs(timeframe);
  const furthest = direction === "above" ? high : low;
  for (let i = length - 1; i >= 0 && openAt[i]! + stepMs > createdAt; i--) {
    if (reached(openAt[i]! >= createdAt ? furthest[i]! : close[i]!)) return true;
  }
  return false;
}
