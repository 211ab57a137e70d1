/** The open account: what is held, what it is worth, and everything that was ordered and filled. */
import type { Account } from "../../db/accounts.ts";
import type { Reader } from "../../db/database.ts";
import { countFills, fillsFrom } from "../../db/fills.ts";
import { countOrders, ordersFrom } from "../../db/orders.ts";
import { loadBalances } from "../../db/positions.ts";
import { sampledEquity } from "../../db/snapshots.ts";
import type { AccountCapability, EquityView } from "../chat/trading-capabilities.ts";
import type { FillFold } from "../engine/fill-fold.ts";
import { markOf } from "./mark.ts";
import { fillView, orderView } from "./order-views.ts";
import { pageOf } from "./page.ts";
import type { CapabilityParts } from "./parts.ts";
import { performanceReport } from "./performance-report.ts";
import { positionView } from "./position-view.ts";
import { resetAccount } from "./reset.ts";

const DAY_MS = 86_400_000;

export function createAccountCapability(parts: CapabilityParts, fold: FillFold): AccountCapability {
  const { database, engine } = parts;
  const { instrument } = engine.options;
  const account = (): Account => engine.current().account;
  const read = <T>(ask: (reader: Reader, accountId: number) => T): T =>
    database.read((reader) => ask(reader, account().id));
  return {
    kind: () => account().kind,
    openedAt: () => account().openedAt,
    position: () => positionView(engine),
    equity: () => equityView(parts),
    balances: () => Object.entries(read(loadBalances)).map(([asset, units]) => ({ asset, units })),
    equityHistory: (fromAt, toAt, points) =>
      read((reader, accountId) =>
        sampledEquity(reader, accountId, {
          fromAt,
          // A row at the very end of a span is its closing value.
          toAt: toAt + 1,
          points: Math.max(2, Math.floor(points)),
        }),
      ),
    orders: (page, size) =>
      read((reader, accountId) =>
        pageOf(countOrders(reader, accountId), page, size, (offset, limit) =>
          ordersFrom(reader, { accountId, offset, limit }).map((order) =>
            orderView(reader, instrument, order),
          ),
        ),
      ),
    fills: (page, size) =>
      read((reader, accountId) =>
        pageOf(countFills(reader, accountId), page, size, (offset, limit) =>
          fillsFrom(reader, { accountId, offset, limit }).map(fillView),
        ),
      ),
    closedTrades: (page, size) => {
      const { closedTrades } = database.read((reader) => fold.of(reader, account()));
      const end = closedTrades.length;
      return pageOf(end, page, size, (offset, limit) =>
        closedTrades.slice(Math.max(0, end - offset - limit), end - offset).reverse(),
      );
    },
    performance: (fromAt, toAt) => performanceReport(parts, fold, { fromAt, toAt }),
    reset: (tx, actor, seed) => resetAccount(parts, tx, actor, seed),
  };
}

/** Today's figures are those of the UTC day by the market's clock; a day without any candle yet has none. */
function equityView({ engine, clock }: CapabilityParts): EquityView {
  const { account, trader } = engine.current();
  const { ledger } = trader;
  const mark = markOf(engine);
  const equityUnits = mark === null ? ledger.cashUnits + ledger.costUnits : ledger.equityUnits(mark.ticks);
  const peakUnits = Math.max(trader.peakUnits, equityUnits);
  const bookedAt = Math.max(trader.lastTimingCloseAt, trader.lastExitCloseAt);
  const isBookOfToday = bookedAt === 0 || dayOf(bookedAt) >= dayOf(clock.now());
  return {
    equityUnits,
    cashUnits: ledger.cashUnits,
    startingUnits: account.startingCashUnits + account.startingCostUnits,
    peakUnits,
    drawdown: peakUnits <= 0 ? 0 : (peakUnits - equityUnits) / peakUnits,
    todayRealisedUnits: isBookOfToday ? trader.dayRealisedUnits : 0,
    todayOpeningUnits: isBookOfToday ? trader.dayOpeningUnits : equityUnits,
    at: mark?.at ?? account.openedAt,
  };
}

const dayOf = (at: number): number => Math.floor(at / DAY_MS);
