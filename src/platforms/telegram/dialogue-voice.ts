/** What a dialogue says to the person, and the buttons it says it with; never waited for, and no harm when it is lost. */
import type { Api } from "grammy";
import type { ForceReply, InlineKeyboardMarkup } from "grammy/types";
import type { Prompt, PromptField } from "../../chat/message.ts";
import type { PlatformHandlers } from "../../chat/platform.ts";
import type { Arrival } from "./arrival.ts";
import type { Errands } from "./errands.ts";
import { bold, clean, italic, joined, mention, phrase, type Written } from "./written.ts";

/** A press that asked for words first. */
export interface Asked {
  /** The press's own update, which tells this dialogue's buttons from those of another. */
  readonly pressId: string;
  readonly payload: string;
  readonly prompt: Prompt;
}

export type DialogueButton = "cancel" | "skip";

const LONGEST_PLACEHOLDER = 64;

export const dialoguePayload = (button: DialogueButton, { pressId }: Asked, place: number): string =>
  `ask.${button}.${pressId}.${place}`;

export const isDialoguePayload = (payload: string): boolean => payload.startsWith("ask.");

export class DialogueVoice {
  readonly #api: Api;
  readonly #errands: Errands;
  readonly #inTurn: PlatformHandlers["inTurn"];

  constructor(api: Api, errands: Errands, inTurn: PlatformHandlers["inTurn"]) {
    this.#api = api;
    this.#errands = errands;
    this.#inTurn = inTurn;
  }

  /** `fault` says why the last answer was not taken. */
  ask(arrival: Arrival, asked: Asked, place: number, fault: string | null): void {
    const { chat, sender } = arrival.incoming;
    const { fields, title } = asked.prompt;
    const field = fields[place]!;
    const count = fields.length > 1 ? ` (${place + 1} of ${fields.length})` : "";
    const lines = [
      ...(fault === null ? [phrase(bold(title), count)] : [phrase("🟡 ", fault)]),
      phrase(bold(field.label), ": ", field.hint),
      ...(chat.isPrivate ? [] : [italic(waysOut(field))]),
    ];
    const text = joined(lines, "\n");
    const name = mention(sender.accountId, sender.label || "You");
    if (chat.isPrivate) this.#say(arrival, text, buttonsOf(asked, place));
    else this.#say(arrival, joined([name, text], "\n"), forcedReply(field));
  }

  /** In the place of the question whose button was pressed. */
  cancelled({ incoming: { chat }, messageId }: Arrival): void {
    if (messageId === null) return;
    this.#errands.run("ending a dialogue", () =>
      this.#inTurn(chat, () =>
        this.#api.editMessageText(chat.chatId, messageId, "Cancelled; nothing was done."),
      ),
    );
  }

  /** What must not stay readable, where the bot may delete it. */
  erase({ incoming: { chat }, messageId }: Arrival): void {
    if (messageId === null) return;
    this.#errands.run("deleting a typed code", () => this.#api.deleteMessage(chat.chatId, messageId));
  }

  #say({ incoming: { chat } }: Arrival, text: Written, markup: InlineKeyboardMarkup | ForceReply): void {
    const send = () =>
      this.#api.sendMessage(chat.chatId, text.html, {
        parse_mode: "HTML",
        reply_markup: markup,
        ...(chat.threadId === "" ? {} : { message_thread_id: Number(chat.threadId) }),
      });
    this.#errands.run("asking a question", () => this.#inTurn(chat, send));
  }
}

const buttonsOf = (asked: Asked, place: number): InlineKeyboardMarkup => ({
  inline_keyboard: [
    [
      { text: "Cancel", callback_data: dialoguePayload("cancel", asked, place) },
      ...(asked.prompt.fields[place]!.isOptional
        ? [{ text: "Skip", callback_data: dialoguePayload("skip", asked, place) }]
        : []),
    ],
  ],
});

/** A group's message cannot force a reply and have buttons. */
const waysOut = ({ isOptional }: PromptField): string =>
  `Reply to this message${isOptional ? ", with - to skip it" : ""}; /cancel ends it.`;

/** Selective: asks it of the person mentioned alone. */
const forcedReply = ({ hint }: PromptField): ForceReply => ({
  force_reply: true,
  selective: true,
  input_field_placeholder: [...clean(hint)].slice(0, LONGEST_PLACEHOLDER).join("") || "…",
});
