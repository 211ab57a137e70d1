/** `simulator`: the built-in exchange as a process of its own, for rehearsals and for other people's clients. */
import { Command } from "commander";
import { SystemClock, VirtualClock } from "../clock.ts";
import { InputError } from "../core/errors.ts";
import { importCandlesCsv } from "../market/csv.ts";
import { ReplayedCandles } from "../simulator/replayed-candles.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { dayOption, wholeNumber } from "./options.ts";
import { untilSignal } from "./signals.ts";

interface Options {
  readonly port: number;
  readonly seed: string;
  readonly speed: number;
  readonly stepped?: true;
  readonly start?: number;
  readonly history: number;
  readonly replay?: string;
}

export const simulatorCommand = new Command("simulator")
  .description(
    "Run the built-in exchange: market data over HTTP and WebSocket, like Binance spot, on this machine only.",
  )
  .option("--port <port>", "where it listens; 0 takes any free port", wholeNumber(0, 65_535), 18_080)
  .option("--seed <seed>", "which market: the same seed and start give the same candles", "1")
  .option("--speed <factor>", "how many times faster than real time", wholeNumber(1, 100_000), 1)
  .option("--stepped", "time stands still until POST /sim/v1/advance moves it")
  .option("--start <day>", "where its present begins, UTC (default: now)", dayOption)
  .option("--history <days>", "days of history before that", wholeNumber(1, 3650), 170)
  .option("--replay <file>", "candles of a CSV file in place of the seeded market")
  .action(async (options: Options) => {
    const { port, seed, speed } = options;
    const source = options.replay === undefined ? undefined : await replayed(options.replay);
    const startAt = options.start ?? source?.candles.openAt(0) ?? new SystemClock().now();
    const clock = options.stepped ? new VirtualClock(startAt) : new SystemClock({ speed, startAt });
    const simulator = await listening(port, () =>
      startSimulator({
        clock,
        port,
        seed,
        startAt,
        historyDays: options.history,
        requestWeightPerMinute: speed === 1 && !options.stepped ? 6000 : null,
        ...(options.stepped ? {} : { updateEveryMs: 2000 * speed }),
        ...(source === undefined ? {} : { source }),
      }),
    );
    console.log(
      `Simulated exchange on ${simulator.url} and ${simulator.wsUrl}, seed ${seed}, ${options.stepped ? "stepped" : `${speed} × real time`}`,
    );
    console.log(
      `Use it with: BINANCE_MARKET_DATA_BASE_URL=${simulator.url} BINANCE_STREAM_BASE_URL=${simulator.wsUrl}`,
    );
    await untilSignal();
    await simulator.stop();
  });

async function listening(port: number, start: () => Promise<Simulator>): Promise<Simulator> {
  try {
    return await start();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    const message = `Port ${port} is taken; stop what listens there, or give --port another one (0 takes any free one).`;
    throw new InputError("port_in_use", message, { port }, { cause });
  }
}

async function replayed(path: string): Promise<ReplayedCandles> {
  const { columns, faults } = await importCandlesCsv(path, { now: new SystemClock().now() });
  if (columns !== null) return new ReplayedCandles(columns);
  const first = faults.find((fault) => fault.severity === "error");
  throw new InputError(
    "bad_replay_file",
    `${path} cannot be replayed: ${first?.message ?? "it holds no candles."}`,
  );
}
