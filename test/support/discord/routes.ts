/** The REST routes that a bot of ours may call, and what each does. */
import type { CommandRegistry } from "./command-registry.ts";
import { type FormName, schemaErrors } from "./form-schemas.ts";
import type { Gateway } from "./gateway.ts";
import type { InteractionDesk } from "./interaction-desk.ts";
import { type Body, type MessageBody, MessageFlag } from "./message-body.ts";
import type { Messages } from "./messages.ts";
import { refusals } from "./refusal.ts";
import type { StoredMessage } from "./stored-message.ts";
import { wireMessage } from "./wire-message.ts";
import { type Channel, type World, wireChannel, wireUser } from "./world.ts";

export interface Route {
  readonly method: string;
  /** Segments; one that starts with a colon is a parameter. */
  readonly path: string;
  /** The token in the address is the key, not the bot's. */
  readonly isOpen?: boolean;
  /** What it answers as JSON; undefined is 204. */
  handle(call: RouteCall): unknown;
}

export interface RouteCall {
  /** The parameter of that name. */
  part(name: string): string;
  readonly query: URLSearchParams;
  readonly body: Body;
}

export interface House {
  readonly world: World;
  readonly messages: Messages;
  readonly desk: InteractionDesk;
  readonly commands: CommandRegistry;
  readonly gateway: Gateway;
}

export function discordRoutes(house: House): Route[] {
  return [
    ...accountRoutes(house),
    ...commandRoutes(house),
    ...messageRoutes(house),
    ...interactionRoutes(house),
  ];
}

function accountRoutes({ world, gateway }: House): Route[] {
  const { bot } = world;
  const application = () => ({
    ...{ id: bot.id, name: bot.username, description: "", icon: null, bot: wireUser(bot) },
    ...{ bot_public: false, bot_require_code_grant: false, verify_key: "", flags: 0 },
  });
  return [
    {
      method: "GET",
      path: "/gateway/bot",
      handle: () => {
        const { total, remaining, resetAfterMs } = gateway.startLimit;
        const limit = { total, remaining, reset_after: resetAfterMs, max_concurrency: 1 };
        return { url: gateway.url, shards: 1, session_start_limit: limit };
      },
    },
    {
      method: "GET",
      path: "/users/@me",
      handle: () => ({ ...wireUser(bot), mfa_enabled: true, locale: "en-US" }),
    },
    {
      method: "GET",
      path: "/users/:user",
      handle: (call) => wireUser(world.people.get(call.part("user")) ?? raise(refusals.unknownUser())),
    },
    { method: "GET", path: "/applications/@me", handle: application },
    { method: "GET", path: "/oauth2/applications/@me", handle: application },
    {
      method: "POST",
      path: "/users/@me/channels",
      handle: ({ body }) => {
        check("CreatePrivateChannelRequestSchema", body);
        const { recipient_id: id } = body.json as { recipient_id?: string };
        const person = world.people.get(id ?? "");
        if (person === undefined || person === bot) throw refusals.invalidRecipient();
        return wireChannel(world.directChannel(person));
      },
    },
  ];
}

function commandRoutes({ world, commands }: House): Route[] {
  const own = (call: RouteCall): string => {
    if (call.part("application") !== world.bot.id) throw refusals.missingAccess();
    return world.bot.id;
  };
  const guildOf = (call: RouteCall): string => {
    const guild = world.guilds.get(call.part("guild"));
    if (guild?.hasBot !== true) throw refusals.missingAccess();
    return guild.id;
  };
  const global = "/applications/:application/commands";
  const ofGuild = "/applications/:application/guilds/:guild/commands";
  return [
    { method: "GET", path: global, handle: (call) => own(call) && commands.list(null) },
    { method: "PUT", path: global, handle: (call) => commands.put(null, own(call), call.body.json) },
    { method: "GET", path: ofGuild, handle: (call) => own(call) && commands.list(guildOf(call)) },
    {
      method: "PUT",
      path: ofGuild,
      handle: (call) => commands.put(guildOf(call), own(call), call.body.json),
    },
  ];
}

