/** Takes what people do on Discord: durable first, then acknowledged within the three seconds that Discord gives. */
import type { PlatformHandlers, Received } from "../../chat/platform.ts";
import type { Facts } from "../../core/errors.ts";
import type { Acknowledgement, DiscordApi, InteractionKey } from "./api.ts";
import { DiscordCode, factsOf, faultOf } from "./faults.ts";
import { modalOf } from "./modal.ts";
import type { OpenInteraction, OpenInteractions } from "./open-interactions.ts";
import { type Interaction, readInteraction } from "./read-interaction.ts";

export interface ReceptionOptions {
  readonly api: DiscordApi;
  readonly handlers: PlatformHandlers;
  readonly open: OpenInteractions;
  readonly warn: (message: string, facts: Facts) => void;
}

const MOST_CHOICES = 25;
const LONGEST_CHOICE = 100;
const NOT_TAKEN = "This was not taken: I take commands from known people only.";
const NOT_NOW = "This could not be taken just now; please do it again.";

type Deed = Exclude<Interaction, { kind: "typing" }>;

export class Reception {
  readonly #options: ReceptionOptions;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** Takes anything and never throws. */
  take(sent: unknown): void {
    const { handlers, open, warn } = this.#options;
    const interaction = readInteraction(sent, handlers.commands);
    // Discord tells everything again that it told while the connection broke.
    if (interaction === null || open.has(interaction.key.id)) return;
    try {
      if (interaction.kind === "typing") this.#complete(interaction);
      else if (!this.#ask(interaction)) this.#receive(interaction);
    } catch (error) {
      warn("An interaction could not be taken.", { kind: interaction.kind, ...factsOf(faultOf(error)) });
      const answer: Acknowledgement =
        interaction.kind === "typing"
          ? { kind: "choices", choices: [] }
          : { kind: "whispered", sentence: NOT_NOW };
      void this.#acknowledge(interaction.key, answer);
    }
  }

  #complete({ key, sender, line }: Extract<Interaction, { kind: "typing" }>): void {
    const choices = this.#options.handlers
      .completions(sender, line)
      .filter((word) => word !== "" && word.length <= LONGEST_CHOICE)
      .slice(0, MOST_CHOICES);
    void this.#acknowledge(key, { kind: "choices", choices });
  }

  /** Shows a modal where the button needs one; what is typed into it arrives as an interaction of its own. */
  #ask({ kind, key, incoming }: Deed): boolean {
    const { handlers, open } = this.#options;
    const { content } = incoming;
    const prompt = kind === "press" ? handlers.promptOf(incoming) : null;
    if (prompt === null || content.kind !== "press") return false;
    const modal = modalOf(content.payload, prompt);
    const isAcknowledged = this.#acknowledge(key, { kind: "modal", modal });
    open.remember({ key, answer: "posted", isAcknowledged });
    return true;
  }

  #receive({ key, incoming, isOnCard }: Deed): void {
    const { refusal } = this.#options.handlers.receive(incoming);
    const isAcknowledged = this.#acknowledge(key, acknowledgementOf(refusal, isOnCard));
    this.#options.open.remember({ key, answer: answerOf(refusal, isOnCard), isAcknowledged });
  }

  /** False when it could not be acknowledged any more: then answers go into the channel. */
  async #acknowledge(key: InteractionKey, acknowledgement: Acknowledgement): Promise<boolean> {
    try {
      await this.#options.api.acknowledge(key, acknowledgement);
      return true;
    } catch (error) {
      const fault = faultOf(error);
      if (fault.code === DiscordCode.alreadyAcknowledged) return true;
      this.#options.warn("An interaction could not be acknowledged.", factsOf(fault));
      return false;
    }
  }
}

function acknowledgementOf(refusal: Received["refusal"], isOnCard: boolean): Acknowledgement {
  if (refusal === "silent") return { kind: "whispered", sentence: NOT_TAKEN };
  return isOnCard ? { kind: "pressed" } : { kind: "thinking", isEphemeral: refusal !== null };
}

function answerOf(refusal: Received["refusal"], isOnCard: boolean): OpenInteraction["answer"] {
  if (refusal === "silent") return "posted";
  if (!isOnCard) return "in place";
  return refusal === "told" ? "whispered" : "posted";
}
