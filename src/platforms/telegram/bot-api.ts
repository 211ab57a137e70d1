/** The way to the Bot API: bounded in time, and patient where nobody else tries again. */
import { autoRetry } from "@grammyjs/auto-retry";
import { Api, type ApiClientOptions, type Transformer } from "grammy";

export interface BotApiOptions {
  readonly token: string;
  /** Another server than Telegram's own, without a slash at the end. */
  readonly apiRoot?: string;
}

/** grammY's own default is more than eight minutes. */
const TIMEOUT_SECONDS = 20;
/** The poller ends a poll that hangs by itself; this is the last resort. */
const POLL_TIMEOUT_SECONDS = 120;

/** The outbox tries messages again, durably and at the right pace; a press or a poll is not worth a second try. */
const NOT_RETRIED =
  /^(send|edit|delete)(?!MyCommands|Webhook)|^(getUpdates|answerCallbackQuery|getMe|setWebhook|deleteWebhook|getWebhookInfo)$/;

export function clientOptions(
  { apiRoot }: BotApiOptions,
  timeoutSeconds = TIMEOUT_SECONDS,
): ApiClientOptions {
  return { timeoutSeconds, ...(apiRoot === undefined ? {} : { apiRoot: apiRoot.replace(/\/+$/, "") }) };
}

/** For getUpdates alone, which waits longer than any other method. */
export const pollingApi = (options: BotApiOptions): Api =>
  new Api(options.token, clientOptions(options, POLL_TIMEOUT_SECONDS));

export function retrying(): Transformer {
  const retry = autoRetry({ maxRetryAttempts: 3, maxDelaySeconds: 10, rethrowHttpErrors: true });
  return (previous, method, payload, signal) =>
    NOT_RETRIED.test(method) ? previous(method, payload, signal) : retry(previous, method, payload, signal);
}
