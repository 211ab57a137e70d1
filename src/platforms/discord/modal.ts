/** A button's prompt as a Discord modal. */
import { type APIModalInteractionResponseCallbackData, ComponentType, TextInputStyle } from "discord.js";
import type { Prompt, PromptField } from "../../chat/message.ts";
import { readable } from "../../chat/readable.ts";

const LONGEST_LABEL = 45;
const LONGEST_HINT = 100;
/** Longer answers get a box of several lines. */
const LONGEST_LINE = 100;
const LONGEST_ANSWER = 4_000;

/** Its submission carries the payload of the button that asked, and each answer under its field's name. */
export const modalOf = (payload: string, prompt: Prompt): APIModalInteractionResponseCallbackData => ({
  custom_id: payload,
  title: cut(prompt.title, LONGEST_LABEL),
  components: prompt.fields.map((field) => ({
    type: ComponentType.Label,
    label: cut(field.label, LONGEST_LABEL),
    ...(field.hint !== "" && { description: cut(field.hint, LONGEST_HINT) }),
    component: inputOf(field),
  })),
});

const inputOf = ({ name, longest, isOptional }: PromptField) =>
  ({
    type: ComponentType.TextInput,
    custom_id: name,
    style: longest > LONGEST_LINE ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: !isOptional,
    min_length: isOptional ? 0 : 1,
    max_length: Math.min(longest, LONGEST_ANSWER),
  }) as const;

function cut(text: string, longest: number): string {
  const words = readable(text).trim() || "…";
  return words.length <= longest ? words : `${words.slice(0, longest - 1)}…`;
}
