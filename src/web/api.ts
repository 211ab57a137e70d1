/**
 * The JSON beside the pages. Amounts, prices and quantities are exact decimal strings, shares are fractions as numbers,
 * instants are ISO 8601 in UTC, what does not exist is null. Lists come newest first, histories oldest first.
 */
import { type Context, Hono } from "hono";
import type { Reader } from "../../db/database.ts";
import { fillsOfOrder, fillsPage } from "../../db/fills.ts";
import { ordersPage } from "../../db/orders.ts";
import { equityHistory } from "../../db/snapshots.ts";
import { readState } from "../../db/system-state.ts";
import { actorLabel } from "../core/actor.ts";
import { decimalFromUnits } from "../core/money.ts";
import { type AccountView, accountView } from "./account-view.ts";
import { averageTicks } from "./average-ticks.ts";
import { dayRange } from "./day-range.ts";
import { type Exact, exactFor } from "./exact.ts";
import { instant, readQuery, wholeNumber } from "./query.ts";
import type { Site } from "./site.ts";

const PAGE_ROWS = { usual: 50, min: 1, max: 200 };
const CURVE_POINTS = { usual: 500, min: 2, max: 5_000 };
const ANY_ID = { min: 1, max: Number.MAX_SAFE_INTEGER };

export function api(site: Site): Hono {
  const app = new Hono();
  const { source, database, clock } = site;
  const startedAt = clock.now();
  const get = (path: string, answer: (context: Context) => unknown): void => {
    app.get(path, (context) => context.json(answer(context) as object));
  };
  const getPlain = (path: string, answer: () => unknown): void =>
    get(path, ({ req }) => {
      readQuery(req.url, []);
      return answer();
    });
  const getOfAccount = <Name extends string>(
    path: string,
    names: readonly Name[],
    answer: (parts: AccountParts, query: Partial<Record<Name, string>>) => unknown,
  ): void =>
    get(path, ({ req }) => {
      const query = readQuery(req.url, names);
      return database.read((reader) => {
        const account = accountView(reader, source.instrument(), source.engine());
        return answer({ reader, account, exact: exactFor(source.instrument()), site }, query);
      });
    });

  getPlain("/health", () => ({
    status: "ok",
    version: source.version,
    uptimeSeconds: Math.floor((clock.now() - startedAt) / 1000),
  }));
  app.get("/ready", (context) => {
    readQuery(context.req.url, []);
    const readiness = readinessOf(site);
    return context.json(readiness, readiness.ready ? 200 : 503);
  });
  getPlain("/api/system/state", () => stateOf(site));
  getPlain("/api/system/readiness", () => readinessOf(site));
  getPlain("/api/market/price", () => priceOf(site));
  getOfAccount("/api/trading/position", [], positionOf);
  getOfAccount("/api/trading/orders", ["limit", "before"], ordersOf);
  getOfAccount("/api/trading/fills", ["limit", "before"], fillsOf);
  getOfAccount("/api/trading/metrics", [], ({ account }) =>
    account === null ? null : metricsOf(site, account),
  );
  getOfAccount("/api/trading/equity/history", ["from", "to", "points"], historyOf);
  return app;
}

