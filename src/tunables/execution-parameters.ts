import type { ChoiceParameter, NumberParameter, Parameters } from "../core/parameter.ts";

/** How entries are placed. Exits always leave as market orders: getting out matters more than the spread. */
export const EXECUTION_PARAMETERS = {
  entry_type: {
    kind: "choice",
    default: "market",
    options: ["market", "limit"],
    raisesRisk: "none",
    help: "Whether an entry takes the market price or rests in the book below it.",
  } as ChoiceParameter<"market" | "limit">,
  limit_offset_bps: {
    kind: "number",
    default: 5,
    min: 0,
    max: 100,
    maxStep: 20,
    unit: "bps",
    raisesRisk: "none",
    help: "How far below the last price a limit entry rests.",
  } as NumberParameter,
  limit_ttl_candles: {
    kind: "integer",
    default: 2,
    min: 1,
    max: 24,
    maxStep: 6,
    unit: "candles",
    raisesRisk: "none",
    help: "Timing candles after which an unfilled limit entry is canceled.",
  } as NumberParameter,
} satisfies Parameters;
