/** Webhook mode: posts each update in order with the secret token, and again until the hook answers 2xx. */
import type { WebhookInfo } from "grammy/types";
import { badRequest } from "./bot-api-refusal.ts";
import type { Call } from "./call.ts";
import type { ServerTime } from "./server-time.ts";
import type { UpdateKind, UpdateQueue } from "./update-queue.ts";

export interface WebhookTiming {
  readonly timeoutMs: number;
  readonly retryMs: number;
}

export class Webhook {
  readonly #queue: UpdateQueue;
  readonly #time: ServerTime;
  readonly #timing: WebhookTiming;
  readonly #onChange: () => void;
  #url = "";
  #secretToken = "";
  #lastError: { date: number; message: string } | null = null;
  #isPumping = false;
  /** Cuts the delivery or the pause under way. */
  #interrupt: () => void = () => {};
  /** Deliveries tried, good or bad. */
  attempts = 0;

  constructor(queue: UpdateQueue, time: ServerTime, timing: WebhookTiming, onChange: () => void) {
    this.#queue = queue;
    this.#time = time;
    this.#timing = timing;
    this.#onChange = onChange;
  }

  get isSet(): boolean {
    return this.#url !== "";
  }

  setWebhook(call: Call): true {
    const url = call.text("url");
    if (url === "") return this.deleteWebhook(call);
    // Telegram takes https only; a hook in a test listens on loopback.
    if (!/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost)[:/])/.test(url))
      throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
    const secretToken = call.text("secret_token");
    if (!/^[A-Za-z0-9_-]{0,256}$/.test(secretToken))
      throw badRequest("secret token contains unallowed characters");
    this.#url = url;
    this.#secretToken = secretToken;
    this.#lastError = null;
    this.#queue.allow(call.structure("allowed_updates"));
    if (call.isTrue("drop_pending_updates")) this.#queue.drop();
    this.#interrupt();
    this.pump();
    return true;
  }

  deleteWebhook(call: Call): true {
    if (call.isTrue("drop_pending_updates")) this.#queue.drop();
    this.stop();
    return true;
  }

  getWebhookInfo(): WebhookInfo {
    return {
      url: this.#url,
      has_custom_certificate: false,
      pending_update_count: this.#queue.size,
      ...(this.isSet ? { max_connections: 40, ip_address: "127.0.0.1" } : {}),
      ...(this.#lastError
        ? { last_error_date: this.#lastError.date, last_error_message: this.#lastError.message }
        : {}),
      ...(this.#queue.allowed.length > 0 ? { allowed_updates: this.#queue.allowed as UpdateKind[] } : {}),
    };
  }

  stop(): void {
    this.#url = "";
    this.#interrupt();
  }

  /** Delivers what waits, unless that is under way. */
  pump(): void {
    if (!this.#isPumping && this.isSet) void this.#deliverAll();
  }

  async #deliverAll(): Promise<void> {
    this.#isPumping = true;
    for (let update = this.#queue.first(); this.isSet && update; update = this.#queue.first()) {
      const failure = await this.#deliver(JSON.stringify(update));
      if (failure === null) {
        this.#queue.confirm(update.update_id);
        continue;
      }
      if (!this.isSet) break;
      this.#lastError = { date: this.#time.seconds(), message: failure };
      this.#onChange();
      await this.#pause();
    }
    this.#isPumping = false;
  }

  /** Null when the hook took the update, else why not, in the words of getWebhookInfo. */
  async #deliver(body: string): Promise<string | null> {
    this.attempts += 1;
    const abort = new AbortController();
    this.#interrupt = () => abort.abort();
    const cancel = this.#time.after(this.#timing.timeoutMs, () => abort.abort());
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(this.#secretToken === "" ? {} : { "X-Telegram-Bot-Api-Secret-Token": this.#secretToken }),
        },
        body,
        redirect: "manual",
        signal: abort.signal,
      });
      await response.arrayBuffer();
      return response.ok
        ? null
        : `Wrong response from the webhook: ${response.status} ${response.statusText}`.trim();
    } catch {
      return abort.signal.aborted ? "Read timeout expired" : "Connection failed";
    } finally {
      cancel();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#time.after(this.#timing.retryMs, resolve);
      this.#interrupt = () => {
        cancel();
        resolve();
      };
    });
  }
}
