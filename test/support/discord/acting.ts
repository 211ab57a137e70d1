/** What people do on the fake Discord: commands, presses, modals and typing, each sent to the bot as an interaction. */
import type { Changes } from "./changes.ts";
import {
  guessedOptions,
  type OptionValues,
  type SentOption,
  sentOptions,
  typedOptions,
} from "./command-options.ts";
import type { CommandRegistry, RegisteredCommand } from "./command-registry.ts";
import { OptionType } from "./command-rules.ts";
import { Interaction, InteractionType } from "./interaction.ts";
import { everyComponent, type WireComponent } from "./message-body.ts";
import type { Messages } from "./messages.ts";
import { submittedComponents } from "./modal.ts";
import type { Snowflakes } from "./snowflakes.ts";
import type { StoredMessage } from "./stored-message.ts";
import { wireMessage } from "./wire-message.ts";
import { type Channel, type Person, type World, wireChannel, wireMember, wireUser } from "./world.ts";

/** A forged interaction is sent although the person's client would not have offered it. */
interface Forgery {
  readonly isForged?: boolean;
}

interface House {
  readonly world: World;
  readonly messages: Messages;
  readonly commands: CommandRegistry;
  readonly interactions: Interaction[];
  readonly ids: Snowflakes;
  readonly changes: Changes;
  now(): number;
  dispatch(event: string, payload: unknown): boolean;
}

const SELECTS = { string: 3, user: 5, role: 6, mentionable: 7, channel: 8 } as const;
const ALL_PERMISSIONS = "9007199254740991";

export class Acting {
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  /** `name` may carry a subcommand: `scheduler run`. */
  command(
    person: Person,
    channel: Channel,
    name: string,
    values: OptionValues = {},
    forgery: Forgery = {},
  ): Interaction {
    const [command, path] = this.#find(channel, name, forgery);
    const isKnown = command.options !== undefined || Object.keys(values).length === 0;
    const options =
      forgery.isForged === true || !isKnown ? guessedOptions(values) : sentOptions(command, path, values);
    const data = { ...identity(command), options, ...this.#resolved(options, channel) };
    return this.#send(InteractionType.command, person, channel, data);
  }

  autocomplete(
    person: Person,
    channel: Channel,
    name: string,
    focused: string,
    partial: string,
    values: OptionValues = {},
  ): Interaction {
    const [command, path] = this.#find(channel, name, {});
    const options = typedOptions(command, path, focused, partial, values);
    return this.#send(InteractionType.autocomplete, person, channel, { ...identity(command), options });
  }

  /** A button, or with `values` a select menu. */
  press(
    person: Person,
    channel: Channel,
    messageId: string,
    customId: string,
    options: Forgery & { readonly values?: readonly string[] } = {},
  ): Interaction {
    const message = this.#house.messages.find(messageId);
    if (message === undefined) throw new Error(`there never was a message ${messageId}`);
    const component = everyComponent(message.components).find((one) => one.custom_id === customId);
    if (options.isForged !== true) refuseHiddenPress(person, channel, message, component, customId);
    const data = {
      custom_id: customId,
      component_type: component?.type ?? (options.values === undefined ? 2 : SELECTS.string),
      id: component?.id ?? 2,
      ...(options.values === undefined ? {} : { values: options.values }),
    };
    return this.#send(InteractionType.component, person, channel, data, message);
  }

  /** Answers the modal that the bot showed this person last under this id; inputs left out keep their value. */
  submitModal(
    person: Person,
    channel: Channel,
    customId: string,
    values: Readonly<Record<string, string>> = {},
  ): Interaction {
    const shown = this.#house.interactions.findLast(
      ({ facts, shownModal }) =>
        facts.person === person && facts.channel === channel && shownModal?.customId === customId,
    );
    const modal = shown?.shownModal;
    if (!shown || !modal) throw new Error(`${person.username} sees no modal ${customId}`);
    const data = { custom_id: customId, components: submittedComponents(modal, values), resolved: {} };
    return this.#send(InteractionType.modalSubmit, person, channel, data, shown.facts.source);
  }

