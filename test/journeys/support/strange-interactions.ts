// Interactions as Discord might send them, and as it never would.
import type { Random } from "../../../src/core/random.ts";
import { type Channel, type Person, wireChannel, wireMember, wireUser } from "../../support/discord/world.ts";
import { slashOptions } from "./slash-options.ts";
import { damaged, happens, pick, strangeLine, strangeText } from "./strange.ts";

export interface Stage {
  readonly people: readonly Person[];
  /** Where somebody may do something. */
  channelsOf(person: Person): readonly Channel[];
  readonly applicationId: string;
  /** What is registered. */
  readonly commands: Parameters<typeof slashOptions>[0];
  readonly payloads: readonly string[];
  readonly id: string;
}

type Fields = Record<string, unknown>;

function dataOf(random: Random, stage: Stage, type: number): Fields {
  const custom_id =
    happens(random, 0.6) && stage.payloads.length > 0 ? pick(random, stage.payloads) : strangeText(random);
  switch (type) {
    case 3:
      return { custom_id, component_type: pick(random, [2, 2, 2, 3, 5, 99]), id: 2 };
    case 5:
      return { custom_id, components: modalOf(random), resolved: {} };
    default:
      return commandOf(random, stage, type === 4);
  }
}

function commandOf(random: Random, stage: Stage, isTyping: boolean): Fields {
  const { name, options } = slashOptions(stage.commands, strangeLine(random).trim());
  const given: Fields[] = Object.entries(options).map(([option, value]) => ({
    name: option,
    type: 3,
    value,
  }));
  if (happens(random, 0.2))
    given.push({
      name: strangeText(random),
      type: pick(random, [1, 3, 4, 5, 10]),
      value: strangeText(random),
    });
  if (happens(random, 0.05))
    given.push(...Array.from({ length: 300 }, () => ({ name: "reason", type: 3, value: "again" })));
  if (isTyping) {
    if (given.length === 0) given.push({ name: "action", type: 3, value: strangeText(random) });
    given.at(-1)!["focused"] = true;
  }
  return { id: "1", name, type: happens(random, 0.95) ? 1 : pick(random, [2, 3, 99]), options: given };
}

function modalOf(random: Random): Fields[] {
  const input = () => ({
    type: 4,
    custom_id: pick(random, ["code", "reason", "__proto__", strangeText(random)]),
    value: strangeText(random),
  });
  return Array.from({ length: random.integer(4) }, () =>
    happens(random, 0.5) ? { type: 18, component: input() } : { type: 1, components: [input(), input()] },
  );
}

export function strangeInteraction(random: Random, stage: Stage): unknown {
  const person = pick(random, stage.people);
  const type = pick(random, [2, 2, 2, 2, 3, 3, 3, 4, 5, 5, 1, 6, 99]);
  const channel = pick(random, stage.channelsOf(person));
  const isGuild = channel.guild !== null;
  const payload: Fields = {
    ...{ id: stage.id, type, token: `aW50ZXJhY3Rpb24${stage.id}`, version: 1 },
    ...{ application_id: stage.applicationId, channel_id: channel.id, channel: wireChannel(channel) },
    ...(isGuild ? { guild_id: channel.guild?.id, member: wireMember(person) } : { user: wireUser(person) }),
    data: dataOf(random, stage, type),
    ...(happens(random, 0.5) &&
      (type === 3 || type === 5) && {
        message: { id: "100000000000000777", author: { id: stage.applicationId } },
      }),
  };
  return damaged(random, payload, pick(random, [0, 0, 1, 1, 2, 6]));
}

/** A machine's, whoever it names. */
export function oddInteraction(random: Random, stage: Stage): unknown {
  const damage = strangeInteraction(random, stage);
  const whole = (typeof damage === "object" && damage !== null ? damage : {}) as Fields;
  const person = { ...wireUser(pick(random, stage.people)), bot: true };
  return { ...whole, user: person, member: { user: person } };
}
