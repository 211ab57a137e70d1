/** A simulator on a virtual clock with what its tests ask of it over the wire; it stops when the test is over. */
import { afterEach } from "bun:test";
import { VirtualClock } from "../../src/clock.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/simulator.ts";

export const startAt = Date.UTC(2026, 0, 15, 10, 0);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

const running: Simulator[] = [];

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.stop();
});

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests read answers as a client without types would
  readonly body: any;
}

export interface Stepped extends Simulator {
  readonly clock: VirtualClock;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
}

export async function stepped(options: Partial<SimulatorOptions> = {}): Promise<Stepped> {
  const clock = new VirtualClock(options.startAt ?? startAt);
  const simulator = await startSimulator({ clock, historyDays: 3, ...options });
  running.push(simulator);
  const send = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(simulator.url + path, init);
    const text = await response.text();
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    ...simulator,
    clock,
    get: (path) => send(path),
    post: (path, body) => send(path, { method: "POST", body: JSON.stringify(body) }),
  };
}
