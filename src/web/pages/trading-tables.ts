/** Orders, fills and closed trades as tables. */
import { html } from "hono/html";
import type { Reader } from "../../../db/database.ts";
import { fillsOfOrder, type StoredFill } from "../../../db/fills.ts";
import type { Order } from "../../../db/orders.ts";
import { type Instrument, notionalUnits } from "../../core/instrument.ts";
import { unitsToNumber } from "../../core/money.ts";
import type { ClosedTrade } from "../../core/position.ts";
import { averageTicks } from "../average-ticks.ts";
import { durationText, type Format, words } from "../format.ts";
import { foreign, gain, type Html, instantMark, notAvailable, sideMark, table } from "../marks.ts";

export function ordersTable(
  reader: Reader,
  orders: readonly Order[],
  instrument: Instrument,
  format: Format,
): Html {
  return table({
    caption: "Orders, newest first",
    empty: "No order yet.",
    rows: orders,
    rowId: ({ id }) => `order-${id}`,
    columns: [
      { title: "Decided", cell: ({ decidedAt }) => instantMark(decidedAt, format) },
      { title: "Order", cell: ({ id, purpose }) => html`#${id} ${words(purpose)}` },
      { title: "Side", cell: ({ side }) => sideMark(side) },
      {
        title: `Quantity, ${instrument.baseAsset}`,
        isNumber: true,
        cell: (order) => quantityOf(order, format),
      },
      { title: "Price", isNumber: true, cell: (order) => priceOf(reader, order, format) },
      { title: "Status", cell: statusOf },
    ],
  });
}

function quantityOf({ lots, filledLots }: Order, format: Format): Html {
  const isPart = filledLots > 0 && filledLots < lots;
  return isPart
    ? html`${format.quantity(filledLots)} of ${format.quantity(lots)}`
    : html`${format.quantity(lots)}`;
}

/** What it was filled at on average; an unfilled one's limit. */
function priceOf(reader: Reader, order: Order, format: Format): Html {
  const average = averageTicks(fillsOfOrder(reader, order.id));
  if (average !== null) return html`${format.price(average)}`;
  return order.limitTicks === null ? html`market` : html`limit ${format.price(order.limitTicks)}`;
}

const statusOf = ({ status, detail }: Order): Html =>
  html`<span class="order-status status-${status}">${words(status)}</span>${detail === "" ? html`` : html` <span class="quiet">${foreign(detail)}</span>`}`;

export function fillsTable(fills: readonly StoredFill[], instrument: Instrument, format: Format): Html {
  return table({
    caption: "Fills, newest first",
    empty: "No fill yet.",
    rows: fills,
    rowId: ({ id }) => `fill-${id}`,
    columns: [
      { title: "Filled", cell: ({ at }) => instantMark(at, format) },
      { title: "Order", cell: ({ orderId }) => html`#${orderId}` },
      { title: "Side", cell: ({ side }) => sideMark(side) },
      {
        title: `Quantity, ${instrument.baseAsset}`,
        isNumber: true,
        cell: ({ lots }) => format.quantity(lots),
      },
      { title: "Price", isNumber: true, cell: ({ ticks }) => format.price(ticks) },
      {
        title: `Value, ${instrument.quoteAsset}`,
        isNumber: true,
        cell: ({ ticks, lots }) => format.amount(notionalUnits(instrument, ticks, lots)),
      },
      { title: "Slippage", isNumber: true, cell: (fill) => `${format.number(slippageBps(fill), 1)} bps` },
      { title: "Fee", isNumber: true, cell: (fill) => feeOf(fill, instrument, format) },
    ],
  });
}

/** How much worse than decided, negative when better. */
const slippageBps = ({ side, ticks, decisionTicks }: StoredFill): number =>
  (((side === "buy" ? 1 : -1) * (ticks - decisionTicks)) / decisionTicks) * 10_000;

/** Two decimals would show most fees in the base asset as nothing. */
const feeOf = ({ feeUnits, feeAsset }: StoredFill, instrument: Instrument, format: Format): Html =>
  feeAsset === instrument.quoteAsset
    ? html`${format.amount(feeUnits)}`
    : html`${format.number(unitsToNumber(feeUnits), 8)} ${foreign(feeAsset)}`;

export function closedTradesTable(
  trades: readonly ClosedTrade[],
  instrument: Instrument,
  format: Format,
): Html {
  const average = (units: number, lots: number): Html =>
    lots === 0 ? notAvailable : html`${format.price(units / (lots * instrument.unitsPerTickLot))}`;
  return table({
    caption: "Closed trades, newest first",
    empty: "No trade has been closed yet.",
    rows: trades,
    rowId: ({ entryAt, exitAt }) => `trade-${entryAt}-${exitAt}`,
    columns: [
      { title: "Closed", cell: ({ exitAt }) => instantMark(exitAt, format) },
      { title: "Held", cell: ({ entryAt, exitAt }) => durationText(exitAt - entryAt) },
      {
        title: `Quantity, ${instrument.baseAsset}`,
        isNumber: true,
        cell: ({ lots }) => format.quantity(lots),
      },
      { title: "Entry", isNumber: true, cell: ({ entryUnits, lots }) => average(entryUnits, lots) },
      { title: "Exit", isNumber: true, cell: ({ exitUnits, lots }) => average(exitUnits, lots) },
      {
        title: `PnL, ${instrument.quoteAsset}`,
        isNumber: true,
        cell: ({ pnlUnits }) => gain(pnlUnits, format.signedAmount(pnlUnits)),
      },
      {
        title: "Return",
        isNumber: true,
        cell: ({ pnlUnits, entryUnits }) =>
          entryUnits === 0 ? notAvailable : gain(pnlUnits, format.signedPercent(pnlUnits / entryUnits)),
      },
      { title: "Closed by", cell: ({ purpose }) => words(purpose) },
    ],
  });
}
