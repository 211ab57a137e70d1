// Our Discord platform on a fake Discord, with handlers that keep what they are handed and answer as told.
import { expect } from "bun:test";
import { inspect } from "node:util";
import { z } from "zod";
import { choice, integer, rest, word } from "../../../src/chat/argument-types.ts";
import type { Command } from "../../../src/chat/command.ts";
import type { ChatRef } from "../../../src/chat/house-capabilities.ts";
import { type Prompt, text } from "../../../src/chat/message.ts";
import {
  DeliveryError,
  type Incoming,
  type Outgoing,
  type Platform,
  type PlatformHandlers,
  type Received,
} from "../../../src/chat/platform.ts";
import { SystemClock } from "../../../src/clock.ts";
import { createDiscord } from "../../../src/platforms/discord/discord.ts";
import { FakeDiscord } from "../../support/discord/fake-discord.ts";
import type { Channel, Guild, Person } from "../../support/discord/world.ts";
import { outgoing, type Parts } from "./drawn.ts";

const TOKEN = "c2VjcmV0LWJvdA.bot-token-of-the-tests";

/** Real time that can be moved on. */
class MovableClock extends SystemClock {
  #movedMs = 0;
  override now(): number {
    return super.now() + this.#movedMs;
  }
  move(byMs: number): void {
    this.#movedMs += byMs;
  }
}

const command = (name: string, args: z.ZodObject, more: Partial<Command> = {}): Command => ({
  ...{ name, args, group: "system", role: "viewer", summary: `What ${name} does`, effects: "read" },
  examples: [`/${name}`],
  run: () => {
    throw new Error("the platform runs nothing");
  },
  ...more,
});

const MANY = Array.from({ length: 30 }, (_, index) => `job_${index}`) as [string, ...string[]];

export const COMMANDS: readonly Command[] = [
  command("status", z.object({})),
  command("lock", z.object({ minutes: integer(1, 99).optional(), reason: rest().optional() }), {
    role: "operator",
  }),
  command(
    "scheduler",
    z.object({ action: choice(["start", "stop"]).optional(), job: choice(MANY).optional() }),
  ),
  command(
    "grant",
    z.object({ account: word(), role: choice(["viewer", "admin"]), displayName: rest().optional() }),
    {
      role: "admin",
    },
  ),
];

interface Settings {
  /** Registers the commands in its own guild too. */
  readonly isInGuild?: boolean;
  readonly commands?: readonly Command[];
  /** How many times faster than real time the platform's own waits pass. */
  readonly speed?: number;
}

export class Bench {
  readonly fake = FakeDiscord.start({ token: TOKEN });
  readonly guild: Guild = this.fake.guild({ name: "Traders" });
  readonly desk: Channel = this.fake.channel(this.guild, "desk");
  readonly ana: Person = this.fake.person({ username: "ana" });
  readonly clock: MovableClock;
  platform: Platform;
  readonly received: Incoming[] = [];
  readonly completed: { readonly accountId: string; readonly line: string }[] = [];
  readonly statuses: { readonly isConnected: boolean; readonly detail: string }[] = [];
  readonly warnings: unknown[] = [];
  /** The chats that a message beside the outbox's own was written to. */
  readonly turns: string[] = [];
  readonly #thrown: unknown[] = [];
  readonly #commands: readonly Command[];
  readonly #guildId: string | null;
  refusal: Received["refusal"] = null;
  prompt: Prompt | null = null;
  completions: () => readonly string[] = () => [];
  /** Runs inside `receive`. */
  onReceive: (incoming: Incoming) => void = () => {};

  constructor({ isInGuild = false, commands = COMMANDS, speed = 1 }: Settings = {}) {
    this.fake.rateLimits.isOn = false;
    this.#commands = commands;
    this.#guildId = isInGuild ? this.guild.id : null;
    this.clock = new MovableClock({ speed });
    this.platform = this.#create();
  }

  #create(): Platform {
    return createDiscord({
      token: TOKEN,
      apiUrl: this.fake.api,
      guildId: this.#guildId,
      clock: this.clock,
      warn: (message, facts) => this.warnings.push({ message, facts }),
    });
  }

  /** Another process in the place of this one. */
  async restarted(): Promise<void> {
    await this.platform.close();
    this.platform = this.#create();
    await this.connect();
  }

  /** Connected, and its commands registered. */
  async connected(): Promise<void> {
    await this.connect();
    await this.fake.waitFor(() => this.fake.registrations.some(({ guildId }) => guildId === this.#guildId));
  }

  connect(): Promise<void> {
    const handlers: PlatformHandlers = {
      commands: this.#commands,
      receive: (incoming) => {
        this.onReceive(incoming);
        this.received.push(incoming);
        return { done: Promise.resolve(), refusal: this.refusal };
      },
      promptOf: () => this.prompt,
      completions: ({ accountId }, line) => {
        this.completed.push({ accountId, line });
        return this.completions();
      },
      inTurn: async ({ chatId }, write) => {
        this.turns.push(chatId);
        await write();
      },
      dialogues: { read: () => null, write: () => {}, delete: () => {} },
      onStatus: (isConnected, detail) => this.statuses.push({ isConnected, detail }),
    };
    return this.platform.connect(handlers);
  }

  chat(channel: Channel = this.desk): ChatRef {
    return { platform: "discord", chatId: channel.id, threadId: "" };
  }

  send(said: string | Parts, more: Partial<Outgoing> = {}, channel = this.desk): Promise<string> {
    return this.platform.send(this.chat(channel), outgoingOf(said, more));
  }

  edit(
    externalId: string,
    said: string | Parts,
    more: Partial<Outgoing> = {},
    channel = this.desk,
  ): Promise<string> {
    return this.platform.edit(this.chat(channel), externalId, outgoingOf(said, more));
  }

  /** How it failed; throws where it did not, or not as promised. */
  async failure(doing: Promise<unknown>): Promise<DeliveryError["failure"]> {
    try {
      await doing;
    } catch (error) {
      this.#thrown.push(error);
      if (error instanceof DeliveryError) return error.failure;
      throw error;
    }
    throw new Error("it did not fail");
  }

  /** Resolves when it holds, asked again and again. */
  async until(holds: () => boolean, timeoutMs = 4_000): Promise<void> {
    for (const endsAt = Date.now() + timeoutMs; !holds(); ) {
      if (Date.now() > endsAt) throw new Error(`waited ${timeoutMs} ms in vain for ${String(holds)}`);
      await Bun.sleep(5);
    }
  }

  /** What everyone in the channel reads, by message. */
  read(channel: Channel = this.desk): readonly string[] {
    return this.fake.messages(channel.id).map(({ embeds, content, isThinking }) => {
      return isThinking ? "thinking" : (embeds[0]?.description ?? content);
    });
  }

  whispered(person: Person = this.ana): readonly string[] {
    return this.fake.ephemeral(person.id).map(({ embeds, content }) => embeds[0]?.description ?? content);
  }

  /** Closes everything; Discord must have had nothing against us, and no secret may have got out. */
  async close(): Promise<void> {
    await this.platform.close();
    await this.fake.stop();
    expect(this.fake.faults).toEqual([]);
    const said = inspect([this.warnings, this.statuses, this.#thrown], { depth: 20 });
    expect(said).not.toContain(TOKEN);
    for (const { facts } of this.fake.interactions) expect(said).not.toContain(facts.token);
  }
}

const outgoingOf = (said: string | Parts, more: Partial<Outgoing>): Outgoing =>
  outgoing(typeof said === "string" ? { body: [text(said)] } : said, more);
