/** Discord as a chat platform: slash commands, buttons and modals in, embeds out; one try a message, the outbox does the rest. */
import type { ChatRef } from "../../chat/house-capabilities.ts";
import { DeliveryError, type Outgoing, type Platform, type PlatformHandlers } from "../../chat/platform.ts";
import type { Clock } from "../../core/clock.ts";
import type { Facts } from "../../core/errors.ts";
import { DiscordApi, isId } from "./api.ts";
import { Connection } from "./connection.ts";
import { type Doing, deliveryErrorOf, factsOf, faultOf, isAboutForm, isOver } from "./faults.ts";
import { OpenInteractions } from "./open-interactions.ts";
import { Reception } from "./reception.ts";
import { registerCommands } from "./register-commands.ts";
import { type Drawn, plainly, renderCard } from "./render.ts";

export interface DiscordOptions {
  readonly token: string;
  /** Discord's own when left out. */
  readonly apiUrl?: string;
  /** Where commands appear at once; without it they are registered everywhere, which takes Discord up to an hour. */
  readonly guildId?: string | null;
  readonly clock: Clock;
  readonly warn: (message: string, facts: Facts) => void;
}

const API_URL = "https://discord.com/api";
const FIRST_REGISTER_PAUSE_MS = 5_000;
const LONGEST_REGISTER_PAUSE_MS = 60 * 60_000;
const DRAIN_MS = 5_000;
/** Between the ids of a card that took several messages. */
const BETWEEN_IDS = ",";

export const createDiscord = (options: DiscordOptions): Platform => new Discord(options);

class Discord implements Platform {
  readonly name = "discord";
  readonly hasImages = true;
  readonly pace = {
    overall: [{ count: 50, perMs: 1_000 }],
    perChat: () => [{ count: 5, perMs: 5_000 }],
  };
  readonly #options: DiscordOptions;
  readonly #apiUrl: string;
  readonly #api: DiscordApi;
  readonly #open: OpenInteractions;
  #inTurn: PlatformHandlers["inTurn"] = async (_, write) => void (await write());
  #connection: Connection | null = null;
  #registered: Promise<void> | null = null;
  readonly #closing = new AbortController();

  constructor(options: DiscordOptions) {
    this.#options = options;
    this.#apiUrl = options.apiUrl ?? API_URL;
    this.#api = new DiscordApi({ token: options.token, apiUrl: this.#apiUrl });
    this.#open = new OpenInteractions(options.clock);
  }

