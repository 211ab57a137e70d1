/**
 * Commands from the terminal, or from a script on standard input, and cards as text.
 * Whoever owns the process is the one person here; a script's next line waits until the last one was answered.
 */
import { clearLine, createInterface, cursorTo, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Command } from "../../chat/command.ts";
import { completionsOf } from "../../chat/completion.ts";
import type { ChatRef } from "../../chat/house-capabilities.ts";
import type { Incoming, Outgoing, Platform, PlatformHandlers } from "../../chat/platform.ts";
import type { Clock } from "../../core/clock.ts";
import { Dialogue } from "./dialogue.ts";
import { drawCard } from "./draw.ts";

/** The chat and the account of whoever owns the process. */
export const CONSOLE_CHAT = {
  platform: "console",
  chatId: "console",
  threadId: "",
} as const satisfies ChatRef;
const CONSOLE_ACCOUNT = { accountId: "console", label: "console" } as const;

export interface ConsoleOptions {
  readonly input: Readable;
  readonly output: Writable & { readonly columns?: number };
  /** A person at a terminal: prompt, history, completion by Tab. Otherwise a script. */
  readonly isInteractive: boolean;
  readonly hasColours: boolean;
  readonly commands: readonly Command[];
  readonly clock: Clock;
  /** The input ended, or the person typed quit or exit or pressed Ctrl-C or Ctrl-D; every line before was answered. */
  readonly onEnd: () => void;
  /** Another identity, for tests alone. */
  readonly account?: Incoming["sender"];
}

/** The console's own word: it ends the input, as its end would. */
const LEAVE = /^\/?(quit|exit)$/i;
const PROMPT = "countersign> ";
const USUAL_WIDTH = 80;
const HIGHEST_NUMBER = 99;

export const createConsole = (options: ConsoleOptions): Platform => new Console(options);

