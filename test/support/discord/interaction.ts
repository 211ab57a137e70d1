/** One thing that a person did, and everything the bot answered to it. */
import type { Changes } from "./changes.ts";
import type { WireComponent } from "./message-body.ts";
import { type SeenMessage, seen } from "./seen-message.ts";
import type { StoredMessage } from "./stored-message.ts";
import type { Channel, Person } from "./world.ts";

export type AcknowledgementKind =
  | "reply"
  | "deferred reply"
  | "deferred update"
  | "update"
  | "choices"
  | "modal";

export interface Acknowledgement {
  readonly kind: AcknowledgementKind;
  /** From dispatch, by the server's clock. */
  readonly elapsedMs: number;
}

export interface Choice {
  readonly name: string;
  readonly value: string | number;
}

export interface ModalInput {
  readonly customId: string;
  readonly label: string;
  readonly isRequired: boolean;
  readonly value: string;
  readonly placeholder: string | null;
  readonly minLength: number;
  readonly maxLength: number;
}

export interface ShownModal {
  readonly customId: string;
  readonly title: string;
  readonly inputs: readonly ModalInput[];
  readonly components: readonly WireComponent[];
}

export const InteractionType = { command: 2, component: 3, autocomplete: 4, modalSubmit: 5 } as const;

interface Facts {
  readonly id: string;
  readonly token: string;
  readonly type: number;
  readonly person: Person;
  readonly channel: Channel;
  /** The message whose button or modal it was. */
  readonly source: StoredMessage | null;
  readonly sentAt: number;
  /** What INTERACTION_CREATE carried. */
  readonly payload: Record<string, unknown>;
}

const WAIT_MS = 5_000;

export class Interaction {
  acknowledgement: Acknowledgement | null = null;
  shownModal: ShownModal | null = null;
  offeredChoices: readonly Choice[] | null = null;
  /** What `@original` means. */
  original: StoredMessage | null = null;
  /** Whether the person has been shown an answer beyond “thinking…”. */
  isAnswered = false;
  readonly created: StoredMessage[] = [];
  readonly #changes: Changes;

  constructor(
    readonly facts: Facts,
    changes: Changes,
  ) {
    this.#changes = changes;
  }

  get id(): string {
    return this.facts.id;
  }

  acknowledged(timeoutMs = WAIT_MS): Promise<Acknowledgement> {
    return this.#wait(() => this.acknowledgement, timeoutMs, "an acknowledgement");
  }

  modal(timeoutMs = WAIT_MS): Promise<ShownModal> {
    return this.#wait(() => this.shownModal, timeoutMs, "a modal");
  }

  choices(timeoutMs = WAIT_MS): Promise<readonly Choice[]> {
    return this.#wait(() => this.offeredChoices, timeoutMs, "choices");
  }

  /** The answer itself: the reply, or the message that was updated, once it is no longer “thinking…”. */
  response(timeoutMs = WAIT_MS): Promise<SeenMessage> {
    const probe = () => (this.isAnswered && this.original !== null ? seen(this.original) : null);
    return this.#wait(probe, timeoutMs, "a response");
  }

  /** The n-th message made through this interaction (the first is 0), reply and follow-ups alike. */
  reply(index = 0, timeoutMs = WAIT_MS): Promise<SeenMessage> {
    const probe = () => this.replies().filter((message) => !message.isThinking)[index];
    return this.#wait(probe, timeoutMs, `reply ${index}`);
  }

  /** The messages made through this interaction that are there now. */
  replies(): SeenMessage[] {
    return this.created.filter((message) => !message.isDeleted).map(seen);
  }

  ephemeralReplies(): SeenMessage[] {
    return this.replies().filter((message) => message.isEphemeral);
  }

  #wait<Value>(probe: () => Value | undefined | null, timeoutMs: number, what: string): Promise<Value> {
    return this.#changes.waitFor(probe, timeoutMs, `${what} to ${describe(this.facts)}`);
  }
}

function describe(facts: Facts): string {
  const data = facts.payload["data"] as { name?: string; custom_id?: string };
  return `${data.name ?? data.custom_id} by ${facts.person.username}`;
}
