// The client over real sockets against a scripted exchange; time is virtual, so bans and pauses take none.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  type BinanceClient,
  type BinanceClientOptions,
  createBinanceClient,
} from "../../src/binance/client.ts";
import { BadPayloadError, RateLimitedError } from "../../src/binance/errors.ts";
import { serverTimeSchema, tickerPriceSchema } from "../../src/binance/schemas.ts";
import { VirtualClock } from "../../src/clock.ts";
import { OutsideError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import {
  answer,
  type FakeBinance,
  failure,
  hang,
  JumpingClock,
  startFakeBinance,
  startRawServer,
  text,
  until,
} from "../support/fake-binance.ts";

const TICKER = "api/v3/ticker/price";
const TIME = "api/v3/time";
/** A quarter past a minute. */
const START_AT = Date.UTC(2024, 0, 1) + 15_000;

let clock: JumpingClock;
let exchange: FakeBinance;
let client: BinanceClient;

const connect = (options: Partial<BinanceClientOptions> = {}): BinanceClient =>
  createBinanceClient({ clock, random: seededRandom(1), baseUrl: exchange.restUrl, ...options });

const ask = (of: BinanceClient = client) =>
  of.read({ path: TICKER, query: { symbol: "BTCUSDT" }, weight: 2, schema: tickerPriceSchema });

async function failureOf(attempt: Promise<unknown>): Promise<OutsideError> {
  try {
    await attempt;
  } catch (error) {
    expect(error).toBeInstanceOf(OutsideError);
    return error as OutsideError;
  }
  throw new Error("it did not fail");
}

const good = answer({ symbol: "BTCUSDT", price: "42000.50000000" });
const asked = (path = TICKER) => exchange.requests.filter((request) => request.path === path).length;

beforeEach(() => {
  clock = new JumpingClock(START_AT);
  exchange = startFakeBinance(clock);
  exchange.always(TICKER, good);
  client = connect();
});
afterEach(() => exchange.stop());

describe("reading", () => {
  test("a good answer comes back checked, with the instants of its attempt", async () => {
    expect(await ask()).toEqual({
      value: { symbol: "BTCUSDT", price: 42_000.5 },
      sentAt: START_AT,
      receivedAt: START_AT,
    });
    expect(exchange.requests).toEqual([{ at: START_AT, path: TICKER, query: { symbol: "BTCUSDT" } }]);
  });

  test("a server error is asked again after growing pauses, and then answers", async () => {
    exchange.next(
      TICKER,
      text(502, "<html>bad gateway</html>"),
      failure(503, { code: -1008, msg: "Overload" }),
    );
    expect((await ask()).value.price).toBe(42_000.5);
    expect(asked()).toBe(3);
    const [first, second] = clock.sleeps;
    expect(clock.sleeps).toHaveLength(2);
    expect(first).toBeWithin(250, 501);
    expect(second).toBeWithin(500, 1_001);
    expect(client.health()).toMatchObject({ state: "closed", consecutiveFailures: 0 });
  });

  test("after three server errors in a row the caller hears of it", async () => {
    exchange.always(TICKER, failure(500, { code: -1000, msg: "An unknown error occurred." }));
    expect(await failureOf(ask())).toMatchObject({
      name: "ExchangeFailedError",
      code: "exchange_failed",
      facts: { endpoint: TICKER, status: 500, exchangeCode: -1000 },
    });
    expect(asked()).toBe(3);
  });

  test("a refusal in the exchange's words is final and no sign of illness", async () => {
    exchange.always(TICKER, failure(400, { code: -1121, msg: "Invalid symbol." }));
    for (let i = 0; i < 7; i++) {
      expect(await failureOf(ask())).toMatchObject({
        code: "exchange_refused",
        facts: { status: 400, exchangeCode: -1121, exchangeMessage: "Invalid symbol." },
      });
    }
    expect(asked()).toBe(7);
    expect(client.health().state).toBe("closed");
  });

  test("a firewall's HTML page is refused without being repeated in the error", async () => {
    exchange.next(TICKER, text(403, "<html><script>alert(1)</script></html>"));
    const error = await failureOf(ask());
    expect(error).toMatchObject({ code: "exchange_refused", facts: { status: 403, exchangeCode: null } });
    expect(Bun.inspect(error)).not.toContain("script");
  });

  test("a redirect is not followed, nor asked again", async () => {
    exchange.next(TICKER, () => Response.redirect(`${exchange.restUrl}/${TIME}`, 302));
    expect(await failureOf(ask())).toMatchObject({
      code: "exchange_unreachable",
      facts: { reason: "it redirects, which is refused" },
    });
    expect(exchange.requests).toHaveLength(1);
  });

  test("silence ends with the time-out and is tried again", async () => {
    client = connect({ timeoutMs: 3_000 });
    exchange.next(TICKER, hang);
    const pending = ask();
    await until(() => asked() === 1, "the request is there");
    await clock.advanceTo(START_AT + 2_999);
    await Bun.sleep(5);
    expect(asked()).toBe(1);
    await clock.advanceTo(START_AT + 3_000);
    expect((await pending).value.price).toBe(42_000.5);
    expect(asked()).toBe(2);
  });

  test("a body that stops halfway ends with the time-out", async () => {
    const half = startRawServer('HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"symbol":', "keep");
    client = connect({ baseUrl: half.url, timeoutMs: 3_000, retries: 0 });
    const pending = failureOf(ask());
    await Bun.sleep(20);
    await clock.advanceTo(START_AT + 3_000);
    expect(await pending).toMatchObject({ facts: { reason: "not complete within 3000 ms" } });
    half.stop();
  });

  test.each<[string, string, "reset" | "end"]>([
    ["a reset before the answer", "", "reset"],
    ["a reset within the body", 'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"symbol":', "reset"],
    ["a body shorter than announced", 'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"symbol":', "end"],
    ["an answer that is not HTTP", "220 mail.example.com ESMTP\r\n", "end"],
  ])("%s is tried three times and told without the address", async (_fault, bytes, then) => {
    const broken = startRawServer(bytes, then);
    client = connect({ baseUrl: broken.url });
    const error = await failureOf(ask());
    expect(error.code).toBe("exchange_unreachable");
    expect(clock.sleeps).toHaveLength(2);
    expect(Bun.inspect(error)).not.toContain(broken.url);
    broken.stop();
  });

  test("a refused connection is tried three times", async () => {
    const closed = startRawServer("", "end");
    closed.stop();
    client = connect({ baseUrl: closed.url });
    expect(await failureOf(ask())).toMatchObject({ facts: { endpoint: TICKER, reason: "ECONNREFUSED" } });
    expect(clock.sleeps).toHaveLength(2);
  });

  test.each<[string, string, string]>([
    ["truncated JSON", '{"symbol":"BTCUSDT","pri', "not JSON"],
    ["an HTML page", "<html>hello</html>", "not JSON"],
    ["nothing", "", "empty"],
    ["null", "null", "Invalid input: expected object, received null"],
  ])("%s with status 200 is a bad payload", async (_name, body, problem) => {
    exchange.next(TICKER, text(200, body, "application/json"));
    expect(await failureOf(ask())).toMatchObject({ code: "bad_payload", facts: { path: "", problem } });
    expect(asked()).toBe(1);
  });

  test("a compressed bomb is cut at 8 MiB", async () => {
    const bomb = Bun.gzipSync(new Uint8Array(64 * 1024 * 1024).fill(32));
    exchange.next(TICKER, () => new Response(bomb, { headers: { "content-encoding": "gzip" } }));
    expect(await failureOf(ask())).toMatchObject({
      code: "bad_payload",
      facts: { problem: "longer than 8 MiB" },
    });
  });
});

describe("a ban", () => {
  test.each<[string, number, Record<string, string>, number]>([
    ["429 with Retry-After", 429, { "retry-after": "17" }, 17],
    ["418 with Retry-After", 418, { "retry-after": "3600" }, 3_600],
    ["429 without", 429, {}, 60],
    ["418 without", 418, {}, 120],
    ["418 with a date instead of seconds", 418, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, 120],
    ["429 with 0 seconds", 429, { "retry-after": "0" }, 1],
    ["418 with a year", 418, { "retry-after": "31536000" }, 3 * 24 * 3_600],
  ])(
    "%s: no request leaves before it ends, and one does the moment it ends",
    async (_n, status, headers, seconds) => {
      exchange.next(TICKER, failure(status, { code: -1003, msg: "Too much request weight used." }, headers));
      const untilAt = START_AT + seconds * 1_000;
      expect(await failureOf(ask())).toMatchObject({ code: "rate_limited", facts: { status, untilAt } });
      expect(client.health()).toMatchObject({ bannedUntilAt: untilAt, state: "closed" });

      for (let step = 0; step < 50; step++) {
        await clock.advanceTo(START_AT + Math.floor((seconds * 1_000 * step) / 50));
        expect(await failureOf(ask())).toBeInstanceOf(RateLimitedError);
      }
      await clock.advanceTo(untilAt - 1);
      expect((await failureOf(client.serverTime())).code).toBe("rate_limited");
      expect(exchange.requests).toHaveLength(1);

      await clock.advanceTo(untilAt);
      await ask();
      expect(exchange.requests.map((request) => request.at)).toEqual([START_AT, untilAt]);
      expect(client.health().bannedUntilAt).toBeNull();
    },
  );

  test("that its text dates later than its header holds until then", async () => {
    const untilAt = START_AT + 400_000;
    const msg = `Way too much request weight used; IP banned until ${untilAt}. Please use WebSocket Streams.`;
    exchange.next(TICKER, failure(418, { code: -1003, msg }, { "retry-after": "5" }));
    expect(await failureOf(ask())).toMatchObject({ untilAt });
    expect(client.health().bannedUntilAt).toBe(untilAt);
  });

  test("stops the other requests that were about to be tried again", async () => {
    exchange.next(TICKER, failure(500, {}));
    exchange.next(TIME, failure(429, {}, { "retry-after": "30" }));
    const original = clock.sleep.bind(clock);
    let isBanned = false;
    clock.sleep = async (delayMs, signal) => {
      if (!isBanned) {
        isBanned = true;
        await failureOf(client.serverTime());
      }
      return original(delayMs, signal);
    };
    expect((await failureOf(ask())).code).toBe("rate_limited");
    expect(exchange.requests.map((request) => request.path)).toEqual([TICKER, TIME]);
  });
});

describe("used weight", () => {
  const used = (weight: number) =>
    answer({ symbol: "BTCUSDT", price: "1" }, { "x-mbx-used-weight-1m": String(weight) });

  test("up to 80 % of the limit requests leave at once", async () => {
    exchange.always(TICKER, used(4_798));
    await ask();
    await ask();
    expect(clock.sleeps).toEqual([]);
    expect(client.health()).toMatchObject({ usedWeight: 4_798, weightLimit: 6_000 });
  });

  test("beyond 80 % the next one waits for the exchange's next minute", async () => {
    exchange.next(TICKER, used(4_799));
    await ask();
    await ask();
    expect(exchange.requests.map((request) => request.at - START_AT)).toEqual([0, 45_250]);
    expect(client.health().usedWeight).toBe(2);
  });

  test("an answer that was overtaken does not lower the count", async () => {
    exchange.next(TICKER, used(4_700), used(4_600));
    await ask();
    await ask();
    expect(client.health().usedWeight).toBe(4_700);
  });

  test("the minute is the exchange's, not ours", async () => {
    exchange.next(TIME, answer({ serverTime: START_AT + 30_000 }));
    await client.serverTime();
    exchange.next(TICKER, used(5_000));
    await ask();
    await ask();
    expect(exchange.requests.map((request) => request.at - START_AT)).toEqual([0, 0, 15_250]);
  });

  test("the limit that exchangeInfo states counts", async () => {
    client.useWeightLimit(1_200);
    exchange.next(TICKER, used(959));
    await ask();
    await ask();
    expect(clock.sleeps).toEqual([45_250]);
  });

  test("300 requests at once never exceed 80 % in a minute, even when the exchange tells nothing", async () => {
    const steady = new VirtualClock(START_AT);
    client = connect({ clock: steady });
    client.useWeightLimit(250);
    let answered = 0;
    const all = Array.from({ length: 300 }, () => ask().then(() => answered++));
    for (const [minute, count] of [100, 200, 300].entries()) {
      await until(() => answered === count, `${count} are answered`);
      await Bun.sleep(5);
      expect(exchange.requests).toHaveLength(count);
      await steady.advanceTo(START_AT + 45_249 + minute * 60_000);
      expect(exchange.requests).toHaveLength(count);
      await steady.advanceTo(START_AT + 45_250 + minute * 60_000);
    }
    await Promise.all(all);
  });
});

describe("the circuit breaker", () => {
  beforeEach(() => {
    client = connect({ retries: 0, failureLimit: 3, coolDownMs: 20_000 });
    exchange.always(TICKER, failure(500, {}));
  });

  async function failThrice(): Promise<void> {
    for (let i = 0; i < 3; i++) await failureOf(ask());
  }

  test("opens after three failures in a row and sends nothing while open", async () => {
    await failThrice();
    expect(client.health()).toMatchObject({ state: "open", consecutiveFailures: 3, lastErrorAt: START_AT });
    expect(client.health().lastError).toStartWith("exchange_failed: ");
    await clock.advanceTo(START_AT + 19_999);
    expect(await failureOf(ask())).toMatchObject({ code: "circuit_open", untilAt: START_AT + 20_000 });
    expect(exchange.requests).toHaveLength(3);
  });

  test("half open, one request probes and the others wait for its answer", async () => {
    await failThrice();
    await clock.advanceTo(START_AT + 20_000);
    expect(client.health().state).toBe("half_open");
    exchange.always(TICKER, good);
    const results = await Promise.allSettled([ask(), ask(), ask()]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(exchange.requests).toHaveLength(4);
    expect(client.health()).toMatchObject({ state: "closed", consecutiveFailures: 0 });
  });

  test("a probe that fails opens it again for the whole pause", async () => {
    await failThrice();
    await clock.advanceTo(START_AT + 20_000);
    expect((await failureOf(ask())).code).toBe("exchange_failed");
    expect(client.health().state).toBe("open");
    await clock.advanceTo(START_AT + 39_999);
    expect((await failureOf(ask())).code).toBe("circuit_open");
    expect(exchange.requests).toHaveLength(4);
  });

  test("a probe that meets a ban leaves the next one free to probe", async () => {
    await failThrice();
    await clock.advanceTo(START_AT + 20_000);
    exchange.next(TICKER, failure(429, {}, { "retry-after": "1" }), good);
    expect((await failureOf(ask())).code).toBe("rate_limited");
    await clock.advanceTo(START_AT + 21_000);
    await ask();
    expect(client.health().state).toBe("closed");
  });

  test("a success between failures starts the count anew", async () => {
    exchange.next(TICKER, failure(500, {}), failure(500, {}), good, failure(500, {}), failure(500, {}));
    for (let i = 0; i < 5; i++) await ask().catch(() => {});
    expect(client.health()).toMatchObject({ state: "closed", consecutiveFailures: 2 });
  });

  test("bad payloads open it too, and retries end when it opens", async () => {
    client = connect({ retries: 9, failureLimit: 3 });
    exchange.always(TICKER, answer({}));
    for (let i = 0; i < 3; i++) expect(await failureOf(ask())).toBeInstanceOf(BadPayloadError);
    expect(client.health().state).toBe("open");

    client = connect({ retries: 9, failureLimit: 3 });
    exchange.always(TICKER, failure(500, {}));
    await failureOf(ask());
    expect(exchange.requests).toHaveLength(6);
  });
});

describe("the exchange's time", () => {
  test("is asked once and reckoned with from then on", async () => {
    exchange.always(TIME, () => Response.json({ serverTime: clock.now() + 700 }));
    expect(await client.earliestServerTime()).toBe(START_AT + 700);
    await clock.advanceTo(START_AT + 599_999);
    expect(await client.earliestServerTime()).toBe(START_AT + 600_699);
    expect(asked(TIME)).toBe(1);
    await clock.advanceTo(START_AT + 600_000);
    await client.earliestServerTime();
    expect(asked(TIME)).toBe(2);
  });

  test("is asked again when a Date header contradicts it, once a minute at most", async () => {
    const dated = (offsetMs: number) => () =>
      Response.json(
        { symbol: "BTCUSDT", price: "1" },
        { headers: { date: new Date(clock.now() + offsetMs).toUTCString() } },
      );
    exchange.always(TIME, () =>
      Response.json({ serverTime: clock.now() }, { headers: { date: new Date(clock.now()).toUTCString() } }),
    );
    await client.earliestServerTime();
    await clock.advanceTo(START_AT + 60_000);
    exchange.next(TICKER, dated(1_900));
    await ask();
    await client.earliestServerTime();
    expect(asked(TIME)).toBe(1);
    exchange.next(TICKER, dated(-60_000));
    await ask();
    await client.earliestServerTime();
    expect(asked(TIME)).toBe(2);
    exchange.next(TICKER, dated(-60_000));
    await ask();
    await client.earliestServerTime();
    expect(asked(TIME)).toBe(2);
  });
});

describe("stopping", () => {
  test("ends what is under way and refuses what comes after", async () => {
    const stop = new AbortController();
    client = connect({ signal: stop.signal });
    exchange.next(TICKER, hang);
    const pending = failureOf(ask());
    await until(() => asked() === 1, "the request is there");
    stop.abort();
    expect(await pending).toMatchObject({ code: "exchange_unreachable", facts: { reason: "stopped" } });
    expect(await failureOf(ask())).toMatchObject({ facts: { reason: "stopped" } });
    expect(asked()).toBe(1);
    expect(client.health().consecutiveFailures).toBe(0);
  });
});

describe("stopping while waiting", () => {
  test("for the next attempt ends the wait", async () => {
    const stop = new AbortController();
    const steady = new VirtualClock(START_AT);
    client = connect({ clock: steady, signal: stop.signal });
    exchange.next(TICKER, failure(500, {}));
    const pending = failureOf(ask());
    await until(() => client.health().consecutiveFailures === 1, "the first attempt failed");
    stop.abort();
    expect(await pending).toMatchObject({ facts: { reason: "stopped" } });
    expect(asked()).toBe(1);
  });
});

test("a request heavier than a whole minute's share is our own mistake", () => {
  client.useWeightLimit(2);
  expect(ask()).rejects.toThrow("One request weighs more than a minute allows.");
});

test("no error shows the address or the query, whatever fails", async () => {
  const secret = "5ecre7";
  const faults = [
    failure(400, {}),
    failure(500, {}),
    text(403, "x"),
    failure(418, {}),
    answer({}),
    text(200, "{"),
  ];
  const redirect = () => Response.redirect(`${exchange.restUrl}/?signature=${secret}`, 302);
  for (const fault of [...faults, redirect]) {
    client = connect({ retries: 0 });
    exchange.next(TIME, fault);
    const error = await failureOf(
      client.read({ path: TIME, query: { signature: secret }, weight: 1, schema: serverTimeSchema }),
    );
    const shown = `${Bun.inspect(error)} ${JSON.stringify(error)} ${error.stack} ${client.health().lastError}`;
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain("127.0.0.1");
  }
});
