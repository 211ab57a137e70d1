/** Candles as CSV text that this program's import, pandas and spreadsheets read back to the same numbers. */
import type { CandleColumns } from "../core/candles.ts";
import { plainDecimal } from "./csv-decimal.ts";

const HEADER = "open_time,open,high,low,close,volume\n";

/** Header and one line a candle, epoch ms first; read back by `parseCandlesCsv` to exactly the same columns. */
export function writeCandlesCsv(columns: CandleColumns): string {
  const { openAt, open, high, low, close, volume } = columns;
  let text = HEADER;
  for (let i = 0; i < columns.length; i++) {
    text += `${openAt[i]},${plainDecimal(open[i]!)},${plainDecimal(high[i]!)},${plainDecimal(low[i]!)},`;
    text += `${plainDecimal(close[i]!)},${plainDecimal(volume[i]!)}\n`;
  }
  return text;
}
