/**
 * The dialogue behind a button that needs a few words: asks for one field after the other, then receives the press with the
 * answers. The plugin replays it from its beginning at every update, so whatever has an effect stands in `external`.
 */
import type { Conversation } from "@grammyjs/conversations";
import type { Context } from "grammy";
import type { PromptField } from "../../chat/message.ts";
import type { Arrival } from "./arrival.ts";
import { arrivalOf, type BotContext } from "./bot-context.ts";
import { type Asked, dialoguePayload } from "./dialogue-voice.ts";

type Talk = Conversation<BotContext, Context>;

/** Typed codes are one-time passwords: they are taken out of the chat. */
const SECRET_FIELD = "code";
/** An optional field left empty, where no button can stand. */
const SKIPPED = "-";

export async function dialogue(talk: Talk, _press: Context, asked: Asked): Promise<void> {
  const answers: Record<string, string> = {};
  const secrets: Arrival[] = [];
  let last: Arrival | null = null;
  for (const [place, field] of asked.prompt.fields.entries()) {
    await askNow(talk, asked, place, null);
    const answer = await answerTo(talk, asked, place);
    if (answer === null) return;
    if (answer.text !== "") answers[field.name] = answer.text;
    if (field.name === SECRET_FIELD) secrets.push(answer.arrival);
    last = answer.arrival;
  }
  const incoming = last?.incoming;
  if (incoming === undefined) return;
  await talk.external(({ receiveAnswers, voice }) => {
    receiveAnswers({ ...incoming, content: { kind: "press", payload: asked.payload, answers } });
    for (const arrival of secrets) voice.erase(arrival);
  });
}

const askNow = (talk: Talk, asked: Asked, place: number, fault: string | null): Promise<void> =>
  talk.external((context) => {
    context.memory.noteAsked();
    context.voice.ask(arrivalOf(context), asked, place, fault);
  });

interface Answer {
  /** Empty when the field was left out. */
  readonly text: string;
  readonly arrival: Arrival;
}

/** The first answer that will do; null when the person cancelled. */
async function answerTo(talk: Talk, asked: Asked, place: number): Promise<Answer | null> {
  const field = asked.prompt.fields[place]!;
  for (;;) {
    const arrival = arrivalOf(await talk.wait());
    const { chat, content, oddities } = arrival.incoming;
    if (content.kind === "press") {
      if (content.payload === dialoguePayload("skip", asked, place)) return { text: "", arrival };
      if (content.payload !== dialoguePayload("cancel", asked, place)) continue;
      await talk.external((context) => context.voice.cancelled(arrivalOf(context)));
      return null;
    }
    if (oddities.length > 0 || !(chat.isPrivate || arrival.isReply)) await talk.skip({ next: true });
    const text = content.text.trim();
    if (field.isOptional && text === SKIPPED) return { text: "", arrival };
    const fault = faultOf(field, text);
    if (fault === null) return { text, arrival };
    await askNow(talk, asked, place, fault);
  }
}

function faultOf({ longest }: PromptField, text: string): string | null {
  if (text === "") return "That was empty; type it again.";
  if (text.length <= longest) return null;
  return `That was ${text.length} characters long; at most ${longest} fit.`;
}
