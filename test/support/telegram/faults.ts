/** Faults to order: what a method answers instead of, or on the way to, its true answer. */
import { BotApiRefusal, tooManyRequests } from "./bot-api-refusal.ts";

export type Fault =
  /** Answered with this refusal; with `hasEffect` the method was carried out all the same. */
  | { readonly kind: "refuse"; readonly refusal: BotApiRefusal; readonly hasEffect: boolean }
  /** Never answered until `release()` or `stop()`; then the connection is cut. */
  | { readonly kind: "hang"; readonly hasEffect: boolean }
  /** The connection is cut in the middle of the answer. */
  | { readonly kind: "reset"; readonly hasEffect: boolean }
  /** 200 with half of the JSON. */
  | { readonly kind: "malformed"; readonly hasEffect: boolean }
  /** Carried out, and answered `delayMs` of server time later. */
  | { readonly kind: "slow"; readonly delayMs: number };

interface Effect {
  readonly hasEffect?: boolean;
}

export const fault = {
  tooMany: (retryAfter: number): Fault => ({
    kind: "refuse",
    refusal: tooManyRequests(retryAfter),
    hasEffect: false,
  }),
  server: (code = 502, { hasEffect = false }: Effect = {}): Fault => ({
    kind: "refuse",
    refusal: new BotApiRefusal(code, code === 502 ? "Bad Gateway" : "Internal Server Error"),
    hasEffect,
  }),
  refuse: (code: number, description: string): Fault => ({
    kind: "refuse",
    refusal: new BotApiRefusal(code, description),
    hasEffect: false,
  }),
  hang: ({ hasEffect = false }: Effect = {}): Fault => ({ kind: "hang", hasEffect }),
  reset: ({ hasEffect = true }: Effect = {}): Fault => ({ kind: "reset", hasEffect }),
  malformed: ({ hasEffect = true }: Effect = {}): Fault => ({ kind: "malformed", hasEffect }),
  slow: (delayMs: number): Fault => ({ kind: "slow", delayMs }),
};

export class FaultOrders {
  readonly #orders: { readonly method: string; readonly fault: Fault; left: number }[] = [];
  readonly #hanging = new Set<() => void>();

  add(method: string, fault: Fault, times: number): void {
    this.#orders.push({ method, fault, left: times });
  }

  clear(): void {
    this.#orders.length = 0;
  }

  /** The fault this call meets, in the order they were asked for. "*" spares getUpdates, which would use it up. */
  take(method: string): Fault | undefined {
    const order = this.#orders.find(
      (each) => each.left > 0 && (each.method === method || (each.method === "*" && method !== "getUpdates")),
    );
    if (order) order.left -= 1;
    return order?.fault;
  }

  get hangingCount(): number {
    return this.#hanging.size;
  }

  /** Settles when released, or when the caller gives up. */
  hang(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const release = () => {
        this.#hanging.delete(release);
        resolve();
      };
      this.#hanging.add(release);
      signal.addEventListener("abort", release, { once: true });
      if (signal.aborted) release();
    });
  }

  release(): void {
    for (const release of [...this.#hanging]) release();
  }
}

/** Sends the beginning of a body and cuts the connection. */
export function cutOff(beginning: string): Response {
  let hasBegun = beginning === "";
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!hasBegun) {
        hasBegun = true;
        return controller.enqueue(new TextEncoder().encode(beginning));
      }
      // A turn of the event loop lets the beginning leave; an error without a reason ends the connection silently.
      await new Promise((resolve) => setImmediate(resolve));
      controller.error();
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}
