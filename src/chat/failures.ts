/** What a person is told, and the journal notes, when a command threw. */
import { CountersignError, InputError, InvariantError, OutsideError } from "../core/errors.ts";
import { NoLongerAllowed } from "./settlement.ts";
import { type EarlyEnd, endEarly, type House, type Turn } from "./turn.ts";

/** Settles the message unless its command had already done so before it threw. */
export function endWithFailure(house: House, turn: Turn, command: string, error: unknown): void {
  const { taken } = turn;
  if (error instanceof NoLongerAllowed && error.code === "already_handled") return;
  const ending = failureEnding(error);
  if (ending.outcome === "failed") house.report(error, { command, inbox: taken.inboxId });
  try {
    endEarly(house, turn, {
      ...ending,
      command,
      ...answered(turn, error),
      ...(turn.replaces && { replaces: turn.replaces }),
    });
  } catch (second) {
    if (second instanceof NoLongerAllowed) return;
    house.report(second, { command, inbox: taken.inboxId });
    throw second;
  }
}

/** Whoever confirmed has answered, even though what they confirmed then failed. */
function answered({ question }: Turn, error: unknown): Pick<EarlyEnd, "question"> {
  if (question === null || (error instanceof NoLongerAllowed && error.code === "already_answered")) return {};
  return { question: { nonce: question, status: "confirmed" } };
}

function failureEnding(error: unknown): Pick<EarlyEnd, "outcome" | "code" | "sentence"> {
  const code = error instanceof CountersignError ? error.code : "unexpected_error";
  if (error instanceof NoLongerAllowed) return { outcome: "denied", code, sentence: error.message };
  if (error instanceof InputError) return { outcome: "refused", code, sentence: error.message };
  if (error instanceof OutsideError)
    return { outcome: "failed", code, sentence: `${error.message} Try again later.` };
  if (error instanceof InvariantError) {
    const sentence =
      "A rule of the house was found broken, so the process stops and recovers; look at /status in a minute.";
    return { outcome: "failed", code, sentence };
  }
  return {
    outcome: "failed",
    code,
    sentence: "That failed because of a fault inside; the log says more (/logs).",
  };
}
