/** The anchor of the engine bench: EMA(20)/EMA(50) crossover, long/flat, 10 bps fee, 5 bps slippage, equity and drawdown, by hand. */
export interface BareResult {
  readonly fills: number;
  readonly equity: number;
  readonly maxDrawdown: number;
}

export function bareLoop(close: Float64Array, length: number): BareResult {
  const fastAlpha = 2 / 21;
  const slowAlpha = 2 / 51;
  let fast = close[0]!;
  let slow = close[0]!;
  let cash = 10_000;
  let held = 0;
  let peak = cash;
  let maxDrawdown = 0;
  let fills = 0;
  let equity = cash;
  for (let i = 0; i < length; i++) {
    const price = close[i]!;
    fast += fastAlpha * (price - fast);
    slow += slowAlpha * (price - slow);
    if (i >= 50) {
      if (fast > slow && held === 0) {
        held = cash / (price * 1.0005 * 1.001);
        cash = 0;
        fills++;
      } else if (fast < slow && held > 0) {
        cash = held * price * 0.9995 * 0.999;
        held = 0;
        fills++;
      }
    }
    equity = cash + held * price;
    if (equity > peak) peak = equity;
    const drawdown = (peak - equity) / peak;
    if (drawdown > maxDrawdown) maxDrawdown = drawdown;
  }
  return { fills, equity, maxDrawdown };
}
