/** Takes updates that Telegram posts to this machine; whoever does not know the secret is turned away unread. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Server } from "bun";
import type { Api } from "grammy";
import { OutsideError } from "../../core/errors.ts";
import { takeOnce } from "./careful-taker.ts";
import { ALLOWED_UPDATES, type PollerOptions } from "./poller.ts";
import { Supervised } from "./supervised.ts";

export interface WebhookSettings {
  /** Where Telegram reaches this machine, through whatever ends TLS. */
  readonly publicUrl: string;
  readonly secret: string;
  readonly port: number;
  readonly host?: string;
}

export type WebhookOptions = Omit<PollerOptions, "api"> & {
  readonly api: Api;
  readonly webhook: WebhookSettings;
};

type Round = Parameters<ConstructorParameters<typeof Supervised>[0]["step"]>[0];

const HEADER = "x-telegram-bot-api-secret-token";
/** What Telegram itself allows. */
const SECRET = /^[A-Za-z0-9_-]{1,256}$/;
const LARGEST_BODY_BYTES = 1024 * 1024;
const CHECK_MS = 60_000;
/** A failed delivery that is older may be mended by now. */
const RECENT_MS = 2 * 60_000;

export class Webhook {
  readonly #options: WebhookOptions;
  readonly #supervised: Supervised;
  #server: Server<undefined> | null = null;
  /** One after the other, in the order in which they came. */
  #taking: Promise<unknown> = Promise.resolve();
  #startedAt = 0;
  #isClosed = false;

  constructor(options: WebhookOptions) {
    this.#options = options;
    const { clock, describe, onStatus, token } = options;
    const step = (round: Round) => this.#round(round);
    this.#supervised = new Supervised({ clock, token, step, onStatus, describe });
  }

  async start(): Promise<void> {
    const { host = "127.0.0.1", port, publicUrl, secret } = this.#options.webhook;
    if (!SECRET.test(secret)) {
      const sentence =
        "The webhook needs a secret of 1 to 256 letters, digits, - or _; without it anybody could send commands.";
      throw new OutsideError("telegram_webhook_secret", sentence);
    }
    const path = new URL(publicUrl).pathname;
    this.#startedAt = this.#options.clock.now();
    try {
      this.#server = Bun.serve({
        hostname: host,
        port,
        maxRequestBodySize: LARGEST_BODY_BYTES,
        fetch: (request) => this.#respond(request, path),
      });
    } catch {
      throw new OutsideError("telegram_webhook_port", `The webhook cannot listen on ${host}:${port}.`);
    }
    try {
      await this.#supervised.start();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** The hook stays set: Telegram keeps what comes until the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#supervised.close();
    await this.#taking;
    await this.#server?.stop(true);
    this.#server = null;
  }

  async #round({ isRecovering, signal, worked }: Round): Promise<void> {
    const { api, clock, introduce, webhook } = this.#options;
    if (isRecovering) {
      await introduce();
      await api.setWebhook(webhook.publicUrl, {
        secret_token: webhook.secret,
        allowed_updates: ALLOWED_UPDATES,
        // Several at once would overtake one another.
        max_connections: 1,
      });
    }
    const { last_error_date: failedAt = 0, last_error_message: why, ...info } = await api.getWebhookInfo();
    if (info.url !== webhook.publicUrl)
      throw new OutsideError("telegram_webhook_gone", "Another program set this bot's webhook elsewhere.");
    const since = Math.max(this.#startedAt, clock.now() - RECENT_MS);
    if (info.pending_update_count > 0 && failedAt * 1_000 > since) {
      const sentence = `Telegram cannot deliver to the webhook: ${why ?? "no reason given"}.`;
      throw new OutsideError("telegram_webhook_failing", sentence);
    }
    worked();
    await clock.sleep(CHECK_MS, signal).catch(() => {});
  }

  async #respond(request: Request, path: string): Promise<Response> {
    if (!isSecret(request.headers.get(HEADER), this.#options.webhook.secret)) return answer(401);
    if (new URL(request.url).pathname !== path) return answer(404);
    if (request.method !== "POST") return answer(405);
    let update: unknown;
    try {
      update = await request.json();
    } catch {
      return answer(400);
    }
    const taking = this.#taking.then(() => this.#take(update));
    this.#taking = taking;
    // Anything but a 2xx makes Telegram deliver it again.
    return answer((await taking) ? 200 : 500);
  }

  async #take(update: unknown): Promise<boolean> {
    return !this.#isClosed && takeOnce(update, this.#options);
  }
}

const answer = (status: number): Response => new Response(null, { status });

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** In a time that tells nothing of how much was right. */
const isSecret = (given: string | null, secret: string): boolean =>
  given !== null && timingSafeEqual(digest(given), digest(secret));