  async connect(handlers: PlatformHandlers): Promise<void> {
    const { token, clock, warn } = this.#options;
    this.#inTurn = (chat, write) => handlers.inTurn(chat, write);
    const reception = new Reception({ api: this.#api, open: this.#open, handlers, warn });
    this.#connection = new Connection({
      ...{ token, clock, warn, apiUrl: this.#apiUrl },
      onInteraction: (interaction) => reception.take(interaction),
      onReady: (applicationId) => {
        this.#registered ??= this.#register(applicationId, handlers);
      },
      onStatus: (isConnected, detail) => handlers.onStatus(isConnected, detail),
    });
    await this.#connection.open();
  }

  send(chat: ChatRef, message: Outgoing): Promise<string> {
    return this.#delivering("send", async () => {
      const channelId = channelOf(chat);
      const [first, ...more] = renderCard(message);
      const id = await this.#placeFirst(channelId, first, message.answers);
      const ids = await this.#postAll(chat, more, [id]);
      return ids.join(BETWEEN_IDS);
    });
  }

  edit(chat: ChatRef, externalId: string, message: Outgoing): Promise<string> {
    return this.#delivering("edit", async () => {
      const channelId = channelOf(chat);
      const before = idsOf(externalId);
      const drawn = renderCard(message);
      const kept = before.slice(0, drawn.length);
      for (const [place, id] of kept.entries()) {
        await plainlyIfNeeded(drawn[place]!, (page) => this.#api.edit(channelId, id, page));
      }
      for (const id of before.slice(drawn.length)) await this.#removeIfThere(channelId, id);
      const added = await this.#postAll(chat, drawn.slice(before.length), []);
      return [...kept, ...added].join(BETWEEN_IDS);
    });
  }

  remove(chat: ChatRef, externalId: string): Promise<void> {
    return this.#delivering("remove", async () => {
      const channelId = channelOf(chat);
      for (const id of idsOf(externalId)) await this.#removeIfThere(channelId, id);
    });
  }

  /** Discord's menu is the registration. */
  async showMenus(): Promise<void> {}

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connection?.close();
    const { promise: patience, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(DRAIN_MS, resolve);
    await Promise.race([Promise.all([this.#registered, this.#api.drained()]), patience]);
    cancel();
    this.#api.close();
  }

  async #register(applicationId: string, { commands }: PlatformHandlers): Promise<void> {
    const { guildId = null, clock, warn } = this.#options;
    const { signal } = this.#closing;
    for (let pauseMs = FIRST_REGISTER_PAUSE_MS; !signal.aborted; pauseMs *= 2) {
      try {
        return await registerCommands({ api: this.#api, applicationId, guildId, commands });
      } catch (error) {
        warn("Discord does not take the commands; it is asked again later.", factsOf(faultOf(error)));
        await clock.sleep(Math.min(pauseMs, LONGEST_REGISTER_PAUSE_MS), signal).catch(() => {});
      }
    }
  }

  async #delivering<Value>(doing: Doing, run: () => Promise<Value>): Promise<Value> {
    try {
      return await run();
    } catch (error) {
      throw deliveryErrorOf(error, doing);
    }
  }

  /** In the place of “thinking…”, or to the person alone, where that is still open; else into the channel. */
  async #placeFirst(channelId: string, page: Drawn, answers: string | null): Promise<string> {
    const open = answers === null ? null : this.#open.find(answers);
    if (open !== null && open.answer !== "posted" && (await open.isAcknowledged)) {
      const { key, answer } = open;
      try {
        const id = await plainlyIfNeeded(page, (body) =>
          answer === "in place" ? this.#api.answer(key, body) : this.#api.whisper(key, body),
        );
        this.#open.markAnswered(key.id);
        return id;
      } catch (error) {
        if (!isOver(faultOf(error))) throw error;
        this.#open.markAnswered(key.id);
      }
    }
    return this.#post(channelId, page);
  }

  /** All or nothing, as far as that goes: after a failure the card is sent again as a whole. */
  async #postAll(chat: ChatRef, pages: readonly Drawn[], posted: string[]): Promise<readonly string[]> {
    const channelId = channelOf(chat);
    try {
      for (const page of pages) {
        await this.#inTurn(chat, async () => posted.push(await this.#post(channelId, page)));
      }
      return posted;
    } catch (error) {
      await Promise.allSettled(posted.map((id) => this.#api.remove(channelId, id)));
      throw error;
    }
  }

  #post(channelId: string, page: Drawn): Promise<string> {
    return plainlyIfNeeded(page, (body) => this.#api.post(channelId, body));
  }

  async #removeIfThere(channelId: string, id: string): Promise<void> {
    try {
      await this.#api.remove(channelId, id);
    } catch (error) {
      if (deliveryErrorOf(error, "remove").failure.kind !== "not_editable") throw error;
    }
  }
}

/** Once more without embed and picture when Discord does not take those. */
async function plainlyIfNeeded<Value>(page: Drawn, run: (page: Drawn) => Promise<Value>): Promise<Value> {
  try {
    return await run(page);
  } catch (error) {
    if (!isAboutForm(faultOf(error))) throw error;
    return run(plainly(page));
  }
}

function channelOf({ chatId }: ChatRef): string {
  if (isId(chatId)) return chatId;
  throw new DeliveryError({ kind: "unacceptable" }, "That is not the id of a Discord channel.");
}

function idsOf(externalId: string): readonly string[] {
  const ids = externalId.split(BETWEEN_IDS);
  if (ids.every(isId)) return ids;
  throw new DeliveryError({ kind: "not_editable" }, "That is not the id of a Discord message.");
}
