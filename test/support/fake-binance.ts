// A small Binance on loopback that answers as scripted: standing good answers, queued faults, a log of every request.
import type { Server, ServerWebSocket } from "bun";
import { VirtualClock } from "../../src/clock.ts";
import type { Clock } from "../../src/core/clock.ts";

export interface LoggedRequest {
  /** By the clock that test, client and fake share. */
  readonly at: number;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

export type Responder = (request: LoggedRequest) => Response | Promise<Response>;

/** Virtual time in which sleeping takes no real time: a sleep moves the clock at once, and is noted. */
export class JumpingClock extends VirtualClock {
  readonly sleeps: number[] = [];

  override async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(delayMs);
    await this.advanceTo(this.now() + delayMs);
    signal?.throwIfAborted();
  }
}

export const answer = (payload: unknown, headers: Record<string, string> = {}): Responder => {
  return () => Response.json(payload, { headers });
};
export const failure = (status: number, body: unknown, headers: Record<string, string> = {}): Responder => {
  return () => Response.json(body, { status, headers });
};
export const text = (status: number, body: string, type = "text/html"): Responder => {
  return () => new Response(body, { status, headers: { "content-type": type } });
};
export const hang: Responder = () => new Promise<Response>(() => {});

export interface FakeBinance {
  readonly restUrl: string;
  readonly streamUrl: string;
  readonly requests: LoggedRequest[];
  /** The `streams` query of every WebSocket connection so far. */
  readonly connections: string[];
  readonly sockets: ReadonlySet<ServerWebSocket<undefined>>;
  /** What a path answers from now on. */
  always(path: string, responder: Responder): void;
  /** What a path answers next, once each, before its standing answer. */
  next(path: string, ...responders: Responder[]): void;
  /** Text is sent as it is, anything else as JSON, to every open socket. */
  send(frame: unknown): void;
  /** When false, WebSocket connections are answered with 503. */
  acceptsStreams: boolean;
  stop(): Promise<void>;
}

export function startFakeBinance(clock: Clock): FakeBinance {
  const requests: LoggedRequest[] = [];
  const connections: string[] = [];
  const sockets = new Set<ServerWebSocket<undefined>>();
  const standing = new Map<string, Responder>();
  const queued = new Map<string, Responder[]>();
  const server: Server<undefined> = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch(request, self) {
      const url = new URL(request.url);
      if (url.pathname === "/stream") {
        connections.push(url.searchParams.get("streams") ?? "");
        if (fake.acceptsStreams && self.upgrade(request)) return undefined;
        return new Response("no", { status: 503 });
      }
      const logged = {
        at: clock.now(),
        path: url.pathname.slice(1),
        query: Object.fromEntries(url.searchParams),
      };
      requests.push(logged);
      const responder = queued.get(logged.path)?.shift() ?? standing.get(logged.path);
      return responder?.(logged) ?? Response.json({ code: -1121, msg: "Invalid symbol." }, { status: 400 });
    },
    websocket: {
      open: (socket) => void sockets.add(socket),
      close: (socket) => void sockets.delete(socket),
      message() {},
    },
  });
  const fake: FakeBinance = {
    restUrl: `http://127.0.0.1:${server.port}`,
    streamUrl: `ws://127.0.0.1:${server.port}`,
    requests,
    connections,
    sockets,
    acceptsStreams: true,
    always: (path, responder) => void standing.set(path, responder),
    next: (path, ...responders) => void queued.set(path, [...(queued.get(path) ?? []), ...responders]),
    send(frame) {
      for (const socket of sockets) socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    },
    stop: () => server.stop(true),
  };
  fake.always("api/v3/time", () => Response.json({ serverTime: clock.now() }));
  return fake;
}

/** A server below HTTP: writes `bytes` for each request and then resets, ends or keeps the connection open. */
export function startRawServer(bytes: string, then: "reset" | "end" | "keep"): { url: string; stop(): void } {
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        if (bytes !== "") socket.write(bytes);
        if (then === "reset") socket.terminate();
        if (then === "end") socket.end();
      },
    },
  });
  return { url: `http://127.0.0.1:${listener.port}`, stop: () => listener.stop(true) };
}

/** Waits in real time (2 s at most) until something that the sockets bring about holds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 2_000; turn++) {
    if (holds()) return;
    await Bun.sleep(1);
  }
  throw new Error(`waited in vain until ${what}`);
}

/** One kline as the REST interface writes it; a candle that rises by 1 from a price set by its open time. */
export function klineRow(openAt: number, lengthMs: number): unknown[] {
  const open = 20_000 + ((openAt / lengthMs) % 1_000);
  return [
    openAt,
    open.toFixed(8),
    (open + 2).toFixed(8),
    (open - 1).toFixed(8),
    (open + 1).toFixed(8),
    "12.34567000",
    openAt + lengthMs - 1,
    "246913.40000000",
    308,
    "6.10000000",
    "122000.00000000",
    "0",
  ];
}

/** Answers klines for any range up to the clock's now, the still-open candle included, as the exchange does. */
export function klinesUpTo(clock: Clock, lengthMs: number): Responder {
  return ({ query }) => {
    const limit = Number(query["limit"] ?? 500);
    const rows: unknown[] = [];
    let openAt = Math.ceil(Number(query["startTime"]) / lengthMs) * lengthMs;
    for (; openAt <= clock.now() && rows.length < limit; openAt += lengthMs)
      rows.push(klineRow(openAt, lengthMs));
    return Response.json(rows);
  };
}

/** One frame of the combined kline stream. */
export function klineFrame(openAt: number, lengthMs: number, interval: string, isClosed: boolean) {
  const [t, o, h, l, c, v, T, q, n, V, Q] = klineRow(openAt, lengthMs);
  return {
    stream: `btcusdt@kline_${interval}`,
    data: {
      e: "kline",
      E: openAt + (isClosed ? lengthMs + 1 : 1_000),
      s: "BTCUSDT",
      k: { t, T, s: "BTCUSDT", i: interval, f: 100, L: 200, o, c, h, l, v, n, x: isClosed, q, V, Q, B: "0" },
    },
  };
}
