/** What people send, handed to the house: durable before it is acknowledged, and never waiting for the network. */
import { conversations, createConversation } from "@grammyjs/conversations";
import { type Bot, BotError, Composer, type Context } from "grammy";
import type { PlatformHandlers } from "../../chat/platform.ts";
import type { Clock } from "../../core/clock.ts";
import { queryIdOf, readArrival } from "./arrival.ts";
import { arrivalOf, type BotContext, updateOf } from "./bot-context.ts";
import { dialogue } from "./dialogue.ts";
import { DialogueMemory } from "./dialogue-memory.ts";
import { DialogueVoice, isDialoguePayload } from "./dialogue-voice.ts";
import type { Errands } from "./errands.ts";

export interface InboundOptions {
  readonly bot: Bot<BotContext>;
  readonly handlers: PlatformHandlers;
  readonly clock: Clock;
  readonly errands: Errands;
  /** Somebody wrote in the private chat with the bot, and can be written to from now on. */
  readonly onPrivate: (accountId: string) => void;
}

const DIALOGUE = "prompt";
/** Counted up when a stored dialogue no longer fits the code that goes on with it. */
const DIALOGUE_VERSION = 1;

export class Inbound {
  readonly #options: InboundOptions;

  constructor(options: InboundOptions) {
    this.#options = options;
    options.bot.use(this.#middleware());
  }

  /** Resolves when the update may be confirmed; rejects when it could not be kept, and should come again. */
  async take(update: unknown): Promise<void> {
    const { bot, clock, errands, onPrivate } = this.#options;
    const arrival = readArrival(update, bot.botInfo.username, clock.now());
    if (arrival !== null) {
      await bot.handleUpdate(updateOf(arrival)).catch((error: unknown) => {
        throw error instanceof BotError ? error.error : error;
      });
      const { chat, sender } = arrival.incoming;
      if (chat.isPrivate) onPrivate(sender.accountId);
    }
    const queryId = queryIdOf(update);
    if (queryId !== null) errands.run("acknowledging a press", () => bot.api.answerCallbackQuery(queryId));
  }

  /** A dialogue sees an update first, but for those that leave it. */
  #middleware(): Composer<BotContext> {
    const { bot, clock, errands, handlers } = this.#options;
    const voice = new DialogueVoice(bot.api, errands, (chat, write) => handlers.inTurn(chat, write));
    const composer = new Composer<BotContext>();
    composer.use(async (context, next) => {
      context.memory = new DialogueMemory(handlers.dialogues, clock, arrivalOf(context));
      context.voice = voice;
      context.receiveAnswers = (incoming) => void handlers.receive(incoming);
      if (!context.memory.isTaken) await next();
    });
    composer.use(conversations<BotContext, Context>({ storage: STORAGE }));
    composer.use(async (context, next) => {
      try {
        if (leavesDialogue(context)) await context.conversation.exitAll();
        await next();
      } catch (error) {
        context.memory.leaveAsItWas();
        throw error;
      }
    });
    composer.use(createConversation<BotContext, Context>(dialogue, { id: DIALOGUE }));
    composer.use((context) => this.#receive(context));
    return composer;
  }

  async #receive(context: BotContext): Promise<void> {
    const { handlers } = this.#options;
    const { incoming, isCommand } = arrivalOf(context);
    const { chat, content, updateId } = incoming;
    if (content.kind === "line") {
      // In groups, what is no command is talk.
      if (chat.isPrivate || isCommand) handlers.receive(incoming);
      return;
    }
    // A button of a dialogue that is over.
    if (isDialoguePayload(content.payload)) return;
    const prompt = handlers.promptOf(incoming);
    if (prompt === null) handlers.receive(incoming);
    else await context.conversation.enter(DIALOGUE, { pressId: updateId, payload: content.payload, prompt });
  }
}

const STORAGE = {
  type: "context",
  version: DIALOGUE_VERSION,
  adapter: {
    read: (context: BotContext) => context.memory.read(),
    write: (context: BotContext, state: Parameters<DialogueMemory["write"]>[0]) =>
      context.memory.write(state),
    delete: (context: BotContext) => context.memory.delete(),
  },
} as const;

/** A command, or a press on any other button. */
function leavesDialogue(context: BotContext): boolean {
  const { incoming, isCommand } = arrivalOf(context);
  const { content, oddities } = incoming;
  if (oddities.length > 0) return false;
  return content.kind === "press" ? !isDialoguePayload(content.payload) : isCommand;
}
