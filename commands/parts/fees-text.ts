/** What fills cost together, by what the fees were paid in: `0.56 USDT`, `0.56 USDT and 0.00012000 BNB`. */
import type { CommandContext } from "../../src/chat/context.ts";
import type { FillView } from "../../src/chat/trading-capabilities.ts";
import { decimalFromUnits } from "../../src/core/money.ts";

export function feesText({ format, market }: CommandContext, fills: readonly FillView[]): string {
  const sums = new Map<string, number>();
  for (const { feeAsset, feeUnits } of fills) sums.set(feeAsset, (sums.get(feeAsset) ?? 0) + feeUnits);
  const { quoteAsset } = market.instrument();
  return [...sums]
    .map(([asset, units]) =>
      asset === quoteAsset ? format.quote(units) : `${decimalFromUnits(units)} ${asset}`,
    )
    .join(" and ");
}
