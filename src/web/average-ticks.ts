/** The volume-weighted price of fills in ticks, not necessarily a whole one; null without any. */
export function averageTicks(
  fills: readonly { readonly ticks: number; readonly lots: number }[],
): number | null {
  let value = 0;
  let lots = 0;
  for (const fill of fills) {
    value += fill.ticks * fill.lots;
    lots += fill.lots;
  }
  return lots === 0 ? null : value / lots;
}
