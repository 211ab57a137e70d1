/** The page's small pieces: numbers with a sign, instants, badges, tables. Everything stored goes through `html`, which escapes. */
import { html } from "hono/html";
import type { SystemState } from "../core/state.ts";
import type { Format } from "./format.ts";

export type Html = ReturnType<typeof html>;

export const NOTHING = html``;

/** Absent values, read out as such. */
export const notAvailable = html`<span class="quiet">n/a</span>`;

/** Gain and loss are told by the sign; the colour only repeats it, so what is written as zero has none. */
export const gain = (value: number, text: string): Html =>
  html`<span class="${!/[1-9]/.test(text) ? "even" : value > 0 ? "up" : value < 0 ? "down" : "even"}">${text}</span>`;

export const money = (units: number, format: Format): Html =>
  html`${format.amount(units)} <span class="unit">${format.quote}</span>`;

export const signedMoney = (units: number, format: Format): Html =>
  html`${gain(units, format.signedAmount(units))} <span class="unit">${format.quote}</span>`;

const iso = (at: number): string => new Date(at).toISOString();

export const instantMark = (at: number, format: Format): Html =>
  html`<time datetime="${iso(at)}" title="${iso(at)}">${format.instant(at)}</time>`;

export const agoMark = (at: number, format: Format): Html =>
  html`<time datetime="${iso(at)}" title="${iso(at)}">${format.ago(at)}</time>`;

/** Words from outside, kept from turning the text around them. */
export const foreign = (text: string): Html => html`<bdi>${text}</bdi>`;

export const sideMark = (side: "buy" | "sell" | "hold"): Html =>
  html`<span class="side side-${side}">${side.toUpperCase()}</span>`;

export const STATE_WORDS: Readonly<Record<SystemState, string>> = {
  RUNNING: "RUNNING",
  PAUSED: "PAUSED",
  EMERGENCY_STOP: "EMERGENCY STOP",
};

/** A shape for each state, so that nothing rests on colour. */
const STATE_SHAPES: Readonly<Record<SystemState, string>> = {
  RUNNING: "M8 5.5v13l11-6.5z",
  PAUSED: "M7 5h4v14H7zM13.5 5h4v14h-4z",
  EMERGENCY_STOP: "M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2zM10.9 7v6.5h2.2V7zm0 8.3v2.2h2.2v-2.2z",
};

export const stateShape = (state: SystemState): Html =>
  html`<svg class="state-shape" viewBox="0 0 24 24" aria-hidden="true"><path fill-rule="evenodd" d="${STATE_SHAPES[state]}"/></svg>`;

export interface Column<Row> {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => Html | string;
}

export interface TableOptions<Row> {
  readonly caption: string;
  readonly empty: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
}

/** On a narrow screen each row becomes a block with its titles beside the values; the roles keep it a table for those who listen. */
export function table<Row>({ caption, empty, columns, rows, rowId }: TableOptions<Row>): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const kind = ({ isNumber }: Column<Row>): string => (isNumber ? "number" : "word");
  return html`<table role="table">
    <caption class="unseen">${caption}</caption>
    <thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th role="columnheader" scope="col" class="${kind(column)}">${column.title}</th>`)}</tr></thead>
    <tbody role="rowgroup">${rows.map(
      (row) =>
        html`<tr role="row" id="${rowId(row)}">${columns.map(
          (column) =>
            html`<td role="cell" class="${kind(column)}" data-title="${column.title}">${column.cell(row)}</td>`,
        )}</tr>`,
    )}</tbody>
  </table>`;
}
