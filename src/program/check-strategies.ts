/** `check-strategies`: over a file of candles, that no strategy looks ahead and that where history begins changes nothing. */
import { Command } from "commander";
import { SystemClock } from "../clock.ts";
import { InputError } from "../core/errors.ts";
import { defaultsOf } from "../core/parameter.ts";
import { importCandlesCsv } from "../market/csv.ts";
import { ReplayCandles } from "../market/replay.ts";
import { checkLookAhead } from "../strategy/look-ahead-check.ts";
import { STRATEGIES } from "../strategy/registry.ts";
import { checkWarmup } from "../strategy/warmup-check.ts";
import { wholeNumber } from "./options.ts";

/** What history before the warm-up may change in any value, relative. */
const MOST_DIFFERENCE = 1e-6;

export const checkStrategiesCommand = new Command("check-strategies")
  .description(
    "Check over a file of candles that strategies do not look ahead and that their warm-up is long enough.",
  )
  .argument("<file>", "candles as CSV, gzipped or plain, 1h or finer")
  .option("--beginnings <count>", "how many later beginnings of history to compare", wholeNumber(1, 1000), 20)
  .action(async (file: string, { beginnings }: { beginnings: number }) => {
    const { columns, faults } = await importCandlesCsv(file, { now: new SystemClock().now() });
    if (columns === null) {
      const first = faults.find(({ severity }) => severity === "error");
      const where = first === undefined || first.line === 0 ? "" : `line ${first.line}: `;
      throw new InputError(
        "bad_file",
        `${file} cannot be used: ${where}${first?.message ?? "it holds no candles."}`,
      );
    }
    const candles = new ReplayCandles(columns);
    console.log(
      "strategy           signals   look-ahead   beginnings   largest difference   different decisions",
    );
    let failed = 0;
    for (const strategy of STRATEGIES) {
      const values = defaultsOf(strategy.parameters);
      const { timing, regime } = strategy.needs(values);
      const history = { timing: candles.in(timing), regime: regime === null ? null : candles.in(regime) };
      const ahead = checkLookAhead(strategy, values, history);
      const warmup = checkWarmup(strategy, values, history, beginnings);
      const isWell =
        ahead.differentSignals === 0 &&
        warmup.largestDifference <= MOST_DIFFERENCE &&
        warmup.differentDecisions === 0;
      if (!isWell) failed += 1;
      const cells = [
        strategy.name.padEnd(15),
        String(ahead.comparedSignals).padStart(11),
        String(ahead.differentSignals).padStart(13),
        String(warmup.beginnings).padStart(13),
        warmup.largestDifference.toExponential(1).padStart(21),
        String(warmup.differentDecisions).padStart(22),
      ];
      console.log(`${cells.join("")}${isWell ? "" : "   FAILS"}`);
    }
    console.log(
      failed === 0
        ? `no look-ahead; every value within ${MOST_DIFFERENCE} relative`
        : `${failed} strategies fail`,
    );
    process.exitCode = failed === 0 ? 0 : 1;
  });
