/** What a decision led to: the order, its fills with slippage and fee, and the config version behind it. */
import type { CommandContext } from "../../src/chat/context.ts";
import { type Block, fields, table, text } from "../../src/chat/message.ts";
import type { FillView, OrderView } from "../../src/chat/trading-capabilities.ts";
import type { WhyView } from "../../src/chat/why-view.ts";
import { feesText } from "./fees-text.ts";
import { PURPOSES, STATUSES } from "./order-words.ts";
import { sentenceCase } from "./sentence-case.ts";

const BPS = 10_000;
const SOURCES: Readonly<Record<string, string>> = {
  environment: "from the environment at the first start",
  upgrade: "an upgrade's declared defaults",
};
/** An order of more fills is summed up, so that the chain stays on one screen. */
const FILLS_SHOWN = 4;

export function executionBlocks(context: CommandContext, view: WhyView): readonly Block[] {
  const { fills, order } = view;
  return [
    ...(order === null
      ? [text("No order was made.")]
      : [fields(orderFields(context, order), `Order #${order.id}`)]),
    ...(order === null || fills.length === 0 ? [] : fillBlocks(context, order, fills)),
    fields([[`v${view.configVersion}`, configText(context, view)]], "Config"),
  ];
}

function orderFields(
  { format }: CommandContext,
  order: OrderView,
): readonly (readonly [string, string | null])[] {
  const limit = order.limitTicks === null ? "" : ` at ${format.price(order.limitTicks)}`;
  const filled = order.filledLots === order.lots ? "" : `, ${format.quantity(order.filledLots)} filled`;
  return [
    [sentenceCase(PURPOSES[order.purpose]), `${order.side} ${format.quantity(order.lots)}`],
    ["Type", `${order.type}${limit}`],
    ["Decided at", format.price(order.decisionTicks)],
    ["Now", `${STATUSES[order.status]}${filled}`],
    ["Detail", order.detail === "" ? null : order.detail],
  ];
}

function fillBlocks(context: CommandContext, order: OrderView, fills: readonly FillView[]): readonly Block[] {
  const { format, market } = context;
  const shown = fills.slice(0, FILLS_SHOWN);
  const rest = fills.length - shown.length;
  return [
    table(
      ["Filled", `>${market.instrument().baseAsset}`, ">Price"],
      shown.map(({ at, lots, side, ticks }) => [
        format.shortInstant(at),
        format.tradedLots(side, lots),
        format.price(ticks),
      ]),
    ),
    fields([
      ["And", rest === 0 ? null : `${rest} more, see /fills`],
      ["Fees", feesText(context, fills)],
      ["Slippage", `${format.number(slippageBps(order, fills), 1)} bps`],
    ]),
  ];
}

/** The average price against the decision's, in bps; positive is worse for us on either side. */
function slippageBps({ decisionTicks, side }: OrderView, fills: readonly FillView[]): number | null {
  const lots = fills.reduce((sum, fill) => sum + fill.lots, 0);
  if (lots === 0 || decisionTicks <= 0) return null;
  const average = fills.reduce((sum, fill) => sum + fill.ticks * (fill.lots / lots), 0);
  const worse = side === "buy" ? average - decisionTicks : decisionTicks - average;
  return (worse / decisionTicks) * BPS;
}

/** Version 1 comes from the environment; every later one but an upgrade's names who approved it. */
function configText({ people }: CommandContext, { approvedBy, configSource }: WhyView): string {
  if (approvedBy !== null) return `${configSource}, approved by ${people.nameOf(approvedBy)}`;
  return SOURCES[configSource] ?? configSource;
}
