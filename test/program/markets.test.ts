import { expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock.ts";
import { OutsideError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { timeframeMs } from "../../src/core/timeframe.ts";
import { ReplayCandles } from "../../src/market/replay.ts";
import { CandleSeries } from "../../src/market/series.ts";
import { exchangeMarket, replayMarket } from "../../src/program/markets.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { until } from "../support/fake-binance.ts";

const START = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;
const random = seededRandom("markets");

async function simulated() {
  const clock = new VirtualClock(START);
  const simulator = await startSimulator({
    clock,
    startAt: START,
    historyDays: 2,
    requestWeightPerMinute: null,
  });
  const market = (hasStream: boolean) =>
    exchangeMarket({
      restUrl: simulator.url,
      streamUrl: simulator.wsUrl,
      symbol: "BTCUSDT",
      clock,
      random,
      hasStream,
      speed: 60,
    });
  return { clock, simulator, market };
}

test("a market without a stream answers questions, and says when it can no longer be reached", async () => {
  const { clock, simulator, market } = await simulated();
  const { feed, connection, stop } = market(false);
  expect((await feed.instrument()).symbol).toBe("BTCUSDT");
  expect(connection()).toEqual({ isConnected: true, since: START, detail: "answers" });
  await simulator.stop();
  for (let i = 0; i < 6 && connection().isConnected; i++) {
    const asked = feed.quote().catch((error: unknown) => error);
    // Pauses between attempts are by the virtual clock.
    for (let k = 0; k < 20; k++) {
      await Bun.sleep(1);
      await clock.advanceTo(clock.now() + 400);
    }
    expect(await asked).toBeInstanceOf(OutsideError);
  }
  expect(connection().isConnected).toBe(false);
  await stop?.();
});

test("a streamed market tells of each closed candle, and its stop ends the stream", async () => {
  const { simulator, market } = await simulated();
  const { feed, connection, start, stop } = market(true);
  let closed = 0;
  start?.(["1m"], () => {
    closed += 1;
  });
  await until(() => connection().isConnected, "the stream connects");
  await simulator.advanceTo(START + 3 * MINUTE_MS);
  await until(() => closed === 3, "three candles close");
  expect((await feed.candles("1m", START, 10)).map(({ openAt }) => openAt)).toEqual([
    START,
    START + MINUTE_MS,
    START + 2 * MINUTE_MS,
  ]);
  await stop?.();
  await simulator.advanceTo(START + 5 * MINUTE_MS);
  expect(closed).toBe(3);
  await simulator.stop();
});

test("replayed candles are a market that is always there", async () => {
  const series = new CandleSeries("1h");
  series.push(START, 100, 101, 99, 100.5, 1);
  const clock = new VirtualClock(START + timeframeMs("1h"));
  const { feed, connection } = replayMarket(new ReplayCandles(series), clock);
  expect((await feed.quote()).price).toBe(100.5);
  expect(connection()).toEqual({ isConnected: true, since: 0, detail: "replayed candles" });
});
