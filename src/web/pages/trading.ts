/** Trading: the position with its stops, the chart, orders, fills, closed trades and what they amount to. */
import { html } from "hono/html";
import type { Reader } from "../../../db/database.ts";
import { fillsPage } from "../../../db/fills.ts";
import { ordersPage } from "../../../db/orders.ts";
import { readState } from "../../../db/system-state.ts";
import type { Figure } from "../../metrics/report.ts";
import { type AccountView, accountView } from "../account-view.ts";
import { dayText, durationText, type Format } from "../format.ts";
import { type Page, silence, stateStrip } from "../layout.ts";
import { gain, type Html, instantMark, money, NOTHING, notAvailable, signedMoney } from "../marks.ts";
import { oneOf, readQuery, wholeNumber } from "../query.ts";
import type { Site } from "../site.ts";
import type { EngineView } from "../status-source.ts";
import { CHART_TIMEFRAMES, type ChartTimeframe, chartCard } from "./chart-card.ts";
import { closedTradesTable, fillsTable, ordersTable } from "./trading-tables.ts";

const ROWS = 12;
const CLOSED_TRADES = 12;
const ANY_ID = { min: 1, max: Number.MAX_SAFE_INTEGER };

/** What the address asks for. */
interface View {
  readonly timeframe: ChartTimeframe | undefined;
  /** The oldest ids of the pages before. */
  readonly orders: number | undefined;
  readonly fills: number | undefined;
}

export async function tradingPage(site: Site, url: string): Promise<Page> {
  const view = viewOf(url);
  const instrument = site.source.instrument();
  const timeframe = view.timeframe ?? usualTimeframe(site);
  // Before anything is read, so that the rest of the page is of one moment.
  const shown = await site.charts.show(timeframe);
  const format = site.format();
  const engine = site.source.engine();
  return site.database.read((reader) => {
    const account = accountView(reader, instrument, engine);
    const body =
      account === null
        ? html`<p class="card empty">No account is open yet.</p>`
        : html`<div class="beside">${positionCard(account, engine, format)}
          ${chartCard(shown, { timeframe, instrument, format, linkTo: (one) => linkTo({ ...view, timeframe: one }, "chart") })}</div>
          ${metricsCard(site, account, format)}
          ${tables(site, reader, account, format, view)}`;
    return {
      path: "/trading",
      title: "Trading",
      content: html`${silence(site, format)}${stateStrip(readState(reader), engine.mode)}<h1>Trading</h1>${body}`,
      fragment: `/fragments/trading${new URL(url).search}`,
    };
  });
}

function viewOf(url: string): View {
  const query = readQuery(url, ["timeframe", "orders", "fills"]);
  return {
    timeframe: oneOf("timeframe", query.timeframe, CHART_TIMEFRAMES),
    orders: wholeNumber("orders", query.orders, ANY_ID),
    fills: wholeNumber("fills", query.fills, ANY_ID),
  };
}

/** The one decisions are made on, where it can be chosen. */
function usualTimeframe({ source }: Site): ChartTimeframe {
  const { timing } = source.engine();
  return CHART_TIMEFRAMES.find((one) => one === timing) ?? "1h";
}

function linkTo(view: View, section: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) if (value !== undefined) query.set(name, String(value));
  return `/trading${query.size === 0 ? "" : `?${query}`}#${section}-title`;
}

