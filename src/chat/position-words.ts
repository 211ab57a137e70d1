/** What happens to an open position when the system leaves RUNNING, in one sentence. */
import type { PositionPolicy, SystemState } from "../core/state.ts";
import type { Format } from "./format.ts";
import type { PositionView } from "./trading-capabilities.ts";

const LEAVING: Readonly<Record<PositionPolicy, string>> = {
  protect: "policy protect: its stop loss and trailing stop stay active, nothing else is sold",
  hold: "policy hold: nothing is sold, not even at its stop loss",
  flatten: "policy flatten: the next cycle sells it at the market",
};

/** An open position while PAUSED is not flattened: that policy acts on EMERGENCY_STOP. */
const PAUSED_FLATTEN =
  "policy flatten: its stops stay active, and an emergency stop would close it at the market";

const policyWords = (policy: PositionPolicy, state: SystemState): string =>
  policy === "flatten" && state === "PAUSED" ? PAUSED_FLATTEN : LEAVING[policy];

/** Null when there is no position to speak of, or the state is RUNNING. */
export function positionSentence(
  { lots, isDust }: Pick<PositionView, "lots" | "isDust">,
  policy: PositionPolicy,
  entering: SystemState,
  format: Format,
): string | null {
  if (lots === 0 || entering === "RUNNING") return null;
  const held = format.quantity(lots);
  if (isDust) return `${held} is held, too little to sell: it counts as flat.`;
  return `${held} is still held; ${policyWords(policy, entering)}.`;
}
