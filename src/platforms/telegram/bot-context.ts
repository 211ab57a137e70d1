/** What the bot's handlers work with: the arrival alone, so that a stored dialogue holds no more of an update than that. */
import type { ConversationFlavor } from "@grammyjs/conversations";
import type { Context } from "grammy";
import type { Update } from "grammy/types";
import type { Arrival } from "./arrival.ts";
import type { DialogueMemory } from "./dialogue-memory.ts";
import type { DialogueVoice } from "./dialogue-voice.ts";

interface Told {
  memory: DialogueMemory;
  voice: DialogueVoice;
  /** Receives the press that the dialogue was about, with what was typed. */
  receiveAnswers: (incoming: Arrival["incoming"]) => void;
}

export type BotContext = ConversationFlavor<Context & Told>;

type ArrivalUpdate = Update & { readonly arrival: Arrival };

export const updateOf = (arrival: Arrival): Update =>
  ({ update_id: Number(arrival.incoming.updateId), arrival }) as ArrivalUpdate;

export const arrivalOf = ({ update }: Pick<Context, "update">): Arrival => (update as ArrivalUpdate).arrival;
