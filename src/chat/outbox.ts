/** What waits to be sent, on every platform at once; each has a lane of its own, so that one that is down slows no other. */
import type { PlatformName } from "../core/actor.ts";
import type { ChatRef } from "./house-capabilities.ts";
import { Lane, type LaneOptions } from "./lane.ts";
import type { Card } from "./message.ts";
import type { Platform } from "./platform.ts";

export interface OutboxOptions extends LaneOptions {
  readonly platforms: readonly Platform[];
}

export class Outbox {
  readonly #lanes: readonly Lane[];

  constructor(options: OutboxOptions) {
    this.#lanes = options.platforms.map((platform) => new Lane(platform, options));
  }

  /** Something may have become due. */
  wake(): void {
    for (const lane of this.#lanes) void lane.flush();
  }

  /** The platform is back: what waits need not wait for the next try. */
  retry(name: PlatformName): void {
    this.#lane(name)?.retry();
  }

  /** Lets a message beside the outbox's own go when the chat's pace allows it, and counts it. */
  async inTurn(chat: ChatRef, write: () => Promise<unknown>): Promise<void> {
    await this.#lane(chat.platform)?.inTurn(chat, write);
  }

  /** Resolves when nothing more can be sent right now, on one platform or on all. */
  async flush(only?: PlatformName): Promise<void> {
    const lanes = this.#lanes.filter(({ platform }) => only === undefined || platform.name === only);
    await Promise.all(lanes.map((lane) => lane.flush()));
  }

  /** A passing state, sent at most once; the message's id, or null when it could not be shown. */
  async showNow(
    chat: ChatRef,
    message: string | null,
    shown: Card,
    answers: string | null,
  ): Promise<string | null> {
    return (await this.#lane(chat.platform)?.showNow(chat, message, shown, answers)) ?? null;
  }

  /** Lets the sends under way end; nothing is sent afterwards. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  #lane(name: PlatformName): Lane | undefined {
    return this.#lanes.find(({ platform }) => platform.name === name);
  }
}
