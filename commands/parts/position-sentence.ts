import type { CommandContext } from "../../src/chat/context.ts";
import { positionSentence as sentenceOf } from "../../src/chat/position-words.ts";
import type { SystemState } from "../../src/core/state.ts";

/** What the position policy leaves to happen with the account's position in a state; null when there is nothing to say. */
export const positionSentence = (
  { account, format, state }: CommandContext,
  entering: SystemState,
): string | null => sentenceOf(account.position(), state.policy(), entering, format);
