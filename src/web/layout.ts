/** The frame around every page: head, navigation, the part that refreshes itself, footer. */
import { html } from "hono/html";
import type { StoredState } from "../../db/system-state.ts";
import type { SystemState } from "../core/state.ts";
import type { Format } from "./format.ts";
import { agoMark, foreign, type Html, instantMark, NOTHING, STATE_WORDS, stateShape } from "./marks.ts";
import type { Site } from "./site.ts";
import type { EngineView } from "./status-source.ts";

export const PAGES = [
  { path: "/", name: "Home" },
  { path: "/trading", name: "Trading" },
  { path: "/audit", name: "Audit" },
] as const;
export type PagePath = (typeof PAGES)[number]["path"];

export interface Page {
  /** Null for what is no page of its own. */
  readonly path: PagePath | null;
  readonly title: string;
  readonly content: Html;
  /** The address of the part that refreshes itself; null for what should stand still. */
  readonly fragment: string | null;
}

/** Refreshes without a script too, where nobody is typing into a form. */
const RELOAD_SECONDS = 30;

/** Errors and empty answers must not replace what is shown; what a reader opened stays open. */
const HTMX_CONFIG = JSON.stringify({
  noSwap: [204, 304, "4xx", "5xx"],
  includeIndicatorCSS: false,
  history: false,
  morphIgnore: ["data-htmx-powered", "open"],
});

export function layout(site: Site, page: Page): Html {
  const { assets, refreshSeconds } = site;
  const reload = page.fragment === null || page.path === "/audit" ? NOTHING : reloadMark;
  const refresh =
    page.fragment === null
      ? NOTHING
      : html` hx-get="${page.fragment}" hx-trigger="every ${refreshSeconds}s" hx-swap="innerMorph"`;
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="htmx-config" content="${HTMX_CONFIG}">
  <meta name="robots" content="noindex">
  <title>${page.title} · Countersign</title>
  <link rel="icon" type="image/svg+xml" href="${assets.icon.path}">
  <link rel="preload" as="font" type="font/woff2" href="${assets.font.path}" crossorigin>
  <link rel="stylesheet" href="${assets.style.path}">
  <script src="${assets.script.path}" defer></script>
  ${reload}
</head>
<body>
  <a class="skip" href="#content">Skip to the content</a>
  <header class="bar">
    <a class="brand" href="/"><img src="${assets.icon.path}" alt="" width="22" height="22">Countersign</a>
    <nav aria-label="Pages">${PAGES.map(({ path, name }) => html`<a href="${path}"${path === page.path ? html` aria-current="page"` : NOTHING}>${name}</a>`)}</nav>
  </header>
  <main id="content" tabindex="-1"><div id="live"${refresh}>${page.content}</div></main>
  <footer>
    <p>Read-only: decisions are made in chat.</p>
    <p>Countersign ${site.source.version} · times in ${site.timeZone}</p>
  </footer>
</body>
</html>`;
}

const reloadMark = html`<noscript><meta http-equiv="refresh" content="${RELOAD_SECONDS}"></noscript>`;

/** The part alone; its title follows the state. */
export const fragmentOf = (page: Page): Html =>
  html`<title>${page.title} · Countersign</title>${page.content}`;

const SENTENCES: Readonly<Record<SystemState, string>> = {
  RUNNING: "Trading on its own inside its limits.",
  PAUSED: "Nothing that opens or adds leaves. An operator's /resume in chat starts trading.",
  EMERGENCY_STOP: "Trading has stopped. Only an admin's /recover in chat leads out.",
};

const MODES: Readonly<Record<EngineView["mode"], string>> = {
  paper: "Paper money",
  live: "Live: real money",
  demo: "Demo: invented market",
  replay: "Replay: past candles",
};

/** State and mode, first on every page. */
export const stateStrip = ({ state }: StoredState, mode: EngineView["mode"]): Html =>
  html`<section class="state ${stateClass(state)}" aria-label="State">
    ${stateShape(state)}
    <div class="state-text" role="status"><p class="state-word">${STATE_WORDS[state]}</p></div>
    ${modeMark(mode)}
  </section>`;

/** The same, big, with what it means and who brought it about. */
export function stateBanner(
  { state, since, reason }: StoredState,
  by: string,
  mode: EngineView["mode"],
  format: Format,
): Html {
  return html`<section class="state state-big ${stateClass(state)}" aria-label="State">
    ${stateShape(state)}
    <div class="state-text">
      <div role="status"><h1 class="state-word">${STATE_WORDS[state]}</h1></div>
      <p>${SENTENCES[state]}</p>
      <p class="quiet">Since ${instantMark(since, format)} (${agoMark(since, format)}), by ${foreign(by)}: ${foreign(reason)}</p>
    </div>
    ${modeMark(mode)}
  </section>`;
}

const stateClass = (state: SystemState): string => `state-${state.toLowerCase()}`;

const modeMark = (mode: EngineView["mode"]): Html => html`<p class="mode mode-${mode}">${MODES[mode]}</p>`;

/** Every refresh brings a new one, which stays unseen for a while: a page that gets no answers says so by itself. */
export const silence = (site: Site, format: Format): Html =>
  html`<p class="silence" id="answer-${site.nextAnswer()}">No news since ${format.timeOfDay(format.now)}: the bot may be stopped or unreachable. Reload to try again.</p>`;
