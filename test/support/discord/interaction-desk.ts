/** How the bot answers interactions: three seconds to acknowledge, once, and a token that lives fifteen minutes. */
import type { Changes } from "./changes.ts";
import { type FormName, schemaErrors } from "./form-schemas.ts";
import { type AcknowledgementKind, type Choice, type Interaction, InteractionType } from "./interaction.ts";
import { type Body, type MessageBody, MessageFlag } from "./message-body.ts";
import type { Messages } from "./messages.ts";
import { modalErrors, shownModal, type WireModal } from "./modal.ts";
import { type FormError, refusals } from "./refusal.ts";
import type { StoredMessage } from "./stored-message.ts";
import { wireMessage } from "./wire-message.ts";
import type { World } from "./world.ts";

const TOKEN_LIFETIME_MS = 15 * 60_000;
const MOST_CHOICES = 25;
const LONGEST_CHOICE = 100;

const kinds: Readonly<Record<number, { kind: AcknowledgementKind; form: FormName }>> = {
  4: { kind: "reply", form: "CreateMessageInteractionCallbackRequestSchema" },
  5: { kind: "deferred reply", form: "CreateMessageInteractionCallbackRequestSchema" },
  6: { kind: "deferred update", form: "UpdateMessageInteractionCallbackRequestSchema" },
  7: { kind: "update", form: "UpdateMessageInteractionCallbackRequestSchema" },
  8: { kind: "choices", form: "ApplicationCommandAutocompleteCallbackRequestSchema" },
  9: { kind: "modal", form: "ModalInteractionCallbackRequestSchema" },
};

interface Callback {
  readonly type: number;
  readonly data?: unknown;
}

export class InteractionDesk {
  /** By the server's clock. */
  acknowledgeWithinMs = 3_000;
  readonly all: Interaction[] = [];
  readonly #world: World;
  readonly #messages: Messages;
  readonly #now: () => number;
  readonly #changes: Changes;

  constructor(world: World, messages: Messages, now: () => number, changes: Changes) {
    this.#world = world;
    this.#messages = messages;
    this.#now = now;
    this.#changes = changes;
  }

  /** Takes an answer; gives what `with_response` asks for. */
  acknowledge(id: string, token: string, body: Body): Record<string, unknown> {
    const interaction = this.all.find((one) => one.id === id && one.facts.token === token);
    if (interaction === undefined) throw refusals.unknownInteraction();
    if (interaction.acknowledgement !== null) throw refusals.alreadyAcknowledged();
    const elapsedMs = this.#now() - interaction.facts.sentAt;
    if (elapsedMs > this.acknowledgeWithinMs) throw refusals.unknownInteraction();
    const callback = body.json as Callback;
    const found = kinds[callback.type];
    const isAllowed = found !== undefined && allows(interaction, found.kind);
    if (!isAllowed) throw refusals.invalidForm([badType]);
    const errors = schemaErrors(found.form, callback);
    if (errors.length > 0) throw refusals.invalidForm(errors);
    const message = this.#carryOut(interaction, found.kind, callback.data, body);
    interaction.acknowledgement = { kind: found.kind, elapsedMs };
    this.#changes.announce();
    return this.#resource(interaction, callback.type, message);
  }

