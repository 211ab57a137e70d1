/** Who and what exists on the fake Discord: people, guilds, channels, threads and direct messages, and how the wire shows them. */
import type { Snowflakes } from "./snowflakes.ts";

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly isBot: boolean;
  /** When false, the bot's direct messages are refused with 50007. */
  acceptsDirectMessages: boolean;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  /** False once the bot was kicked. */
  hasBot: boolean;
}

export interface Channel {
  readonly id: string;
  readonly kind: "text" | "thread" | "direct";
  readonly name: string;
  readonly guild: Guild | null;
  readonly parent: Channel | null;
  readonly recipient: Person | null;
  /** When false, the bot gets 50001 here; interactions still work, as on Discord. */
  hasAccess: boolean;
  isDeleted: boolean;
}

const channelTypes = { text: 0, thread: 11, direct: 1 } as const;
/** Every permission that exists today. */
const ALL_PERMISSIONS = "9007199254740991";

export class World {
  readonly people = new Map<string, Person>();
  readonly guilds = new Map<string, Guild>();
  readonly channels = new Map<string, Channel>();
  readonly bot: Person;
  readonly #ids: Snowflakes;

  constructor(ids: Snowflakes) {
    this.#ids = ids;
    this.bot = this.person({ username: "countersign", isBot: true });
  }

  person(details: { id?: string; username?: string; isBot?: boolean } = {}): Person {
    const id = details.id ?? this.#ids.next();
    const username = details.username ?? `person-${id}`;
    const person = { id, username, isBot: details.isBot ?? false, acceptsDirectMessages: true };
    this.people.set(id, person);
    return person;
  }

  guild(details: { id?: string; name: string }): Guild {
    const guild = { id: details.id ?? this.#ids.next(), name: details.name, hasBot: true };
    this.guilds.set(guild.id, guild);
    return guild;
  }

  channel(guild: Guild, name: string, id = this.#ids.next()): Channel {
    return this.#add({ id, kind: "text", name, guild, parent: null, recipient: null });
  }

  thread(parent: Channel, name: string, id = this.#ids.next()): Channel {
    return this.#add({ id, kind: "thread", name, guild: parent.guild, parent, recipient: null });
  }

  /** The bot's direct message channel with a person, opened when there is none. */
  directChannel(person: Person): Channel {
    for (const channel of this.channels.values()) if (channel.recipient === person) return channel;
    const id = this.#ids.next();
    return this.#add({ id, kind: "direct", name: "", guild: null, parent: null, recipient: person });
  }

  #add(details: Omit<Channel, "hasAccess" | "isDeleted">): Channel {
    const channel = { ...details, hasAccess: true, isDeleted: false };
    this.channels.set(channel.id, channel);
    return channel;
  }
}

export const wireUser = (person: Person) => ({
  id: person.id,
  username: person.username,
  global_name: person.isBot ? null : person.username,
  discriminator: "0",
  avatar: null,
  bot: person.isBot,
  public_flags: 0,
  flags: 0,
  primary_guild: null,
});

export const wireMember = (person: Person) => ({
  user: wireUser(person),
  nick: null,
  avatar: null,
  roles: [],
  joined_at: "2024-01-01T00:00:00.000000+00:00",
  premium_since: null,
  communication_disabled_until: null,
  deaf: false,
  mute: false,
  pending: false,
  flags: 0,
  permissions: ALL_PERMISSIONS,
});

export function wireChannel(channel: Channel): Record<string, unknown> {
  const common = { id: channel.id, type: channelTypes[channel.kind], last_message_id: null, flags: 0 };
  if (channel.recipient !== null) return { ...common, recipients: [wireUser(channel.recipient)] };
  const inGuild = {
    ...common,
    name: channel.name,
    guild_id: channel.guild?.id,
    permissions: ALL_PERMISSIONS,
    rate_limit_per_user: 0,
  };
  if (channel.kind === "text") {
    return {
      ...inGuild,
      position: 0,
      permission_overwrites: [],
      topic: null,
      nsfw: false,
      parent_id: null,
    };
  }
  return {
    ...inGuild,
    parent_id: channel.parent?.id,
    owner_id: channel.guild?.id,
    message_count: 0,
    total_message_sent: 0,
    member_count: 1,
    thread_metadata: {
      archived: false,
      auto_archive_duration: 1440,
      archive_timestamp: "2024-01-01T00:00:00.000000+00:00",
      locked: false,
    },
  };
}

/** The payload of GUILD_CREATE: what the bot may see of a guild. */
export function wireGuild(guild: Guild, world: World): Record<string, unknown> {
  const channels = [...world.channels.values()].filter(
    (channel) => channel.guild === guild && channel.hasAccess && !channel.isDeleted,
  );
  return {
    id: guild.id,
    name: guild.name,
    ...{ icon: null, splash: null, discovery_splash: null, banner: null, description: null },
    owner_id: guild.id,
    ...{ afk_channel_id: null, afk_timeout: 300, system_channel_id: null, system_channel_flags: 0 },
    ...{ rules_channel_id: null, public_updates_channel_id: null, safety_alerts_channel_id: null },
    ...{ verification_level: 0, default_message_notifications: 0, explicit_content_filter: 0, mfa_level: 0 },
    ...{ premium_tier: 0, premium_subscription_count: 0, premium_progress_bar_enabled: false },
    ...{ nsfw_level: 0, preferred_locale: "en-US", vanity_url_code: null, application_id: null },
    ...{ large: false, unavailable: false, member_count: 2, joined_at: "2024-01-01T00:00:00.000000+00:00" },
    ...{ features: [], emojis: [], stickers: [], presences: [], voice_states: [], stage_instances: [] },
    ...{ guild_scheduled_events: [], soundboard_sounds: [], incidents_data: null },
    roles: [everyoneRole(guild)],
    members: [wireMember(world.bot)],
    channels: channels.filter((channel) => channel.kind === "text").map(wireChannel),
    threads: channels.filter((channel) => channel.kind === "thread").map(wireChannel),
  };
}

const everyoneRole = (guild: Guild) => ({
  id: guild.id,
  name: "@everyone",
  ...{ color: 0, colors: { primary_color: 0, secondary_color: null, tertiary_color: null } },
  ...{ hoist: false, icon: null, unicode_emoji: null, position: 0, managed: false, mentionable: false },
  permissions: ALL_PERMISSIONS,
  flags: 0,
});
