/** Telegram as a chat platform: cards as messages, commands and presses by long polling or a webhook. */
import { Bot } from "grammy";
import type { ChatRef } from "../../chat/house-capabilities.ts";
import type { Menu, Outgoing, Pace, Platform, PlatformHandlers } from "../../chat/platform.ts";
import type { Clock } from "../../core/clock.ts";
import type { Facts } from "../../core/errors.ts";
import { clientOptions, pollingApi, retrying } from "./bot-api.ts";
import type { BotContext } from "./bot-context.ts";
import { CardSender } from "./card-sender.ts";
import { CommandMenu } from "./command-menu.ts";
import { Errands } from "./errands.ts";
import { Inbound } from "./inbound.ts";
import { Poller } from "./poller.ts";
import { Webhook, type WebhookSettings } from "./webhook.ts";

export interface TelegramOptions {
  readonly token: string;
  /** Another Bot API server than Telegram's own. */
  readonly apiRoot?: string;
  readonly clock: Clock;
  /** Facts hold no secret. */
  readonly warn: (message: string, facts: Facts) => void;
  /** Updates are posted here instead of fetched. */
  readonly webhook?: WebhookSettings;
}

export const createTelegram = (options: TelegramOptions): Platform => new Telegram(options);

const A_SECOND: Pace = { count: 1, perMs: 1_000 };
const A_GROUPS_MINUTE: Pace = { count: 20, perMs: 60_000 };
const GOODBYE_MS = 1_000;

class Telegram implements Platform {
  readonly name = "telegram";
  readonly hasImages = true;
  /** Telegram's own limits; the ids of groups are negative. */
  readonly pace: Platform["pace"] = {
    overall: [{ count: 30, perMs: 1_000 }],
    perChat: ({ chatId }) => (chatId.startsWith("-") ? [A_SECOND, A_GROUPS_MINUTE] : [A_SECOND]),
  };
  readonly #options: TelegramOptions;
  readonly #bot: Bot<BotContext>;
  readonly #sender: CardSender;
  readonly #menu: CommandMenu;
  readonly #errands: Errands;
  #source: Poller | Webhook | null = null;

  constructor(options: TelegramOptions) {
    const { token } = options;
    this.#options = options;
    this.#bot = new Bot<BotContext>(token, { client: clientOptions(options) });
    this.#bot.api.config.use(retrying());
    this.#sender = new CardSender({ ...options, api: this.#bot.api });
    this.#menu = new CommandMenu(this.#bot.api, token);
    this.#errands = new Errands(options);
  }

  async connect(handlers: PlatformHandlers): Promise<void> {
    const { clock, token, warn, webhook } = this.#options;
    const inbound = new Inbound({
      bot: this.#bot,
      handlers,
      clock,
      errands: this.#errands,
      onPrivate: (accountId) => this.#wrote(accountId),
    });
    const common = {
      ...{ clock, token, warn },
      take: (update: unknown) => inbound.take(update),
      onStatus: (isConnected: boolean, detail: string) => handlers.onStatus(isConnected, detail),
    };
    this.#source =
      webhook === undefined
        ? new Poller({
            ...common,
            api: pollingApi(this.#options),
            introduce: () => this.#introduce(true),
            describe: () => `long polling as @${this.#bot.botInfo.username}`,
          })
        : new Webhook({
            ...common,
            webhook,
            api: this.#bot.api,
            introduce: () => this.#introduce(false),
            describe: () => `webhook as @${this.#bot.botInfo.username}`,
          });
    await this.#source.start();
  }

  send(chat: ChatRef, message: Outgoing): Promise<string> {
    return this.#sender.send(chat, message);
  }

  edit(chat: ChatRef, externalId: string, message: Outgoing): Promise<string> {
    return this.#sender.edit(chat, externalId, message);
  }

  remove(chat: ChatRef, externalId: string): Promise<void> {
    return this.#sender.remove(chat, externalId);
  }

  showMenus(menus: readonly Menu[]): Promise<void> {
    return this.#menu.show(menus);
  }

  async close(): Promise<void> {
    await this.#source?.close();
    this.#source = null;
    await this.#errands.close(GOODBYE_MS);
  }

  /** A wrong token shows here. A webhook that somebody set before would keep every poll from its updates. */
  async #introduce(takesWebhookAway: boolean): Promise<void> {
    this.#bot.botInfo = await this.#bot.api.getMe();
    if (takesWebhookAway) await this.#bot.api.deleteWebhook();
  }

  #wrote(accountId: string): void {
    if (!this.#menu.isWaitedFor(accountId)) return;
    this.#errands.run("showing a menu", () => this.#menu.showWaiting(accountId));
  }
}
