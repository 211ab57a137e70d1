/** Orders and fills as commands show them. */
import type { Reader } from "../../db/database.ts";
import { fillsOfOrder, type StoredFill } from "../../db/fills.ts";
import type { Order } from "../../db/orders.ts";
import type { FillView, OrderView } from "../chat/trading-capabilities.ts";
import { type Instrument, priceOf } from "../core/instrument.ts";

export const fillView = (fill: StoredFill): FillView => ({
  id: fill.id,
  orderId: fill.orderId,
  side: fill.side,
  ticks: fill.ticks,
  lots: fill.lots,
  feeUnits: fill.feeUnits,
  feeAsset: fill.feeAsset,
  purpose: fill.purpose,
  at: fill.at,
});

export function orderView(reader: Reader, instrument: Instrument, order: Order): OrderView {
  const fills = order.filledLots === 0 ? [] : fillsOfOrder(reader, order.id);
  return {
    id: order.id,
    clientOrderId: order.clientOrderId,
    side: order.side,
    type: order.type,
    purpose: order.purpose,
    status: order.status,
    lots: order.lots,
    filledLots: order.filledLots,
    limitTicks: order.limitTicks,
    averagePrice: averagePrice(instrument, fills),
    decisionTicks: order.decisionTicks,
    decidedAt: order.decidedAt,
    configVersion: order.configVersion,
    detail: order.detail,
  };
}

/** Weighted by quantity, in quote units a base unit. */
function averagePrice(instrument: Instrument, fills: readonly StoredFill[]): number | null {
  const lots = fills.reduce((sum, fill) => sum + fill.lots, 0);
  if (lots === 0) return null;
  return priceOf(instrument, fills.reduce((sum, fill) => sum + fill.ticks * fill.lots, 0) / lots);
}