class Console implements Platform {
  readonly name = "console";
  readonly hasImages = false;
  readonly pace = { overall: [], perChat: () => [] };
  readonly #options: ConsoleOptions;
  #lines: Interface | null = null;
  #handlers: PlatformHandlers | null = null;
  #answered: Promise<void> = Promise.resolve();
  #isLeaving = false;
  #count = 0;
  #messages = 0;
  /** What each number on the screen presses. An answer begins at 1 again; what arrives unasked takes further numbers. */
  readonly #numbers = new Map<number, { readonly externalId: string; readonly payload: string }>();
  #isAnswerDue = false;
  /** What a pressed button still asks for. */
  #dialogue: Dialogue | null = null;

  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  async connect(handlers: PlatformHandlers): Promise<void> {
    const { input, output, isInteractive, commands } = this.#options;
    this.#handlers = handlers;
    const lines = createInterface({
      input,
      output,
      terminal: isInteractive,
      prompt: isInteractive ? PROMPT : "",
      historySize: 200,
      removeHistoryDuplicates: true,
      completer: (line: string) => completer(commands, line),
    });
    this.#lines = lines;
    lines.on("line", (line) => this.#queue(line));
    lines.on("SIGINT", () => lines.close());
    lines.on("close", () => this.#ended());
    handlers.onStatus(true, "terminal");
    if (isInteractive) lines.prompt();
  }

  async send(_chat: ChatRef, message: Outgoing): Promise<string> {
    this.#messages += 1;
    const externalId = String(this.#messages);
    this.#show(externalId, message);
    return externalId;
  }

  /** A terminal cannot go back over what scrolled away: the new version is printed below. */
  async edit(_chat: ChatRef, externalId: string, message: Outgoing): Promise<string> {
    this.#show(externalId, message);
    return externalId;
  }

  /** What was printed stays; its buttons work no more. */
  async remove(_chat: ChatRef, externalId: string): Promise<void> {
    this.#forget(externalId);
  }

  async showMenus(): Promise<void> {}

  async close(): Promise<void> {
    this.#handlers = null;
    this.#lines?.close();
  }

  #show(externalId: string, message: Outgoing): void {
    const firstNumber = this.#number(externalId, message);
    const { output, hasColours } = this.#options;
    this.#print(drawCard(message, { hasColours, width: output.columns ?? USUAL_WIDTH, firstNumber }));
  }

  /** Numbers a card's buttons; only an answer, or the end of the numbers, takes those of earlier cards away. */
  #number(externalId: string, message: Outgoing): number {
    this.#forget(externalId);
    const payloads = message.buttons.flat().map(({ payload }) => payload);
    if (payloads.length === 0) return 1;
    const highest = Math.max(0, ...this.#numbers.keys());
    const isFresh = this.#isAnswerDue || highest + payloads.length > HIGHEST_NUMBER;
    if (isFresh) this.#numbers.clear();
    this.#isAnswerDue = false;
    const first = isFresh ? 1 : highest + 1;
    for (const [index, payload] of payloads.entries())
      this.#numbers.set(first + index, { externalId, payload });
    return first;
  }

  #forget(externalId: string): void {
    for (const [number, button] of this.#numbers) {
      if (button.externalId === externalId) this.#numbers.delete(number);
    }
  }

  /** Prints above the prompt and draws the prompt again with what was being typed. */
  #print(text: string): void {
    const { output, isInteractive } = this.#options;
    if (isInteractive) {
      cursorTo(output, 0);
      clearLine(output, 0);
    }
    output.write(`${text}\n\n`);
    if (isInteractive && this.#handlers !== null) this.#lines?.prompt(true);
  }

  #queue(line: string): void {
    if (this.#isLeaving) return;
    if (LEAVE.test(line.trim())) {
      this.#isLeaving = true;
      this.#lines?.close();
      return;
    }
    if (this.#options.isInteractive) void this.#take(line);
    else this.#answered = this.#answered.then(() => this.#take(line));
  }

  async #take(line: string): Promise<void> {
    const { isInteractive, output } = this.#options;
    if (line.trim() === "" && this.#dialogue === null) {
      if (isInteractive) this.#lines?.prompt();
      return;
    }
    if (!isInteractive) output.write(`> ${line}\n`);
    const incoming = this.#next(line);
    if (incoming === null) return;
    this.#isAnswerDue = true;
    await this.#handlers?.receive(incoming).done;
    this.#isAnswerDue = false;
  }

  /** What to hand on: null while a dialogue asks on. A line with a slash is a command whatever was being asked. */
  #next(line: string): Incoming | null {
    if (this.#dialogue !== null && !line.trimStart().startsWith("/")) {
      const { isOver, incoming } = this.#dialogue.take(line);
      if (isOver) this.#dialogue = null;
      return incoming;
    }
    this.#dialogue = null;
    const incoming = this.#incoming(line);
    const prompt = this.#handlers?.promptOf(incoming) ?? null;
    if (prompt === null) return incoming;
    this.#dialogue = new Dialogue(prompt, incoming, (question) => this.#print(question));
    return null;
  }

  #incoming(line: string): Incoming {
    const { account = CONSOLE_ACCOUNT, clock } = this.#options;
    const now = clock.now();
    this.#count += 1;
    const payload = /^\d{1,2}$/.test(line.trim())
      ? this.#numbers.get(Number(line.trim()))?.payload
      : undefined;
    return {
      platform: "console",
      updateId: `${now}-${this.#count}`,
      chat: { ...CONSOLE_CHAT, isPrivate: true },
      sender: account,
      oddities: [],
      sentAt: now,
      content: payload === undefined ? { kind: "line", text: line } : { kind: "press", payload },
    };
  }

  #ended(): void {
    if (this.#handlers === null) return;
    void this.#answered.then(() => {
      this.#handlers?.onStatus(false, "input ended");
      this.#options.onEnd();
    });
  }
}

function completer(commands: readonly Command[], line: string): [string[], string] {
  const found = completionsOf(commands, line);
  return [[...found], line.trimStart().split(/\s+/).at(-1) ?? ""];
}