  #find(channel: Channel, name: string, { isForged }: Forgery): [RegisteredCommand, string[]] {
    const [first = "", ...path] = name.split(" ");
    const command = this.#house.commands.find(first, channel.guild?.id ?? null);
    if (command !== undefined) return [command, path];
    if (isForged !== true) throw new Error(`there is no command /${first} here`);
    const id = this.#house.ids.next();
    const application = this.#house.world.bot.id;
    return [{ id, name: first, type: 1, application_id: application, version: id }, path];
  }

  #resolved(options: readonly SentOption[], channel: Channel): Record<string, unknown> {
    const { people, channels } = this.#house.world;
    const leaves = options.flatMap(function all(option): SentOption[] {
      return [option, ...(option.options ?? []).flatMap(all)];
    });
    const of = (type: number) => leaves.filter((one) => one.type === type).map((one) => String(one.value));
    const chosen = of(OptionType.user).flatMap((id) => people.get(id) ?? []);
    const places = of(OptionType.channel).flatMap((id) => channels.get(id) ?? []);
    if (chosen.length + places.length === 0) return {};
    const users = Object.fromEntries(chosen.map((person) => [person.id, wireUser(person)]));
    const members = chosen.map(({ id }) => [id, partialMember(people.get(id)!)]);
    return {
      resolved: {
        users,
        ...(channel.guild === null ? {} : { members: Object.fromEntries(members) }),
        channels: Object.fromEntries(places.map((place) => [place.id, wireChannel(place)])),
      },
    };
  }

  #send(
    type: number,
    person: Person,
    channel: Channel,
    data: Record<string, unknown>,
    source: StoredMessage | null = null,
  ): Interaction {
    const house = this.#house;
    const id = house.ids.next();
    const token = `aW50ZXJhY3Rpb24${id}`;
    const { guild } = channel;
    const payload = {
      ...{ id, type, token, version: 1, application_id: house.world.bot.id, data },
      ...{ channel_id: channel.id, channel: wireChannel(channel), app_permissions: ALL_PERMISSIONS },
      ...{ locale: "en-US", entitlements: [], attachment_size_limit: 10_485_760 },
      ...(guild === null
        ? { user: wireUser(person), context: 1, authorizing_integration_owners: { "0": "0" } }
        : {
            guild_id: guild.id,
            guild: { id: guild.id, locale: "en-US", features: [] },
            guild_locale: "en-US",
            member: wireMember(person),
            context: 0,
            authorizing_integration_owners: { "0": guild.id },
          }),
      ...(source === null ? {} : { message: wireMessage(source) }),
    };
    const sentAt = house.now();
    const facts = { id, token, type, person, channel, source, sentAt, payload };
    const interaction = new Interaction(facts, house.changes);
    house.interactions.push(interaction);
    house.dispatch("INTERACTION_CREATE", payload);
    return interaction;
  }
}

const identity = (command: RegisteredCommand) => ({
  id: command.id,
  name: command.name,
  type: command.type ?? 1,
  ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
});

function partialMember(person: Person): Record<string, unknown> {
  const { user, deaf, mute, ...member } = wireMember(person);
  return member;
}

function refuseHiddenPress(
  person: Person,
  channel: Channel,
  message: StoredMessage,
  component: WireComponent | undefined,
  customId: string,
): void {
  const isHidden = message.ephemeralFor !== null && message.ephemeralFor !== person;
  if (message.isDeleted || message.channel !== channel || isHidden) {
    throw new Error(`${person.username} does not see message ${message.id} here`);
  }
  if (component === undefined || component.url) throw new Error(`the message has no button ${customId}`);
  if (component.disabled === true) throw new Error(`the button ${customId} is disabled`);
}
