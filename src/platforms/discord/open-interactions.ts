/** Interactions that may still be answered in their own place; forgotten before Discord forgets them. */
import type { Clock } from "../../core/clock.ts";
import type { InteractionKey } from "./api.ts";

/** Discord's tokens live fifteen minutes. */
const LIFETIME_MS = 14 * 60_000;

export interface OpenInteraction {
  readonly key: InteractionKey;
  /** Where its answer goes: in the place of “thinking…”, to the person alone, or into the channel as any message. */
  readonly answer: "in place" | "whispered" | "posted";
  /** False when Discord did not take the acknowledgement; never rejects. */
  readonly isAcknowledged: Promise<boolean>;
}

export class OpenInteractions {
  readonly #clock: Clock;
  /** In the order they came. */
  readonly #open = new Map<string, OpenInteraction & { readonly endsAt: number }>();
  readonly #answered = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  remember(interaction: OpenInteraction): void {
    this.#forgetOld();
    this.#open.set(interaction.key.id, { ...interaction, endsAt: this.#clock.now() + LIFETIME_MS });
  }

  /** Whether it came before, answered or not. */
  has(id: string): boolean {
    return this.#open.has(id);
  }

  /** Null when it cannot be answered in its own place, or was already. */
  find(id: string): OpenInteraction | null {
    this.#forgetOld();
    return this.#answered.has(id) ? null : (this.#open.get(id) ?? null);
  }

  /** Only the first answer goes there. */
  markAnswered(id: string): void {
    this.#answered.add(id);
  }

  #forgetOld(): void {
    for (const [id, { endsAt }] of this.#open) {
      if (endsAt > this.#clock.now()) return;
      this.#open.delete(id);
      this.#answered.delete(id);
    }
  }
}
