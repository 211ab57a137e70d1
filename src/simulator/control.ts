/** The simulator's own controls under /sim/v1, for the people and programs that run it: not part of the exchange. */
import { type Context, Hono } from "hono";
import { InputError } from "../core/errors.ts";
import type { Fault } from "./faults.ts";

export interface Controls {
  status(): object;
  /** Throws InputError. */
  advanceTo(at: number): Promise<void>;
  /** Throws InputError. */
  addFault(body: unknown): Fault;
  faults(): readonly Fault[];
  clearFaults(): void;
}

export function controlRoutes(controls: Controls): Hono {
  const app = new Hono().basePath("/sim/v1");
  app.get("/status", (context) => context.json(controls.status()));
  app.post("/advance", async (context) => {
    const body = await bodyOf(context);
    const to =
      typeof body === "object" && body !== null ? (body as Record<string, unknown>)["to"] : undefined;
    if (!Number.isSafeInteger(to)) {
      throw new InputError("bad_advance", 'Send {"to": instant} with a whole number of epoch milliseconds.');
    }
    await controls.advanceTo(to as number);
    return context.json(controls.status());
  });
  app.get("/faults", (context) => context.json(controls.faults()));
  app.post("/faults", async (context) => context.json(controls.addFault(await bodyOf(context)), 201));
  app.delete("/faults", (context) => {
    controls.clearFaults();
    return context.json(controls.faults());
  });
  app.onError((error, context) => {
    if (error instanceof InputError) return context.json({ code: error.code, error: error.message }, 400);
    throw error;
  });
  return app;
}

async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    throw new InputError("bad_json", "The body is not JSON; send a JSON object.");
  }
}
