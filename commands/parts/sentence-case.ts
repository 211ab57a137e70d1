/** `stop loss`, `z_score` and `rsi` as labels: `Stop loss`, `Z score`, `RSI`. */
export function sentenceCase(words: string): string {
  const spaced = words.replaceAll("_", " ").replace(ACRONYM, (name) => name.toUpperCase());
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const ACRONYM = /\b(atr|ema|rsi)\b/g;
