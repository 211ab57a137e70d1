/** Starts the exchange simulator: one port for HTTP and streams, one market, one clock. */
import type { Clock } from "../core/clock.ts";
import { InputError } from "../core/errors.ts";
import { timeframeMs } from "../core/timeframe.ts";
import type { CandleSource } from "./candle-source.ts";
import { controlRoutes } from "./control.ts";
import type { MarketView } from "./endpoint.ts";
import { Faults } from "./faults.ts";
import { apiRoutes } from "./http.ts";
import { priceText, SYMBOL } from "./listed-symbol.ts";
import { SimulatedMarket } from "./market.ts";
import { MARKET_ENDPOINTS } from "./market-endpoints.ts";
import { PriceProcess } from "./price-process.ts";
import { RequestWeight, USUAL_WEIGHT_PER_MINUTE } from "./request-weight.ts";
import type { Subscriber } from "./stream-requests.ts";
import { Streams } from "./streams.ts";

/** A clock that moves only when told; with one the simulator is stepped. */
export interface SteppedClock extends Clock {
  advanceTo(at: number): Promise<void>;
}

export interface SimulatorOptions {
  readonly clock: Clock | SteppedClock;
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** Only this machine can reach the default, 127.0.0.1. */
  readonly hostname?: string;
  readonly seed?: number | string;
  /** History of the seeded market ends and its present begins here; the clock's now by default. */
  readonly startAt?: number;
  readonly historyDays?: number;
  readonly startPrice?: number;
  /** Candles to replay instead of the seeded price process. */
  readonly source?: CandleSource;
  /** Null never refuses: for a market that runs faster than real time. */
  readonly requestWeightPerMinute?: number | null;
  /** Market time between updates of open candles and offers on the streams; 2,000 on a running clock, none on a stepped one. */
  readonly updateEveryMs?: number | null;
}

export interface Simulator {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly wsUrl: string;
  /** Moves a stepped market and sends what falls due on the streams; throws InputError for a running clock or an instant that is past or beyond a year. */
  advanceTo(at: number): Promise<void>;
  stop(): Promise<void>;
}

const DAY_MS = timeframeMs("1d");
const LONGEST_ADVANCE_MS = 366 * DAY_MS;
/** The server pings after 20 s without traffic and gives up 16 s later, as Bun splits these 36 s. */
const IDLE_SECONDS = 36;

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { clock, seed = 1, hostname = "127.0.0.1", port = 0, requestWeightPerMinute } = options;
  const market = new SimulatedMarket(sourceOf(options, seed), seed, clock);
  const faults = new Faults(() => market.now());
  const perMinute = requestWeightPerMinute === undefined ? USUAL_WEIGHT_PER_MINUTE : requestWeightPerMinute;
  const weight = new RequestWeight(perMinute, () => market.now());
  const view: MarketView = {
    market,
    serverTime: () => market.now() + faults.skewMs(),
    requestWeightPerMinute: perMinute ?? USUAL_WEIGHT_PER_MINUTE,
  };
  const { updateEveryMs = isStepped(clock) ? null : 2000 } = options;
  const streams = new Streams({ market, faults, clock, updateEveryMs });
  const advanceTo = advancer(clock, market, streams);
  const api = apiRoutes({ view, weight, faults, endpoints: MARKET_ENDPOINTS });
  const control = controlRoutes({
    advanceTo,
    status: () => ({ ...statusOf(market, clock), ...weight.counts, ...streams.counts, faults: faults.list }),
    addFault: (body) => {
      const fault = faults.add(body);
      streams.dropIfAsked();
      return fault;
    },
    faults: () => faults.list,
    clearFaults: () => faults.clear(),
  });

  const server = Bun.serve<Subscriber>({
    hostname,
    port,
    idleTimeout: 0,
    fetch: (request, self) => {
      if (streams.upgrade(request, self)) return undefined;
      return (new URL(request.url).pathname.startsWith("/sim/") ? control : api).fetch(request);
    },
    websocket: {
      idleTimeout: IDLE_SECONDS,
      open: (socket) => streams.opened(socket),
      message: (socket, message) => streams.received(socket, message),
      close: (socket) => streams.closed(socket),
    },
  });
  return {
    url: `http://${hostname}:${server.port}`,
    wsUrl: `ws://${hostname}:${server.port}`,
    advanceTo,
    stop: async () => {
      streams.stop();
      await server.stop(true);
    },
  };
}

function sourceOf(options: SimulatorOptions, seed: number | string): CandleSource {
  if (options.source) return options.source;
  const { startAt = options.clock.now(), historyDays = 120, startPrice } = options;
  const process = new PriceProcess({
    ...{ seed, startAt: startAt - historyDays * DAY_MS },
    ...(startPrice === undefined ? {} : { startPrice }),
  });
  process.upTo(startAt);
  return process;
}

const isStepped = (clock: Clock): clock is SteppedClock => "advanceTo" in clock;

function statusOf(market: SimulatedMarket, clock: Clock): object {
  const { source } = market;
  return {
    symbol: SYMBOL,
    now: market.now(),
    isStepped: isStepped(clock),
    source: source.name,
    seed: market.seed,
    baseTimeframe: source.baseTimeframe,
    beginsAt: source.candles.openAt(0),
    endsAt: source.endsAt,
    lastPrice: priceText(market.lastPrice()),
  };
}

/** Advances one at a time, in the order they were asked for. */
function advancer(clock: Clock, market: SimulatedMarket, streams: Streams): (at: number) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  const advance = async (at: number): Promise<void> => {
    if (!isStepped(clock)) {
      throw new InputError(
        "not_stepped",
        "This market's clock runs by itself; only a stepped one can be advanced.",
      );
    }
    const now = market.now();
    if (at < now)
      throw new InputError("advance_back", `It is already ${now} in the market; time does not go back.`);
    if (at > now + LONGEST_ADVANCE_MS) {
      throw new InputError("advance_too_far", "Advance by at most 366 days at a time.");
    }
    await clock.advanceTo(at);
    streams.pump(true);
  };
  return (at) => {
    const turn = last.then(() => advance(at));
    last = turn.catch(() => {});
    return turn;
  };
}
