/** Each known account's list of commands, shown in its private chat alone: strangers and groups see none. */
import type { Api } from "grammy";
import type { BotCommand } from "grammy/types";
import type { Menu } from "../../chat/platform.ts";
import { deliveryError, hasCode, isChatUnknown } from "./failure.ts";
import { clean } from "./written.ts";

const MOST_COMMANDS = 100;
const LONGEST_DESCRIPTION = 256;

export class CommandMenu {
  readonly #api: Api;
  readonly #token: string;
  #isDefaultEmptied = false;
  /** What each account is shown now, by account id. */
  readonly #shown = new Map<string, string>();
  /** Menus for people who never wrote to the bot, which Telegram then does not take. */
  readonly #waiting = new Map<string, Menu>();

  constructor(api: Api, token: string) {
    this.#api = api;
    this.#token = token;
  }

  /** Throws DeliveryError; what was shown until then is not shown again. */
  async show(menus: readonly Menu[]): Promise<void> {
    try {
      if (!this.#isDefaultEmptied) {
        await this.#api.deleteMyCommands();
        this.#isDefaultEmptied = true;
      }
      for (const menu of menus) await this.#showOne(menu);
    } catch (error) {
      throw deliveryError(error, this.#token);
    }
  }

  /** The account wrote to the bot: a menu that waited for it can be shown. */
  isWaitedFor(accountId: string): boolean {
    return this.#waiting.has(accountId);
  }

  async showWaiting(accountId: string): Promise<void> {
    const menu = this.#waiting.get(accountId);
    this.#waiting.delete(accountId);
    if (menu !== undefined) await this.#showOne(menu);
  }

  async #showOne(menu: Menu): Promise<void> {
    const { accountId } = menu;
    const commands = menu.role === null ? [] : menu.commands.slice(0, MOST_COMMANDS).map(entryOf);
    const wanted = JSON.stringify(commands);
    if (this.#shown.get(accountId) === wanted) return;
    // An id that is no number is no account of Telegram's.
    if (!/^\d{1,15}$/.test(accountId)) return;
    const scope = { type: "chat", chat_id: Number(accountId) } as const;
    try {
      if (commands.length === 0) await this.#api.deleteMyCommands({ scope });
      else await this.#api.setMyCommands(commands, { scope });
      this.#shown.set(accountId, wanted);
      this.#waiting.delete(accountId);
    } catch (error) {
      if (!isChatUnknown(error) && !hasCode(error, 403)) throw error;
      this.#shown.delete(accountId);
      this.#waiting.set(accountId, menu);
    }
  }
}

const entryOf = ({ name, summary }: Menu["commands"][number]): BotCommand => ({
  command: name,
  description: clean(summary).slice(0, LONGEST_DESCRIPTION),
});
