/** Wilder's true range: the candle's span, stretched to the close before it when that lies outside. */
export function trueRange(high: number, low: number, previousClose: number): number {
  if (previousClose > high) return previousClose - low;
  if (previousClose < low) return high - previousClose;
  return high - low;
}
