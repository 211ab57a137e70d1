/** The enrolled chat a command was sent in: the topic itself, or the whole group it belongs to. */
import type { ChatHearing } from "../../src/chat/alert-capabilities.ts";
import type { CommandContext } from "../../src/chat/context.ts";
import type { ChatRef } from "../../src/chat/house-capabilities.ts";
import { problem, type Reply } from "../../src/chat/message.ts";

export interface EnrolledHere {
  readonly chat: ChatRef;
  readonly hearing: ChatHearing;
}

/** Null where the chat hears nothing. */
export function enrolledHere({ alerts, chat }: CommandContext): EnrolledHere | null {
  const { platform, chatId, threadId } = chat;
  for (const ref of [
    { platform, chatId, threadId },
    { platform, chatId, threadId: "" },
  ]) {
    const hearing = alerts.hearing(ref);
    if (hearing !== null) return { chat: ref, hearing };
  }
  return null;
}

export const notEnrolled = (): Reply =>
  problem("This chat gets no alerts or reports yet; an admin enrols it with /here.");
