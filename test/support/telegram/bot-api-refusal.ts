/** A refusal as the Bot API words it: thrown by a method, answered as `{ ok: false, error_code, description, parameters }`. */
import type { ResponseParameters } from "grammy/types";

export class BotApiRefusal extends Error {
  override readonly name = "BotApiRefusal";

  constructor(
    readonly code: number,
    readonly description: string,
    readonly parameters?: ResponseParameters,
  ) {
    super(description);
  }
}

export const badRequest = (reason: string, parameters?: ResponseParameters): BotApiRefusal =>
  new BotApiRefusal(400, `Bad Request: ${reason}`, parameters);

export const forbidden = (reason: string): BotApiRefusal => new BotApiRefusal(403, `Forbidden: ${reason}`);

export const tooManyRequests = (retryAfter: number): BotApiRefusal =>
  new BotApiRefusal(429, `Too Many Requests: retry after ${retryAfter}`, { retry_after: retryAfter });
