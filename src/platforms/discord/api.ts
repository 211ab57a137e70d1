/** Discord's REST calls that we make. One try a call: who calls decides what is tried again, and when. */
import {
  type APIApplicationCommandOptionChoice,
  type APIModalInteractionResponseCallbackData,
  InteractionResponseType,
  MessageFlags,
  type RawFile,
  REST,
  type RESTPutAPIApplicationCommandsJSONBody,
  type RouteLike,
  Routes,
} from "discord.js";
import { type Drawn, PICTURE_NAME } from "./render.ts";

/** What Discord lets us answer an interaction with. */
export interface InteractionKey {
  readonly id: string;
  readonly applicationId: string;
  /** A secret, as good as the bot's own token for fifteen minutes. */
  readonly token: string;
}

export type Acknowledgement =
  /** “Countersign is thinking…”, until the first answer takes its place. */
  | { readonly kind: "thinking"; readonly isEphemeral: boolean }
  /** The pressed card stays as it is. */
  | { readonly kind: "pressed" }
  | { readonly kind: "whispered"; readonly sentence: string }
  | { readonly kind: "choices"; readonly choices: readonly string[] }
  | { readonly kind: "modal"; readonly modal: APIModalInteractionResponseCallbackData };

const TIMEOUT_MS = 15_000;
const NO_MENTIONS = { parse: [] };
const ID = /^\d{15,20}$/;

export class DiscordApi {
  readonly #rest: REST;
  readonly #token: string;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor({ token, apiUrl }: { readonly token: string; readonly apiUrl: string }) {
    this.#token = token;
    this.#rest = new REST({
      api: apiUrl,
      timeout: TIMEOUT_MS,
      retries: 0,
      // The outbox keeps the distance; the library's own on top of it would refuse what is due.
      offset: 0,
      // Told at once instead of slept on: the outbox keeps the order and waits.
      rejectOnRateLimit: () => true,
    });
  }

  /** The new message's id. */
  async post(channelId: string, drawn: Drawn): Promise<string> {
    const flags = drawn.isSilent ? { flags: MessageFlags.SuppressNotifications } : {};
    const body = { ...bodyOf(drawn), ...flags };
    return idOf(await this.#call("POST", Routes.channelMessages(channelId), { body, files: filesOf(drawn) }));
  }

  async edit(channelId: string, messageId: string, drawn: Drawn): Promise<void> {
    const route = Routes.channelMessage(channelId, messageId);
    await this.#call("PATCH", route, { body: bodyOf(drawn), files: filesOf(drawn) });
  }

  async remove(channelId: string, messageId: string): Promise<void> {
    await this.#call("DELETE", Routes.channelMessage(channelId, messageId));
  }

  async acknowledge({ id, token }: InteractionKey, acknowledgement: Acknowledgement): Promise<void> {
    const body = acknowledgementBody(acknowledgement);
    await this.#call("POST", Routes.interactionCallback(id, token), { body, auth: false });
  }

  /** Puts the answer in the place of “thinking…”; the message's id. */
  async answer({ applicationId, token }: InteractionKey, drawn: Drawn): Promise<string> {
    const route = Routes.webhookMessage(applicationId, token, "@original");
    return idOf(
      await this.#call("PATCH", route, { body: bodyOf(drawn), files: filesOf(drawn), auth: false }),
    );
  }

  /** An answer that only the person sees; its id. */
  async whisper({ applicationId, token }: InteractionKey, drawn: Drawn): Promise<string> {
    const route = Routes.webhook(applicationId, token);
    const body = { ...bodyOf(drawn), flags: MessageFlags.Ephemeral };
    return idOf(await this.#call("POST", route, { body, files: filesOf(drawn), auth: false }));
  }

  commands(applicationId: string, guildId: string | null): Promise<unknown> {
    return this.#call("GET", commandsRoute(applicationId, guildId));
  }

  async register(
    applicationId: string,
    guildId: string | null,
    commands: RESTPutAPIApplicationCommandsJSONBody,
  ): Promise<void> {
    await this.#call("PUT", commandsRoute(applicationId, guildId), { body: commands });
  }

  /** Resolves when no call is under way. */
  async drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  close(): void {
    this.#rest.clearHashSweeper();
    this.#rest.clearHandlerSweeper();
  }

  async #call(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    fullRoute: RouteLike,
    details: { body?: unknown; files?: RawFile[]; auth?: boolean } = {},
  ): Promise<unknown> {
    // The library forgets it after a 401.
    this.#rest.setToken(this.#token);
    const call = this.#rest.request({ fullRoute, method: method as never, ...details });
    this.#underWay.add(call);
    try {
      return await call;
    } finally {
      this.#underWay.delete(call);
    }
  }
}

/** An id as Discord makes them; anything else is no message and no channel of ours. */
export const isId = (text: string): boolean => ID.test(text);

/** `content` and `attachments` are named even when empty: an edit then takes away what stood there. */
const bodyOf = ({ content, embeds, components, picture }: Drawn) => ({
  content,
  embeds,
  components,
  attachments:
    picture === null ? [] : [{ id: "0", filename: PICTURE_NAME, description: picture.description }],
  allowed_mentions: NO_MENTIONS,
});

const filesOf = ({ picture }: Drawn): RawFile[] =>
  picture === null
    ? []
    : [{ name: PICTURE_NAME, data: Buffer.from(picture.bytes), contentType: "image/png" }];

function acknowledgementBody(acknowledgement: Acknowledgement): unknown {
  switch (acknowledgement.kind) {
    case "thinking":
      return {
        type: InteractionResponseType.DeferredChannelMessageWithSource,
        data: acknowledgement.isEphemeral ? { flags: MessageFlags.Ephemeral } : {},
      };
    case "pressed":
      return { type: InteractionResponseType.DeferredMessageUpdate };
    case "whispered":
      return {
        type: InteractionResponseType.ChannelMessageWithSource,
        data: {
          content: acknowledgement.sentence,
          flags: MessageFlags.Ephemeral,
          allowed_mentions: NO_MENTIONS,
        },
      };
    case "choices": {
      const choices: APIApplicationCommandOptionChoice<string>[] = acknowledgement.choices.map((word) => ({
        name: word,
        value: word,
      }));
      return { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices } };
    }
    case "modal":
      return { type: InteractionResponseType.Modal, data: acknowledgement.modal };
  }
}

const commandsRoute = (applicationId: string, guildId: string | null): RouteLike =>
  guildId === null
    ? Routes.applicationCommands(applicationId)
    : Routes.applicationGuildCommands(applicationId, guildId);

function idOf(message: unknown): string {
  const id: unknown = typeof message === "object" && message !== null && "id" in message ? message.id : null;
  if (typeof id !== "string" || !isId(id)) throw new TypeError("no message in Discord's answer");
  return id;
}
