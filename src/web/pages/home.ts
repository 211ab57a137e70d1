/** Home: may it trade, what is it worth, what did it do last. */
import { html } from "hono/html";
import type { Reader } from "../../../db/database.ts";
import { recentDecisions } from "../../../db/decisions.ts";
import { readState } from "../../../db/system-state.ts";
import { type AccountView, accountView } from "../account-view.ts";
import { actorWords } from "../actor-words.ts";
import { axisLabel } from "../axis-ticks.ts";
import { dayRange } from "../day-range.ts";
import { type CurvePoint, equityCurve } from "../equity-curve.ts";
import { dayText, durationText, type Format, minuteText } from "../format.ts";
import { type Page, silence, stateBanner } from "../layout.ts";
import {
  agoMark,
  gain,
  type Html,
  money,
  NOTHING,
  notAvailable,
  STATE_WORDS,
  signedMoney,
} from "../marks.ts";
import { oneOf, readQuery } from "../query.ts";
import { CURVE_RANGES, type CurveRange, type Site } from "../site.ts";
import type { EngineView, ReadinessItem } from "../status-source.ts";
import { decisionCard, recentTable } from "./decisions.ts";

const RANGES = Object.keys(CURVE_RANGES) as CurveRange[];
const RECENT_DECISIONS = 8;
const DAY_MS = 86_400_000;

export function homePage(site: Site, url: string): Page {
  const range = oneOf("range", readQuery(url, ["range"]).range, RANGES) ?? "30d";
  const format = site.format();
  const engine = site.source.engine();
  return site.database.read((reader) => {
    const state = readState(reader);
    const account = accountView(reader, site.source.instrument(), engine);
    const content = html`${silence(site, format)}${stateBanner(state, actorWords(reader, state.actor), engine.mode, format)}
      ${readinessCard(site.source.readiness())}
      ${figures(site, reader, format, engine, account)}
      ${account === null ? html`<p class="card empty">No account is open yet.</p>` : accountCards(site, reader, format, account, range)}
      ${vitals(format, engine)}`;
    return {
      path: "/",
      title: STATE_WORDS[state.state],
      content,
      fragment: `/fragments/home?range=${range}`,
    };
  });
}

function readinessCard(items: readonly ReadinessItem[]): Html {
  const failing = items.filter(({ ok }) => !ok);
  const isReady = failing.length === 0;
  const line = isReady
    ? html`<strong>Ready.</strong> All ${items.length} checks are well.`
    : html`<strong>Not ready.</strong> ${failing.length} of ${items.length} checks ${failing.length === 1 ? "needs" : "need"} attention.`;
  return html`<details class="card readiness ${isReady ? "is-ready" : "is-not-ready"}"${isReady ? NOTHING : html` open`}>
    <summary>${line}</summary>
    <ul class="checks">${items.map(
      ({ name, ok, detail, mend }) => html`<li class="${ok ? "check-ok" : "check-bad"}">
        <span class="check-mark" aria-hidden="true">${ok ? "✓" : "!"}</span>
        <span><strong>${name}</strong> <span class="unseen">${ok ? "is well:" : "needs attention:"}</span> ${detail}${mend === null ? NOTHING : html`<span class="mend">${mend}</span>`}</span>
      </li>`,
    )}</ul>
  </details>`;
}

function figures(
  site: Site,
  reader: Reader,
  format: Format,
  engine: EngineView,
  account: AccountView | null,
): Html {
  return html`<section class="figures" aria-label="Figures">
    ${figure("Equity", account === null ? notAvailable : money(account.equityUnits, format), account === null ? NOTHING : sinceStart(account, format))}
    ${figure("Today", account?.todayUnits == null ? notAvailable : signedMoney(account.todayUnits, format), todayNote(account, engine, format))}
    ${priceFigure(site, reader, format, engine)}
    ${figure("Drawdown", account === null ? notAvailable : html`${format.percent(account.drawdown)}`, account === null ? NOTHING : html`below the peak of ${format.amount(account.peakUnits)}`)}
  </section>`;
}

const figure = (name: string, value: Html, note: Html): Html =>
  html`<div class="card figure"><h2>${name}</h2><p class="value">${value}</p><p class="note">${note}</p></div>`;

function sinceStart({ equityUnits, startUnits }: AccountView, format: Format): Html {
  if (startUnits <= 0) return NOTHING;
  const change = equityUnits / startUnits - 1;
  return html`${gain(change, format.signedPercent(change))} since the start`;
}

function todayNote(account: AccountView | null, engine: EngineView, format: Format): Html {
  const { today } = engine;
  if (today === null || account?.todayUnits == null || today.openingUnits <= 0) return NOTHING;
  const change = account.todayUnits / today.openingUnits;
  return html`${gain(change, format.signedPercent(change))}, realised ${format.signedAmount(today.realisedUnits)}`;
}

function priceFigure(site: Site, reader: Reader, format: Format, engine: EngineView): Html {
  const instrument = site.source.instrument();
  const { price, timing } = engine;
  const name = `${instrument.baseAsset} price`;
  if (price === null) return figure(name, notAvailable, html`No price was heard yet.`);
  const day = dayRange(reader, instrument, timing, price);
  const change =
    day === null ? html`24 h: n/a` : html`${gain(day.change, format.signedPercent(day.change))} in 24 h`;
  return figure(
    name,
    html`<span id="price">${format.price(price.ticks)}</span> <span class="unit">${format.quote}</span>`,
    html`${change} · ${agoMark(price.at, format)}`,
  );
}