  /** The interaction whose token stands in a webhook's address. */
  acknowledgedBy(token: string): Interaction {
    const interaction = this.all.find((one) => one.facts.token === token);
    if (interaction === undefined) throw refusals.invalidToken();
    if (this.#now() - interaction.facts.sentAt > TOKEN_LIFETIME_MS) throw refusals.invalidToken();
    if (interaction.acknowledgement === null) throw refusals.unknownWebhook();
    return interaction;
  }

  message(interaction: Interaction, id: string): StoredMessage {
    const message =
      id === "@original" ? interaction.original : interaction.created.find((one) => one.id === id);
    if (!message || message.isDeleted) throw refusals.unknownMessage();
    return message;
  }

  edit(interaction: Interaction, id: string, { json, files }: Body): StoredMessage {
    const errors = schemaErrors("IncomingWebhookUpdateRequestPartialSchema", json);
    if (errors.length > 0) throw refusals.invalidForm(errors);
    const message = this.#messages.edit(this.message(interaction, id), json as MessageBody, files);
    if (message === interaction.original) interaction.isAnswered = true;
    return message;
  }

  followUp(interaction: Interaction, { json, files }: Body): StoredMessage {
    const errors = schemaErrors("IncomingWebhookInteractionRequestSchema", json);
    if (errors.length > 0) throw refusals.invalidForm(errors);
    const { original } = interaction;
    // The first follow-up to a deferred reply takes its place, and its ephemeral flag does not count.
    if (original !== null && !original.isDeleted && (original.flags & MessageFlag.loading) !== 0) {
      interaction.isAnswered = true;
      const { flags, ...rest } = json as MessageBody;
      return this.#messages.edit(original, rest, files);
    }
    return this.#post(interaction, json as MessageBody, files);
  }

  #carryOut(
    interaction: Interaction,
    kind: AcknowledgementKind,
    data: unknown,
    { files }: Body,
  ): StoredMessage | null {
    const { source } = interaction.facts;
    const body = (data ?? {}) as MessageBody;
    switch (kind) {
      case "reply":
        interaction.original = this.#post(interaction, body, files);
        interaction.isAnswered = true;
        return interaction.original;
      case "deferred reply":
        interaction.original = this.#messages.postThinking(this.#origin(interaction, body));
        interaction.created.push(interaction.original);
        return interaction.original;
      case "update":
        if (source === null || source.isDeleted) throw refusals.unknownMessage();
        interaction.original = this.#messages.edit(source, body, files);
        interaction.isAnswered = true;
        return source;
      case "deferred update":
        interaction.original = source;
        return source;
      case "choices":
        interaction.offeredChoices = checkedChoices(data);
        return null;
      case "modal": {
        const errors = modalErrors(data as WireModal);
        if (errors.length > 0) throw refusals.invalidForm(errors);
        interaction.shownModal = shownModal(data as WireModal);
        return null;
      }
    }
  }

  #post(interaction: Interaction, body: MessageBody, files: Body["files"]): StoredMessage {
    const message = this.#messages.post(this.#origin(interaction, body), body, files);
    interaction.created.push(message);
    return message;
  }

  #origin(interaction: Interaction, body: MessageBody) {
    const { channel, person, id, type } = interaction.facts;
    const isEphemeral = ((body.flags ?? 0) & MessageFlag.ephemeral) !== 0;
    const ephemeralFor = isEphemeral ? person : null;
    return { channel, author: this.#world.bot, ephemeralFor, interaction: { id, type, person } };
  }

  #resource(
    { facts, original }: Interaction,
    type: number,
    message: StoredMessage | null,
  ): Record<string, unknown> {
    const interaction = {
      id: facts.id,
      type: facts.type,
      response_message_id: message?.id,
      response_message_loading: ((original?.flags ?? 0) & MessageFlag.loading) !== 0,
      response_message_ephemeral: original !== null && original.ephemeralFor !== null,
    };
    return {
      interaction,
      resource: { type, ...(message === null ? {} : { message: wireMessage(message) }) },
    };
  }
}

function allows(interaction: Interaction, kind: AcknowledgementKind): boolean {
  const { type, source } = interaction.facts;
  if (type === InteractionType.autocomplete) return kind === "choices";
  if (kind === "choices") return false;
  if (kind === "modal") return type !== InteractionType.modalSubmit;
  return source !== null || (kind !== "update" && kind !== "deferred update");
}

function checkedChoices(data: unknown): readonly Choice[] {
  const choices = (data as { choices?: readonly Choice[] | null } | undefined)?.choices ?? [];
  const errors: FormError[] = choices.flatMap(({ name, value }, index) => {
    const isLong = String(value).length > LONGEST_CHOICE;
    if (name.length >= 1 && name.length <= LONGEST_CHOICE && !isLong) return [];
    return [
      { path: ["data", "choices", index], code: "BASE_TYPE_BAD_LENGTH", message: "1 to 100 characters." },
    ];
  });
  if (choices.length > MOST_CHOICES) {
    errors.push({ path: ["data", "choices"], code: "BASE_TYPE_MAX_LENGTH", message: "25 or fewer." });
  }
  if (errors.length > 0) throw refusals.invalidForm(errors);
  return choices;
}

const badType: FormError = {
  path: ["type"],
  code: "INTERACTION_CALLBACK_TYPE",
  message: "This answer does not fit the interaction.",
};
