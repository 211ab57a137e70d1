/** A reason code as its sentence for people. */
import { REASONS, type Reason } from "../../src/core/reasons.ts";

export const isReason = (code: string): code is Reason => Object.hasOwn(REASONS, code);
export const reasonSentence = (reason: Reason): string => REASONS[reason];
