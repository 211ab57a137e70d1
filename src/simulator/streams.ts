/** The market streams: who is subscribed to what, and the frames each is due. */
import type { Server, ServerWebSocket } from "bun";
import type { Clock } from "../core/clock.ts";
import { bucketOpenAt, isTimeframe, type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { bookTickerEvent } from "./book-answers.ts";
import { miniTickerEvent } from "./day-statistics.ts";
import type { Faults } from "./faults.ts";
import { klineEvent } from "./klines.ts";
import { SYMBOL } from "./listed-symbol.ts";
import type { SimulatedMarket } from "./market.ts";
import { type Subscriber, streamRequest } from "./stream-requests.ts";
import { countOpenedBy, tradedCandleAt } from "./traded-candles.ts";

export type Socket = ServerWebSocket<Subscriber>;

export interface StreamParts {
  readonly market: SimulatedMarket;
  readonly faults: Faults;
  readonly clock: Clock;
  /** Market time between updates of what is still open; null sends them only when told (`pump`). */
  readonly updateEveryMs: number | null;
}

const KLINE_STREAM = new RegExp(`^${SYMBOL.toLowerCase()}@kline_(.+)$`);

export class Streams {
  readonly #parts: StreamParts;
  readonly #sockets = new Set<Socket>();
  /** Closed candles up to this instant have been sent. */
  #sentUntil: number;
  #updatedAt: number;
  #cancelWake: () => void = () => {};

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#sentUntil = parts.market.now();
    this.#updatedAt = this.#sentUntil;
  }

  get counts(): { sockets: number; subscriptions: number } {
    let subscriptions = 0;
    for (const { data } of this.#sockets) subscriptions += data.streams.size;
    return { sockets: this.#sockets.size, subscriptions };
  }

  /** Takes over a request for /ws or /stream; false when it is no such request. */
  upgrade(request: Request, server: Server<Subscriber>): boolean {
    const { pathname, searchParams } = new URL(request.url);
    const isCombined = pathname === "/stream";
    if (!isCombined && pathname !== "/ws" && !pathname.startsWith("/ws/")) return false;
    const names = isCombined ? (searchParams.get("streams") ?? "") : pathname.slice("/ws/".length);
    const streams = new Set(names.split("/").filter((name) => name !== ""));
    return server.upgrade(request, { data: { isCombined, streams } });
  }

  opened(socket: Socket): void {
    this.pump(false);
    this.#sockets.add(socket);
    this.#wake();
    this.dropIfAsked();
  }

  received(socket: Socket, message: string | Buffer): void {
    this.pump(false);
    socket.send(streamRequest(String(message), socket.data));
    this.#wake();
  }

  closed(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#wake();
  }

  /** Ends every connection without a closing handshake when that fault was asked for. */
  dropIfAsked(): void {
    if (this.#sockets.size === 0 || !this.#parts.faults.take("stream_drop")) return;
    for (const socket of this.#sockets) socket.terminate();
  }

  stop(): void {
    this.#cancelWake();
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Sends every candle that has closed since the last time, in the order they closed, then what is open if asked. */
  pump(withOpen: boolean): void {
    const now = this.#parts.market.now();
    const due = this.#subscribed().flatMap((stream) => this.#closings(stream, now));
    // Of two candles closing together the shorter comes first: sorting keeps the order of equal instants.
    due.sort((a, b) => a.closesAt - b.closesAt || a.lengthMs - b.lengthMs);
    this.#sentUntil = now;
    for (const { stream, event } of due) {
      if (!this.#parts.faults.take("stream_gap")) this.#send(stream, event());
    }
    if (withOpen) this.#sendOpen();
  }

  #closings(stream: string, now: number) {
    const timeframe = this.#timeframeOf(stream);
    if (timeframe === null) return [];
    const { market } = this.#parts;
    const lengthMs = timeframeMs(timeframe);
    const closed = market.closed(timeframe);
    const due = [];
    for (
      let i = countOpenedBy(closed.openAt, closed.length, this.#sentUntil - lengthMs);
      i < closed.length;
      i++
    ) {
      const candle = tradedCandleAt(closed, i);
      const closesAt = candle.openAt + lengthMs;
      const event = () => klineEvent(candle, timeframe, true, closesAt + this.#parts.faults.skewMs());
      if (closesAt <= now) due.push({ stream, closesAt, lengthMs, event });
    }
    return due;
  }

  #sendOpen(): void {
    const { market, faults } = this.#parts;
    this.#updatedAt = market.now();
    const eventAt = this.#updatedAt + faults.skewMs();
    for (const stream of this.#subscribed()) {
      const timeframe = this.#timeframeOf(stream);
      const open = timeframe && market.open(timeframe);
      if (timeframe && open) this.#send(stream, klineEvent(open, timeframe, false, eventAt));
      else if (stream === `${SYMBOL.toLowerCase()}@bookTicker`) this.#send(stream, bookTickerEvent(market));
      else if (stream === `${SYMBOL.toLowerCase()}@miniTicker`)
        this.#send(stream, miniTickerEvent(market, eventAt));
    }
  }

  #send(stream: string, event: object): void {
    const { faults } = this.#parts;
    if (faults.take("stream_silence")) return;
    const raw = JSON.stringify(event);
    const copies = faults.take("stream_duplicate") ? 2 : 1;
    for (const socket of this.#sockets) {
      if (!socket.data.streams.has(stream)) continue;
      const frame = socket.data.isCombined ? `{"stream":${JSON.stringify(stream)},"data":${raw}}` : raw;
      for (let i = 0; i < copies; i++) socket.send(frame);
    }
  }

  #subscribed(): string[] {
    const names = new Set<string>();
    for (const { data } of this.#sockets) for (const stream of data.streams) names.add(stream);
    return [...names];
  }

  #timeframeOf(stream: string): Timeframe | null {
    const interval = KLINE_STREAM.exec(stream)?.[1];
    return interval && isTimeframe(interval) && this.#parts.market.offers(interval) ? interval : null;
  }

  /** Sets the one timer: the next closing of a subscribed candle, or the next update of what is open. */
  #wake(): void {
    this.#cancelWake();
    const { clock, market, updateEveryMs } = this.#parts;
    const streams = this.#subscribed();
    if (streams.length === 0) return;
    const now = market.now();
    const updateAt = updateEveryMs === null ? Number.POSITIVE_INFINITY : this.#updatedAt + updateEveryMs;
    const wakeAt = streams.reduce((earliest, stream) => {
      const timeframe = this.#timeframeOf(stream);
      return timeframe ? Math.min(earliest, bucketOpenAt(now, timeframe) + timeframeMs(timeframe)) : earliest;
    }, updateAt);
    if (!Number.isFinite(wakeAt)) return;
    this.#cancelWake = clock.after(wakeAt - now, () => {
      this.pump(market.now() >= updateAt);
      this.#wake();
    });
  }
}
