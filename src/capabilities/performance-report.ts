/** The open account's performance over a period as the report that chat and page show. */
import { accountPerformance, type Period } from "../engine/account-performance.ts";
import type { FillFold } from "../engine/fill-fold.ts";
import { type Report, reportOf } from "../metrics/report.ts";
import type { CapabilityParts } from "./parts.ts";

export function performanceReport(
  { database, engine }: Pick<CapabilityParts, "database" | "engine">,
  fold: FillFold,
  period: Period,
): Report {
  const { instrument } = engine.options;
  const { account } = engine.current();
  const performance = database.read((reader) =>
    accountPerformance(reader, account, instrument, fold.of(reader, account), period),
  );
  return reportOf(performance, instrument.quoteAsset);
}
