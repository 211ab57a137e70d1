/** Discord's rate limits: five posts and five edits in five seconds a channel, fifty requests a second in all. */
interface Window {
  endsAt: number;
  used: number;
}

export interface Allowance {
  readonly headers: Record<string, string>;
  /** Real seconds to wait when the request is refused, else null. */
  readonly retryAfterSeconds: number | null;
  readonly isGlobal: boolean;
}

const GLOBAL = { limit: 50, windowMs: 1_000 };
const MESSAGES = { limit: 5, windowMs: 5_000 };

export class RateLimits {
  isOn = true;
  readonly #windows = new Map<string, Window>();
  readonly #now: () => number;
  readonly #speed: number;

  /** `now` is the server's clock, which runs `speed` times as fast as the clients' real one. */
  constructor(now: () => number, speed: number) {
    this.#now = now;
    this.#speed = speed;
  }

  /** Counts a request; interaction answers are exempt from the global limit, as on Discord. */
  take(method: string, path: string, isExemptFromGlobal: boolean): Allowance {
    if (!this.isOn) return { headers: {}, retryAfterSeconds: null, isGlobal: false };
    if (!isExemptFromGlobal) {
      const window = this.#use("global", GLOBAL);
      if (window.used > GLOBAL.limit) return this.#refused(window, {}, true);
    }
    const bucket = messageBucket(method, path);
    if (bucket === null) return { headers: {}, retryAfterSeconds: null, isGlobal: false };
    const window = this.#use(`${bucket.name}:${bucket.channelId}`, MESSAGES);
    const headers = {
      "x-ratelimit-limit": String(MESSAGES.limit),
      "x-ratelimit-remaining": String(Math.max(0, MESSAGES.limit - window.used)),
      "x-ratelimit-reset": String(window.endsAt / 1_000),
      "x-ratelimit-reset-after": this.#realSeconds(window).toFixed(3),
      "x-ratelimit-bucket": bucket.name,
    };
    if (window.used > MESSAGES.limit) return this.#refused(window, headers, false);
    return { headers, retryAfterSeconds: null, isGlobal: false };
  }

  #use(key: string, rule: { limit: number; windowMs: number }): Window {
    const now = this.#now();
    let window = this.#windows.get(key);
    if (window === undefined || now >= window.endsAt) {
      window = { endsAt: now + rule.windowMs, used: 0 };
      this.#windows.set(key, window);
    }
    window.used += 1;
    return window;
  }

  #refused(window: Window, headers: Record<string, string>, isGlobal: boolean): Allowance {
    return { headers, retryAfterSeconds: Number(this.#realSeconds(window).toFixed(3)), isGlobal };
  }

  #realSeconds(window: Window): number {
    return Math.max(0.001, (window.endsAt - this.#now()) / 1_000 / this.#speed);
  }
}

export function tooManyRequests(
  retryAfterSeconds: number,
  isGlobal: boolean,
  headers: Record<string, string>,
): Response {
  const body = { message: "You are being rate limited.", retry_after: retryAfterSeconds, global: isGlobal };
  return Response.json(body, {
    status: 429,
    headers: {
      ...headers,
      "retry-after": String(retryAfterSeconds),
      "x-ratelimit-scope": isGlobal ? "global" : "user",
      ...(isGlobal ? { "x-ratelimit-global": "true" } : {}),
    },
  });
}

function messageBucket(method: string, path: string): { name: string; channelId: string } | null {
  const match = /^\/channels\/(\d+)\/messages(\/\d+)?$/.exec(path);
  const channelId = match?.[1];
  if (channelId === undefined) return null;
  if (method === "POST") return { name: "post-message", channelId };
  if (method === "PATCH") return { name: "edit-message", channelId };
  return null;
}
