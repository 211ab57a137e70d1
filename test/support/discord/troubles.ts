/** Troubles a test asks for: the next requests that match a route fail in a given way, with or without their effect. */
import { tooManyRequests } from "./rate-limits.ts";

export type Trouble =
  /** Real milliseconds, told as `retry_after`. */
  | { readonly kind: "rate limited"; readonly retryAfterMs: number; readonly isGlobal?: boolean }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly code?: number;
      readonly message?: string;
      /** The request is carried out, and its success is not told. */
      readonly hasEffect?: boolean;
    }
  | { readonly kind: "hang" | "reset" | "malformed"; readonly hasEffect?: boolean }
  | { readonly kind: "slow"; readonly delayMs: number };

interface Planned {
  readonly method: string;
  readonly segments: readonly string[];
  readonly trouble: Trouble;
  remaining: number;
}

export class Troubles {
  #planned: Planned[] = [];
  readonly #hanging = new Set<() => void>();

  /** `routePattern` is such as `PATCH /webhooks/…/@original`: a star in the place of a segment or of the method stands for any. */
  plan(routePattern: string, trouble: Trouble, times: number): void {
    const [method = "*", path = ""] = routePattern.split(" ");
    this.#planned.push({ method, segments: path.split("/"), trouble, remaining: times });
  }

  clear(): void {
    this.#planned = [];
  }

  take(method: string, path: string): Trouble | null {
    const segments = path.split("/");
    const found = this.#planned.find((planned) => {
      const isPath =
        planned.segments.length === segments.length &&
        planned.segments.every((segment, index) => segment === "*" || segment === segments[index]);
      return planned.remaining > 0 && isPath && (planned.method === "*" || planned.method === method);
    });
    if (found === undefined) return null;
    found.remaining -= 1;
    return found.trouble;
  }

  /** Answers as the trouble says, after `carryOut` where the request is to have its effect. */
  async answer(trouble: Trouble, carryOut: () => Promise<Response>): Promise<Response> {
    if (trouble.kind === "slow") {
      await Bun.sleep(trouble.delayMs);
      return carryOut();
    }
    if (trouble.kind !== "rate limited" && trouble.hasEffect === true) await carryOut();
    switch (trouble.kind) {
      case "hang":
        await new Promise<void>((resolve) => this.#hanging.add(resolve));
        return new Response(null, { status: 503 });
      case "reset":
        return new Response(new ReadableStream({ start: (controller) => controller.error() }));
      case "malformed":
        return new Response('{"id": "1', { headers: { "content-type": "application/json" } });
      case "rate limited":
        return tooManyRequests(trouble.retryAfterMs / 1_000, trouble.isGlobal ?? false, {});
      case "status": {
        const { status, code = 0, message = `${status}: planned by the test` } = trouble;
        return Response.json({ code, message }, { status });
      }
    }
  }

  /** Lets hanging requests end, so that the server can stop. */
  release(): void {
    for (const end of this.#hanging) end();
    this.#hanging.clear();
  }
}