function messageRoutes({ world, messages }: House): Route[] {
  const channelOf = (call: RouteCall): Channel => {
    const channel = world.channels.get(call.part("channel"));
    if (channel === undefined || channel.isDeleted) throw refusals.unknownChannel();
    if (!channel.hasAccess || channel.guild?.hasBot === false) throw refusals.missingAccess();
    return channel;
  };
  const messageOf = (call: RouteCall): StoredMessage => {
    const channel = channelOf(call);
    const message = messages.find(call.part("message"));
    const isHere = message?.channel === channel && !message.isDeleted && message.ephemeralFor === null;
    return isHere ? message : raise(refusals.unknownMessage());
  };
  const list = "/channels/:channel/messages";
  const one = "/channels/:channel/messages/:message";
  return [
    { method: "GET", path: "/channels/:channel", handle: (call) => wireChannel(channelOf(call)) },
    { method: "POST", path: "/channels/:channel/typing", handle: (call) => void channelOf(call) },
    {
      method: "GET",
      path: list,
      handle: (call) => {
        const open = messages.in(channelOf(call).id).filter((message) => message.ephemeralFor === null);
        return open
          .toReversed()
          .slice(0, Number(call.query.get("limit") ?? 50))
          .map(wireMessage);
      },
    },
    {
      method: "POST",
      path: list,
      handle: (call) => {
        const channel = channelOf(call);
        check("MessageCreateRequestSchema", call.body);
        if (channel.recipient?.acceptsDirectMessages === false) throw refusals.cannotMessageUser();
        const body = call.body.json as MessageBody;
        if (((body.flags ?? 0) & MessageFlag.ephemeral) !== 0) throw refusals.invalidForm([openEphemeral]);
        return wireMessage(messages.post({ channel, author: world.bot }, body, call.body.files));
      },
    },
    { method: "GET", path: one, handle: (call) => wireMessage(messageOf(call)) },
    {
      method: "PATCH",
      path: one,
      handle: (call) => {
        const message = messageOf(call);
        check("MessageEditRequestPartialSchema", call.body);
        if (message.author !== world.bot) throw refusals.foreignMessage();
        return wireMessage(messages.edit(message, call.body.json as MessageBody, call.body.files));
      },
    },
    { method: "DELETE", path: one, handle: (call) => messages.delete(messageOf(call)) },
  ];
}

function interactionRoutes({ desk, messages, world }: House): Route[] {
  const interactionOf = (call: RouteCall) => {
    if (call.part("application") !== world.bot.id) throw refusals.unknownWebhook();
    return desk.acknowledgedBy(call.part("token"));
  };
  const messageOf = (call: RouteCall) => desk.message(interactionOf(call), call.part("message"));
  const hook = "/webhooks/:application/:token";
  const one = `${hook}/messages/:message`;
  return [
    {
      method: "POST",
      path: "/interactions/:interaction/:token/callback",
      isOpen: true,
      handle: (call) => {
        const response = desk.acknowledge(call.part("interaction"), call.part("token"), call.body);
        return call.query.get("with_response") === "true" ? response : undefined;
      },
    },
    {
      method: "POST",
      path: hook,
      isOpen: true,
      handle: (call) => wireMessage(desk.followUp(interactionOf(call), call.body)),
    },
    { method: "GET", path: one, isOpen: true, handle: (call) => wireMessage(messageOf(call)) },
    {
      method: "PATCH",
      path: one,
      isOpen: true,
      handle: (call) => wireMessage(desk.edit(interactionOf(call), call.part("message"), call.body)),
    },
    { method: "DELETE", path: one, isOpen: true, handle: (call) => messages.delete(messageOf(call)) },
  ];
}

function check(form: FormName, body: Body): void {
  const errors = schemaErrors(form, body.json);
  if (errors.length > 0) throw refusals.invalidForm(errors);
}

function raise(error: Error): never {
  throw error;
}

const openEphemeral = {
  path: ["flags"],
  code: "EPHEMERAL",
  message: "Only answers to people can be ephemeral.",
};
