/** Audit: the log with filters, newest first, and whether its chain holds. */
import { html } from "hono/html";
import { type AuditRow, auditHead, type EventQuery, queryEvents } from "../../../db/audit.ts";
import type { Reader } from "../../../db/database.ts";
import { readState } from "../../../db/system-state.ts";
import { actorLabel } from "../../core/actor.ts";
import { InputError } from "../../core/errors.ts";
import { EVENT_CATEGORIES } from "../../core/event.ts";
import { actorWords } from "../actor-words.ts";
import { endOfDay, type Format, startOfDay } from "../format.ts";
import { type Page, silence, stateStrip } from "../layout.ts";
import { agoMark, foreign, type Html, instantMark, NOTHING } from "../marks.ts";
import { oneOf, readQuery, wholeNumber } from "../query.ts";
import type { Site } from "../site.ts";
import type { ChainView } from "../status-source.ts";

const ROWS = 50;
const FILTERS = ["category", "actor", "text", "from", "to"] as const;
type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

export function auditPage(site: Site, url: string): Page {
  const { before, ...filters } = readQuery(url, [...FILTERS, "before"]);
  const format = site.format();
  const query = eventQuery(filters, before, format);
  return site.database.read((reader) => {
    const rows = queryEvents(reader, query);
    const { mode } = site.source.engine();
    // A text is looked for in every row, and an older page does not change: neither is worth asking again and again.
    const isLive = before === undefined && filters.text === undefined && filters.actor === undefined;
    return {
      path: "/audit",
      title: "Audit",
      content: html`${isLive ? silence(site, format) : NOTHING}${stateStrip(readState(reader), mode)}<h1>Audit</h1>
        ${chainCard(auditHead(reader), site.source.chain(), format)}
        ${filterForm(filters)}
        ${eventList(reader, rows.slice(0, ROWS), format)}
        ${pageLinks(filters, rows, before !== undefined)}`,
      fragment: isLive ? `/fragments/audit${new URL(url).search}` : null,
    };
  });
}

function eventQuery(filters: Filters, before: string | undefined, format: Format): EventQuery {
  return {
    category: oneOf("category", filters.category, EVENT_CATEGORIES),
    actor: filters.actor,
    text: filters.text,
    fromAt: dayBound("from", filters.from, format),
    toAt: dayBound("to", filters.to, format),
    beforeSeq: wholeNumber("before", before, { min: 1, max: Number.MAX_SAFE_INTEGER }),
    limit: ROWS + 1,
  };
}

/** Days of the page's time zone, both included. */
function dayBound(name: "from" | "to", date: string | undefined, { timeZone }: Format): number | undefined {
  if (date === undefined) return undefined;
  const at = name === "from" ? startOfDay(date, timeZone) : endOfDay(date, timeZone);
  if (at !== null) return at;
  throw new InputError("bad_query", `${name} must be a date such as 2024-05-01.`, { parameter: name });
}

function chainCard(head: { seq: number; hash: string }, chain: ChainView | null, format: Format): Html {
  const [tone, words] = chainWords(chain, format);
  return html`<section class="card chain chain-${tone}" aria-label="Audit chain">
    <p class="lead">${words}</p>
    <p class="note">Head: event ${format.number(head.seq, 0)}, <code title="${head.hash}">${head.hash.slice(0, 12)}</code></p>
  </section>`;
}

function chainWords(chain: ChainView | null, format: Format): readonly ["ok" | "bad" | "open", Html] {
  if (chain === null) return ["open", html`Not verified yet since the program started.`];
  const when = agoMark(chain.verifiedAt, format);
  if (chain.ok)
    return ["ok", html`✓ Chain verified to event ${format.number(chain.verifiedSeq, 0)}, ${when}.`];
  const where = chain.firstBadSeq === null ? NOTHING : html` at event ${format.number(chain.firstBadSeq, 0)}`;
  return ["bad", html`! Chain broken${where}, found ${when}.`];
}

function filterForm({ category, actor, text, from, to }: Filters): Html {
  return html`<form class="card filters" action="/audit" method="get" role="search" aria-label="Filter events">
    <label>Category <select name="category" id="filter-category"><option value="">All</option>${EVENT_CATEGORIES.map(
      (one) => html`<option${one === category ? html` selected` : NOTHING}>${one}</option>`,
    )}</select></label>
    <label>Text <input type="search" name="text" id="filter-text" value="${text ?? ""}" maxlength="200"></label>
    <label>Actor <input type="search" name="actor" id="filter-actor" value="${actor ?? ""}" maxlength="200" placeholder="person:1, system, job"></label>
    <label>From <input type="date" name="from" id="filter-from" value="${from ?? ""}"></label>
    <label>To <input type="date" name="to" id="filter-to" value="${to ?? ""}"></label>
    <div class="filter-buttons"><button type="submit">Filter</button><a href="/audit">Clear</a></div>
  </form>`;
}

function eventList(reader: Reader, rows: readonly AuditRow[], format: Format): Html {
  if (rows.length === 0) return html`<p class="card empty">No event matches.</p>`;
  return html`<ol class="card events" reversed>${rows.map((row) => eventItem(reader, row, format))}</ol>`;
}

function eventItem(reader: Reader, row: AuditRow, format: Format): Html {
  const { seq, at, category, type, actor, summary, facts, hash } = row;
  return html`<li id="event-${seq}"><details>
    <summary><span class="event-at">${instantMark(at, format)}</span><span class="event-category">${category}</span><span class="event-summary">${foreign(summary)}</span></summary>
    <dl class="lines">
      <div><dt>Event</dt><dd>#${seq} <code>${type}</code></dd></div>
      <div><dt>By</dt><dd>${foreign(actorWords(reader, actor))} <code>${actorLabel(actor)}</code></dd></div>
      <div><dt>Hash</dt><dd><code>${hash}</code></dd></div>
    </dl>
    <pre tabindex="0">${JSON.stringify(facts, null, 2)}</pre>
  </details></li>`;
}

function pageLinks(filters: Filters, rows: readonly AuditRow[], isOlder: boolean): Html {
  const last = rows.length > ROWS ? rows[ROWS - 1] : undefined;
  const address = (before: number | null): string => {
    const query = new URLSearchParams(Object.entries(filters));
    if (before !== null) query.set("before", String(before));
    return query.size === 0 ? "/audit" : `/audit?${query}`;
  };
  return html`<nav class="more" aria-label="More events">
    ${isOlder ? html`<a href="${address(null)}">Newest</a>` : NOTHING}
    ${last === undefined ? NOTHING : html`<a href="${address(last.seq)}">Older</a>`}
  </nav>`;
}
