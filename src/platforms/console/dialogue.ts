/** The few words that a button asks for, one line a field; an empty line leaves out what may be left out, `cancel` leaves. */
import type { Prompt } from "../../chat/message.ts";
import type { Incoming } from "../../chat/platform.ts";

type Press = Extract<Incoming["content"], { kind: "press" }>;

export class Dialogue {
  readonly #prompt: Prompt;
  readonly #pressed: Incoming;
  readonly #say: (question: string) => void;
  readonly #answers: Record<string, string> = {};
  #place = 0;

  /** Asks the first field at once. */
  constructor(prompt: Prompt, pressed: Incoming, say: (question: string) => void) {
    this.#prompt = prompt;
    this.#pressed = pressed;
    this.#say = say;
    say(`${prompt.title}; cancel leaves.`);
    this.#ask();
  }

  /** Over with the press and its answers once every field has one, or with nothing when the person left. */
  take(line: string): { readonly isOver: boolean; readonly incoming: Incoming | null } {
    const typed = line.trim();
    if (/^\/?cancel$/i.test(typed)) {
      this.#say("Canceled; nothing was done.");
      return { isOver: true, incoming: null };
    }
    const field = this.#prompt.fields[this.#place]!;
    const isUnfit = typed.length > field.longest || (typed === "" && !field.isOptional);
    if (!isUnfit) {
      if (typed !== "") this.#answers[field.name] = typed;
      this.#place += 1;
    }
    if (this.#place < this.#prompt.fields.length) {
      this.#ask();
      return { isOver: false, incoming: null };
    }
    const content: Press = { ...(this.#pressed.content as Press), answers: this.#answers };
    return { isOver: true, incoming: { ...this.#pressed, content } };
  }

  #ask(): void {
    const { label, hint, isOptional, longest } = this.#prompt.fields[this.#place]!;
    this.#say(
      `${label}: ${hint}, at most ${longest} characters${isOptional ? "; an empty line leaves it out" : ""}`,
    );
  }
}