function positionCard(view: AccountView, engine: EngineView, format: Format): Html {
  const { position, entryTicks, isDust } = view;
  const isFlat = position.lots === 0;
  const price = (ticks: number | null): Html =>
    ticks === null ? notAvailable : html`${format.price(ticks)}`;
  const distance = (ticks: number | null): Html => {
    if (ticks === null || view.markTicks === null) return price(ticks);
    return html`${format.price(ticks)} <span class="unit">${format.signedPercent(ticks / view.markTicks - 1)}</span>`;
  };
  const facts: readonly (readonly [string, Html])[] = [
    ["Average entry", price(entryTicks)],
    ["Marked at", price(view.markTicks)],
    ["Value", money(view.notionalUnits, format)],
    ["Unrealised", signedMoney(view.unrealisedUnits, format)],
    ["Stop", isFlat ? notAvailable : distance(engine.stopTicks)],
    ["Target", isFlat ? notAvailable : distance(engine.targetTicks)],
    ["Exposure", html`${format.percent(view.exposure)}`],
    ["Opened", position.openedAt === null ? notAvailable : instantMark(position.openedAt, format)],
    ["Realised, before fees", signedMoney(position.realisedUnits, format)],
    ["Fees", money(position.feesUnits, format)],
    ["Cash", money(view.cashUnits, format)],
    ["Equity", money(view.equityUnits, format)],
  ];
  const lead = isFlat
    ? html`Flat`
    : html`${isDust ? "Dust" : "Long"} ${format.quantity(position.lots)} <span class="unit">${format.base}</span>`;
  return html`<section class="card" aria-labelledby="position-title"><h2 id="position-title">Position</h2>
    <p class="lead">${lead}</p>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}

function metricsCard(site: Site, account: AccountView, format: Format): Html {
  const { sections } = site.report(account);
  return html`<section class="card" aria-labelledby="metrics-title"><h2 id="metrics-title">Performance</h2>
    <div class="metrics">${sections.map(
      ({ title, figures }) =>
        html`<div><h3>${title}</h3><dl class="lines">${figures.map(
          (one) => html`<div><dt>${one.label}</dt><dd>${figureValue(one, format)}</dd></div>`,
        )}</dl></div>`,
    )}</div>
  </section>`;
}

function figureValue(figure: Figure, format: Format): Html {
  const { key, value, kind, isSigned, at } = figure;
  if (value === null) return notAvailable;
  if (kind === "instant") return instantMark(value, format);
  const text = plainFigure(figure, value, format);
  // Slippage has a sign too, but more of it is no gain.
  const shown = isSigned && kind !== "bps" ? gain(value, text) : html`${text}`;
  return at === null ? shown : html`${shown} <span class="unit">${whenOf(key, at, format)}</span>`;
}

/** Days are UTC days, whatever the zone of the page. */
const whenOf = (key: string, at: number, format: Format): Html =>
  key.endsWith("_day") ? html`${dayText(at, "UTC")}` : instantMark(at, format);

function plainFigure({ kind, isSigned }: Figure, value: number, format: Format): string {
  const plus = isSigned && value > 0 ? "+" : "";
  switch (kind) {
    case "money":
      return isSigned ? format.signedAmount(Math.round(value)) : format.amount(Math.round(value));
    case "share":
      return isSigned ? format.signedPercent(value) : format.percent(value);
    case "bps":
      return `${plus}${format.number(value, 1)} bps`;
    case "count":
      return format.number(value, 0);
    case "duration":
      return durationText(value);
    default:
      return `${plus}${format.number(value)}`;
  }
}

function tables(site: Site, reader: Reader, { account }: AccountView, format: Format, view: View): Html {
  const instrument = site.source.instrument();
  const orders = ordersPage(reader, { accountId: account.id, beforeId: view.orders, limit: ROWS + 1 });
  const fills = fillsPage(reader, { accountId: account.id, beforeId: view.fills, limit: ROWS + 1 });
  const trades = site.source.closedTrades(CLOSED_TRADES);
  return html`${section("orders", "Orders", ordersTable(reader, orders.slice(0, ROWS), instrument, format), older("orders", orders, view))}
    ${section("fills", "Fills", fillsTable(fills.slice(0, ROWS), instrument, format), older("fills", fills, view))}
    ${section("trades", "Closed trades", closedTradesTable(trades, instrument, format), html``)}`;
}

const section = (id: string, title: string, content: Html, links: Html): Html =>
  html`<section class="card" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}${links}</section>`;

function older(name: "orders" | "fills", rows: readonly { readonly id: number }[], view: View): Html {
  const last = rows.length > ROWS ? rows[ROWS - 1] : undefined;
  const newest =
    view[name] === undefined
      ? NOTHING
      : html`<a href="${linkTo({ ...view, [name]: undefined }, name)}">Newest ${name}</a>`;
  const next =
    last === undefined
      ? NOTHING
      : html`<a href="${linkTo({ ...view, [name]: last.id }, name)}">Older ${name}</a>`;
  return html`<p class="more">${newest}${next}</p>`;
}
