/** A discord.js client on a fake Discord, logged in and ready; and a PNG of any size to send. */
import { Client, type ClientOptions, Events, GatewayIntentBits, type Interaction } from "discord.js";
import { PNG } from "pngjs";
import type { FakeDiscord } from "./fake-discord.ts";

export const TOKEN = "fake-token";

export class Bot {
  readonly errors: Error[] = [];

  private constructor(readonly client: Client) {
    client.on(Events.Error, (error) => this.errors.push(error));
  }

  static async open(fake: FakeDiscord, rest: ClientOptions["rest"] = {}): Promise<Bot> {
    const bot = Bot.create(fake, rest);
    const ready = new Promise((resolve) => bot.client.once(Events.ClientReady, resolve));
    await bot.client.login(fake.token);
    await ready;
    return bot;
  }

  static create(fake: FakeDiscord, rest: ClientOptions["rest"] = {}): Bot {
    const intents = [GatewayIntentBits.Guilds];
    return new Bot(new Client({ intents, rest: { api: fake.api, retries: 0, ...rest } }));
  }

  onInteraction(answer: (interaction: Interaction) => Promise<unknown>): void {
    this.client.on(Events.InteractionCreate, answer);
  }

  async close(): Promise<void> {
    await this.client.destroy();
  }
}

interface PngMaker {
  new (size: { width: number; height: number }): object;
  readonly sync: { write(image: object): Buffer };
}

export function png(width: number, height: number): Buffer {
  const maker = PNG as unknown as PngMaker;
  return maker.sync.write(new maker({ width, height }));
}