interface AccountParts {
  readonly reader: Reader;
  readonly account: AccountView | null;
  readonly exact: Exact;
  readonly site: Site;
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function stateOf({ source, database }: Site): unknown {
  const { state, since, reason, actor } = database.read(readState);
  const { mode, strategy, configVersion, lastCycle } = source.engine();
  return {
    ...{ state, since: iso(since), reason, actor: actorLabel(actor), mode },
    symbol: source.instrument().symbol,
    ...{ strategy, configVersion, version: source.version },
    lastCycle: lastCycle === null ? null : { ...lastCycle, at: iso(lastCycle.at) },
  };
}

function readinessOf({ source }: Site): { ready: boolean; checks: unknown } {
  const checks = source.readiness();
  return { ready: checks.every(({ ok }) => ok), checks };
}

function priceOf({ source, database }: Site): unknown {
  const instrument = source.instrument();
  const { price, timing, dataAgeMs, isDataStale } = source.engine();
  const exact = exactFor(instrument);
  const day = price === null ? null : database.read((reader) => dayRange(reader, instrument, timing, price));
  return {
    symbol: instrument.symbol,
    price: price === null ? null : exact.price(price.ticks),
    at: iso(price?.at ?? null),
    dayChange: day?.change ?? null,
    dayLow: day === null ? null : exact.price(day.lowTicks),
    dayHigh: day === null ? null : exact.price(day.highTicks),
    ...{ dataAgeMs, isDataStale },
  };
}

function positionOf({ account: view, exact, site }: AccountParts): unknown {
  if (view === null) return null;
  const { position, account } = view;
  const { stopTicks, targetTicks } = site.source.engine();
  const isFlat = position.lots === 0;
  return {
    symbol: account.symbol,
    quantity: exact.quantity(position.lots),
    isDust: view.isDust,
    averageEntry: view.entryTicks === null ? null : exact.averagePrice(view.entryTicks),
    mark: view.markTicks === null ? null : exact.price(view.markTicks),
    value: decimalFromUnits(view.notionalUnits),
    cost: decimalFromUnits(position.costUnits),
    unrealised: decimalFromUnits(view.unrealisedUnits),
    realised: decimalFromUnits(position.realisedUnits),
    fees: decimalFromUnits(position.feesUnits),
    openedAt: iso(position.openedAt),
    stop: isFlat || stopTicks === null ? null : exact.price(stopTicks),
    target: isFlat || targetTicks === null ? null : exact.price(targetTicks),
    cash: decimalFromUnits(view.cashUnits),
    equity: decimalFromUnits(view.equityUnits),
    peak: decimalFromUnits(view.peakUnits),
    today: view.todayUnits === null ? null : decimalFromUnits(view.todayUnits),
    exposure: view.exposure,
    drawdown: view.drawdown,
    ...{ baseAsset: account.baseAsset, quoteAsset: account.quoteAsset },
  };
}

type PageQuery = Partial<Record<"limit" | "before", string>>;

/** `nextBefore` is the `before` of the next page; null on the last. */
function pageOf<Row extends { readonly id: number }>(
  query: PageQuery,
  read: (page: { limit: number; beforeId: number | undefined }) => readonly Row[],
): { rows: readonly Row[]; nextBefore: number | null } {
  const limit = wholeNumber("limit", query.limit, PAGE_ROWS) ?? PAGE_ROWS.usual;
  const beforeId = wholeNumber("before", query.before, ANY_ID);
  const found = read({ limit: limit + 1, beforeId });
  const rows = found.slice(0, limit);
  return { rows, nextBefore: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}

function ordersOf({ reader, account, exact }: AccountParts, query: PageQuery): unknown {
  const { rows, nextBefore } = pageOf(query, (page) =>
    account === null ? [] : ordersPage(reader, { accountId: account.account.id, ...page }),
  );
  const orders = rows.map((order) => {
    const average = averageTicks(fillsOfOrder(reader, order.id));
    const { id, clientOrderId, side, type, purpose, status, detail, configVersion, decisionId } = order;
    return {
      ...{ id, clientOrderId, side, type, purpose, status, detail, configVersion, decisionId },
      quantity: exact.quantity(order.lots),
      filledQuantity: exact.quantity(order.filledLots),
      limitPrice: order.limitTicks === null ? null : exact.price(order.limitTicks),
      averagePrice: average === null ? null : exact.averagePrice(average),
      decisionPrice: exact.price(order.decisionTicks),
      decidedAt: iso(order.decidedAt),
      updatedAt: iso(order.updatedAt),
    };
  });
  return { orders, nextBefore };
}

function fillsOf({ reader, account, exact }: AccountParts, query: PageQuery): unknown {
  const { rows, nextBefore } = pageOf(query, (page) =>
    account === null ? [] : fillsPage(reader, { accountId: account.account.id, ...page }),
  );
  const fills = rows.map(
    ({ id, orderId, tradeId, side, purpose, ticks, lots, feeUnits, feeAsset, isMaker, at }) => ({
      ...{ id, orderId, tradeId, side, purpose, isMaker, feeAsset },
      price: exact.price(ticks),
      quantity: exact.quantity(lots),
      value: exact.value(ticks, lots),
      fee: decimalFromUnits(feeUnits),
      at: iso(at),
    }),
  );
  return { fills, nextBefore };
}

/** Money figures may be averages and are rounded to the last of 8 decimals. */
function metricsOf(site: Site, account: AccountView): unknown {
  const { startedAt, endedAt, currency, periodMs, sections } = site.report(account);
  const metrics = sections.flatMap(({ title, figures }) =>
    figures.map(({ key, label, kind, value, at }) => {
      const isInstant = kind === "instant";
      const shown =
        value === null
          ? null
          : kind === "money"
            ? decimalFromUnits(Math.round(value))
            : isInstant
              ? iso(value)
              : value;
      return { section: title, key, label, kind, value: shown, at: iso(at) };
    }),
  );
  return { startedAt: iso(startedAt), endedAt: iso(endedAt), currency, periodMs, metrics };
}

function historyOf(
  { reader, account, exact }: AccountParts,
  query: Partial<Record<"from" | "to" | "points", string>>,
): unknown {
  const fromAt = instant("from", query.from);
  const toAt = instant("to", query.to);
  const maxPoints = wholeNumber("points", query.points, CURVE_POINTS) ?? CURVE_POINTS.usual;
  if (account === null) return { points: [] };
  const points = equityHistory(reader, account.account.id, { fromAt, toAt, maxPoints });
  return {
    points: points.map(({ at, markTicks, lots, cashUnits, equityUnits, peakUnits }) => ({
      at: iso(at),
      equity: decimalFromUnits(equityUnits),
      cash: decimalFromUnits(cashUnits),
      peak: decimalFromUnits(peakUnits),
      quantity: exact.quantity(lots),
      mark: exact.price(markTicks),
    })),
  };
}