function accountCards(
  site: Site,
  reader: Reader,
  format: Format,
  account: AccountView,
  range: CurveRange,
): Html {
  const decisions = recentDecisions(reader, account.account.id, { limit: RECENT_DECISIONS });
  const engine = site.source.engine();
  return html`${curveCard(site, reader, format, account, range)}
  <div class="pair">
    <section class="card" aria-labelledby="position-title"><h2 id="position-title">Position</h2>${positionLine(account, engine, format)}</section>
    ${decisionCard(site, decisions[0] ?? null, format)}
  </div>
  ${recentTable(decisions, format)}`;
}

function curveCard(
  site: Site,
  reader: Reader,
  format: Format,
  account: AccountView,
  range: CurveRange,
): Html {
  const points = curvePoints(site, reader, account, range);
  const first = points[0];
  const last = points.at(-1);
  const change = first === undefined || last === undefined ? 0 : last.units - first.units;
  const summary =
    first === undefined || last === undefined
      ? "No equity yet."
      : `Equity from ${format.amount(first.units)} to ${format.amount(last.units)} ${format.quote} between ${format.instant(first.at)} and ${format.instant(last.at)}.`;
  const spanMs = first === undefined || last === undefined ? 0 : last.at - first.at;
  return html`<section class="card" aria-labelledby="curve-title">
    <div class="card-head"><h2 id="curve-title">Equity</h2><p class="note">${signedMoney(change, format)}</p>
      <nav class="ranges" aria-label="Time shown">${RANGES.map((one) => html`<a href="/?range=${one}"${one === range ? html` aria-current="true"` : NOTHING}>${one}</a>`)}</nav>
    </div>
    ${equityCurve(points, {
      startUnits: account.startUnits,
      summary,
      valueLabel: (units, stepUnits) => axisLabel(units, stepUnits, format),
      timeLabel: (at) => timeLabel(at, spanMs, format.timeZone),
    })}
  </section>`;
}

/** Labels stand a quarter of the span apart: the clock within a day, the day where each has its own, both between. */
function timeLabel(at: number, spanMs: number, timeZone: string): string {
  if (spanMs < DAY_MS) return minuteText(at, timeZone);
  const day = dayText(at, timeZone);
  return spanMs < 4.5 * DAY_MS ? `${day} ${minuteText(at, timeZone)}` : day;
}

/** The stored curve, and where it stands at the last price heard. */
function curvePoints(
  site: Site,
  reader: Reader,
  account: AccountView,
  range: CurveRange,
): readonly CurvePoint[] {
  const stored = site.curve(reader, account, range).map(({ at, equityUnits, peakUnits, lots }) => ({
    ...{ at, peakUnits },
    units: equityUnits,
    isHeld: lots > 0,
  }));
  const { price } = site.source.engine();
  const isNewer = price !== null && account.snapshotAt !== null && price.at > account.snapshotAt;
  if (!isNewer) return stored;
  const { equityUnits, peakUnits, position } = account;
  return [...stored, { at: price.at, units: equityUnits, peakUnits, isHeld: position.lots > 0 }];
}

function positionLine(view: AccountView, engine: EngineView, format: Format): Html {
  const { position, entryTicks, notionalUnits, unrealisedUnits, isDust } = view;
  if (position.lots === 0 || entryTicks === null)
    return html`<p class="lead">Flat</p><p>Nothing is held; ${money(view.cashUnits, format)} in cash.</p>`;
  const share = view.position.costUnits > 0 ? unrealisedUnits / view.position.costUnits : 0;
  const stop = engine.stopTicks === null ? "no stop" : `stop at ${format.price(engine.stopTicks)}`;
  const target = engine.targetTicks === null ? "" : `, target at ${format.price(engine.targetTicks)}`;
  return html`<p class="lead">${isDust ? "Dust" : "Long"} ${format.quantity(position.lots)} <span class="unit">${format.base}</span></p>
    <p>From ${format.price(entryTicks)}, worth ${format.amount(notionalUnits)}: ${gain(unrealisedUnits, `${format.signedAmount(unrealisedUnits)} (${format.signedPercent(share)})`)}; ${stop}${target}.</p>`;
}

function vitals(format: Format, engine: EngineView): Html {
  const { lastCycle, dataAgeMs, isDataStale } = engine;
  const cycle =
    lastCycle === null
      ? html`none yet`
      : html`${agoMark(lastCycle.at, format)}, took ${durationText(lastCycle.durationMs)}`;
  const data =
    dataAgeMs === null
      ? html`no candles yet`
      : html`last candle ${durationText(dataAgeMs)} ago${isDataStale ? html` <strong class="down">(stale)</strong>` : NOTHING}`;
  return html`<dl class="card vitals">
    <div><dt>Strategy</dt><dd>${engine.strategy}, decides every ${engine.timing}</dd></div>
    <div><dt>Config</dt><dd>version ${engine.configVersion}</dd></div>
    <div><dt>Last cycle</dt><dd>${cycle}</dd></div>
    <div><dt>Data</dt><dd>${data}</dd></div>
  </dl>`;
}
