/** Decisions in words: the last one as a sentence, those before as a table. */
import { html } from "hono/html";
import type { Decision } from "../../../db/decisions.ts";
import { REASONS } from "../../core/reasons.ts";
import { type Format, words } from "../format.ts";
import { foreign, type Html, instantMark, sideMark, table } from "../marks.ts";
import type { Site } from "../site.ts";

export function decisionCard(site: Site, decision: Decision | null, format: Format): Html {
  if (decision === null) {
    return html`<section class="card" aria-labelledby="decision-title"><h2 id="decision-title">Last decision</h2>
      <p class="empty">No candle has been decided yet.</p></section>`;
  }
  const { side, timeframe, candleCloseAt, closeTicks, strategy, signalReason } = decision;
  const sentence = site.source.signalSentence(strategy, signalReason) ?? words(signalReason);
  return html`<section class="card" aria-labelledby="decision-title"><h2 id="decision-title">Last decision</h2>
    <p class="lead">${sideMark(side)} ${words(decision.reason)}</p>
    <p>${foreign(sentence)} ${outcomeSentence(decision)}</p>
    <p class="note">${timeframe} candle closed ${instantMark(candleCloseAt, format)} at ${format.price(closeTicks)} · ${foreign(strategy)} <code>${signalReason}</code></p>
  </section>`;
}

/** A stored code from a newer program has no sentence here. */
const outcomeSentence = ({ reason }: Decision): string =>
  (REASONS as Readonly<Record<string, string>>)[reason] ?? "";

export function recentTable(decisions: readonly Decision[], format: Format): Html {
  return html`<section class="card" aria-labelledby="recent-title"><h2 id="recent-title">Recent decisions</h2>
  ${table({
    caption: "The last decided candles, newest first",
    empty: "No candle has been decided yet.",
    rows: decisions,
    rowId: ({ id }) => `decision-${id}`,
    columns: [
      { title: "Candle closed", cell: ({ candleCloseAt }) => instantMark(candleCloseAt, format) },
      { title: "Close", isNumber: true, cell: ({ closeTicks }) => format.price(closeTicks) },
      { title: "Signal", cell: ({ side }) => sideMark(side) },
      { title: "Why", cell: ({ signalReason }) => foreign(words(signalReason)) },
      { title: "Outcome", cell: (decision) => words(decision.reason) },
    ],
  })}</section>`;
}
