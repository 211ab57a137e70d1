/** `data import | export | fetch`: candles from files or the market into the cache, and out again. */
import { Command } from "commander";
import { coverage, loadColumns, upsertCandles } from "../../db/candles.ts";
import { type Database, openDatabase } from "../../db/database.ts";
import { migrate } from "../../db/migrate.ts";
import { SystemClock } from "../clock.ts";
import { loadConfig, type Settings } from "../config.ts";
import { type Candle, candleAt } from "../core/candles.ts";
import { InputError } from "../core/errors.ts";
import { seededRandom } from "../core/random.ts";
import { type Timeframe, timeframeMs } from "../core/timeframe.ts";
import { type DataSyncOptions, syncCandles } from "../engine/data-sync.ts";
import { importCandlesCsv } from "../market/csv.ts";
import { type AllowableCsvFault, CSV_FAULTS } from "../market/csv-faults.ts";
import { writeCandlesCsv } from "../market/csv-write.ts";
import { exchangeMarket } from "./markets.ts";
import { dayOption, timeframeOption, wholeNumber } from "./options.ts";
import { progressBar } from "./progress.ts";

const DAY_MS = 86_400_000;
const BATCH = 5000;

async function withDatabase<T>(
  run: (database: Database, settings: Settings, clock: SystemClock) => Promise<T>,
): Promise<T> {
  const { settings } = loadConfig();
  const clock = new SystemClock();
  const database = openDatabase({ path: settings.DB_PATH });
  try {
    migrate(database, clock.now(), { auto: settings.DB_AUTO_MIGRATE });
    return await run(database, settings, clock);
  } finally {
    database.close();
  }
}

const importCommand = new Command("import")
  .description(
    "Import candles from CSV, gzipped or plain: the exchange's own dumps, or any columns with a header.",
  )
  .argument("<file>", "the file")
  .option(
    "--timeframe <timeframe>",
    "what the file must hold (default: found from its spacing)",
    timeframeOption,
  )
  .option("--allow <codes...>", "faults you know of and accept, by the code they are named with")
  .action(async (file: string, options: { timeframe?: Timeframe; allow?: string[] }) => {
    const allow = (options.allow ?? []).map(allowable);
    await withDatabase(async (database, settings, clock) => {
      const held = (timeframe: Timeframe) =>
        database.read((reader) => loadColumns(reader, settings.TRADING_SYMBOL, timeframe, {}));
      const look = await importCandlesCsv(file, {
        now: clock.now(),
        allow,
        ...(options.timeframe ? { timeframe: options.timeframe } : {}),
      });
      const result =
        look.columns === null || look.timeframe === null
          ? look
          : await importCandlesCsv(file, {
              now: clock.now(),
              allow,
              timeframe: look.timeframe,
              held: held(look.timeframe),
            });
      for (const fault of result.faults)
        console.log(
          `${fault.severity} ${fault.code}${fault.line > 0 ? ` (line ${fault.line})` : ""}: ${fault.message}`,
        );
      for (const [code, count] of Object.entries(result.counts)) console.log(`  ${code}: ${count} in all`);
      const { columns, timeframe, summary } = result;
      if (columns === null || timeframe === null)
        throw new InputError(
          "import_refused",
          `${file}: nothing was imported; mend the faults above, or accept them with --allow.`,
        );
      const progress = progressBar();
      progress.start(columns.length, "candles");
      let added = 0;
      for (let from = 0; from < columns.length; from += BATCH) {
        const candles: Candle[] = [];
        for (let i = from; i < Math.min(columns.length, from + BATCH); i++)
          candles.push(candleAt(columns, i));
        added += database.transact(clock.now(), (tx) =>
          upsertCandles(tx, settings.TRADING_SYMBOL, timeframe, candles),
        ).inserted;
        progress.update(from + candles.length);
      }
      progress.stop();
      console.log(
        `${file}: ${columns.length} ${timeframe} candles, ${added} of them new; ${summary.gaps} gaps, ${summary.missing} candles missing, ${summary.dropped} lines left out`,
      );
    });
  });

function allowable(code: string): AllowableCsvFault {
  if (Object.hasOwn(CSV_FAULTS, code)) return code as AllowableCsvFault;
  throw new InputError("unknown_fault", `"${code}" is not the code of a fault; the import names them.`);
}

const exportCommand = new Command("export")
  .description("Write cached candles as CSV to a file or standard output.")
  .requiredOption("--timeframe <timeframe>", "which candles", timeframeOption)
  .option("--from <day>", "first day, UTC", dayOption)
  .option("--to <day>", "day after the last, UTC", dayOption)
  .option("--output <file>", "the file (default: standard output)")
  .action((options: { timeframe: Timeframe; from?: number; to?: number; output?: string }) =>
    withDatabase(async (database, settings) => {
      const range = {
        ...(options.from === undefined ? {} : { fromAt: options.from }),
        ...(options.to === undefined ? {} : { toAt: options.to }),
      };
      const columns = database.read((reader) =>
        loadColumns(reader, settings.TRADING_SYMBOL, options.timeframe, range),
      );
      if (columns.length === 0)
        throw new InputError(
          "no_candles",
          `There are no ${options.timeframe} candles in that range; see data fetch and data import.`,
        );
      const { output, timeframe } = options;
      if (output === undefined) return void (await Bun.write(Bun.stdout, writeCandlesCsv(columns)));
      await writeFile(output, writeCandlesCsv(columns));
      console.log(`${output}: ${columns.length} ${timeframe} candles`);
    }),
  );

async function writeFile(path: string, text: string): Promise<void> {
  try {
    await Bun.write(path, text);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "no reason given";
    const message = `${path} cannot be written (${reason}); name another file.`;
    throw new InputError("output_unusable", message, { path }, { cause });
  }
}

const fetchCommand = new Command("fetch")
  .description("Fetch the last days of candles from the market into the cache.")
  .argument("<days>", "how many days", wholeNumber(1, 5000))
  .option("--timeframe <timeframe>", "which candles", timeframeOption, "1h" as Timeframe)
  .action((days: number, options: { timeframe: Timeframe }) =>
    withDatabase(async (database, settings, clock) => {
      const market = exchangeMarket({
        restUrl: settings.BINANCE_MARKET_DATA_BASE_URL,
        streamUrl: settings.BINANCE_STREAM_BASE_URL,
        symbol: settings.TRADING_SYMBOL,
        clock,
        random: seededRandom(clock.now()),
        hasStream: false,
      });
      const progress = progressBar();
      progress.start(100, "%");
      const source: DataSyncOptions = {
        ...{ database, feed: market.feed, clock, symbol: settings.TRADING_SYMBOL },
        isOffline: true,
      };
      const report = await syncCandles(source, options.timeframe, clock.now() - days * DAY_MS, (share) =>
        progress.update(Math.round(share * 100)),
      ).finally(() => progress.stop());
      const all = database.read((reader) => coverage(reader, settings.TRADING_SYMBOL, options.timeframe));
      const spanDays =
        all === null ? 0 : (all.lastOpenAt + timeframeMs(options.timeframe) - all.firstOpenAt) / DAY_MS;
      console.log(
        `${report.added} new ${options.timeframe} candles; ${report.missing} the market does not have; ${all?.count ?? 0} cached over ${spanDays.toFixed(1)} days`,
      );
    }),
  );

export const dataCommand = new Command("data")
  .description("Candles: import, export, fetch.")
  .addCommand(importCommand)
  .addCommand(exportCommand)
  .addCommand(fetchCommand);
