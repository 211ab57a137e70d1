/** A performance figure as text: signed where gains and losses are told apart, with its unit, “n/a” when undefined. */
import { type Format, NOT_AVAILABLE } from "../../src/chat/format.ts";
import type { Figure } from "../../src/chat/trading-capabilities.ts";
import { utcDay } from "./calendar.ts";

export function figureText(figure: Figure, format: Format): string {
  const written = valueText(figure, format);
  return figure.at === null || figure.value === null
    ? written
    : `${written} on ${figure.key.endsWith("_day") ? utcDay(figure.at) : format.shortInstant(figure.at)}`;
}

function valueText({ isSigned, kind, value }: Figure, format: Format): string {
  if (value === null) return NOT_AVAILABLE;
  switch (kind) {
    case "money":
      return isSigned ? format.signedQuote(value) : format.quote(value);
    case "share":
      return isSigned ? format.signedPercent(value) : format.percent(value);
    case "ratio":
      return format.number(value);
    case "bps":
      return `${format.number(value, 1)} bps`;
    case "count":
      return format.count(value);
    case "duration":
      return format.duration(value);
    case "instant":
      return format.shortInstant(value);
  }
}
