import type { CommandContext } from "../../src/chat/context.ts";
import { problem, type Reply } from "../../src/chat/message.ts";

/** The refusal of what is for one pair of eyes, where others read along; null in a private chat and at the console. */
export const refusedOutsidePrivate = ({ chat }: CommandContext): Reply | null =>
  chat.isPrivate ? null : problem("Others can read this chat; write to me privately.");
