/** The read-only status page and its JSON. */
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type { Database } from "../../db/database.ts";
import type { Clock } from "../core/clock.ts";
import { InputError } from "../core/errors.ts";
import { api } from "./api.ts";
import { type Assets, loadAssets } from "./assets.ts";
import { knownHosts, readOnly, withHeaders } from "./guards.ts";
import { fragmentOf, layout, type Page } from "./layout.ts";
import type { Html } from "./marks.ts";
import { auditPage } from "./pages/audit.ts";
import { homePage } from "./pages/home.ts";
import { tradingPage } from "./pages/trading.ts";
import { Site } from "./site.ts";
import type { StatusSource } from "./status-source.ts";

export interface WebOptions {
  readonly database: Database;
  readonly source: StatusSource;
  /** The clock that stored instants come from. */
  readonly clock: Clock;
  /** The clock that readers live by: real time. */
  readonly peopleClock: Clock;
  readonly timeZone: string;
  /** Host names it answers to besides those of this machine; without ports. */
  readonly allowedHosts: readonly string[];
  /** Told of every answer that failed; the reader sees nothing of it. */
  readonly onFault: (error: unknown) => void;
  readonly refreshSeconds?: number;
}

const REFRESH_SECONDS = 5;

export function createWeb(options: WebOptions): Hono {
  const { database, source, clock, timeZone, peopleClock, refreshSeconds = REFRESH_SECONDS } = options;
  const assets = loadAssets();
  const site = new Site(database, source, clock, timeZone, assets, refreshSeconds, peopleClock);
  const app = new Hono();
  app.use(withHeaders, knownHosts(options.allowedHosts), readOnly);
  addPage(app, site, "/", "/fragments/home", homePage);
  addPage(app, site, "/trading", "/fragments/trading", tradingPage);
  addPage(app, site, "/audit", "/fragments/audit", auditPage);
  app.get("/assets/:name", (context) => answerAsset(context, assets));
  app.route("/", api(site));
  app.notFound((context) => refuse(context, site, 404, "There is nothing at this address."));
  app.onError((error, context) => {
    if (error instanceof InputError) return refuse(context, site, 400, error.message);
    options.onFault(error);
    return refuse(context, site, 500, "This could not be answered; the program's log says why.");
  });
  return app;
}

function addPage(
  app: Hono,
  site: Site,
  path: string,
  fragmentPath: string,
  page: (site: Site, url: string) => Page | Promise<Page>,
): void {
  app.get(path, async (context) => context.html(layout(site, await page(site, context.req.url))));
  app.get(fragmentPath, async (context) => context.html(fragmentOf(await page(site, context.req.url))));
}

function answerAsset(context: Context, assets: Assets): Response | Promise<Response> {
  const asset = assets.byPath(context.req.path);
  if (asset === null) return context.notFound();
  const headers = { "Content-Type": asset.type, "Cache-Control": "public, max-age=31536000, immutable" };
  return context.body(asset.body, 200, headers);
}

const NAMES = { 400: "bad_request", 404: "not_found", 500: "failed" } as const;

/** In the shape of what was asked for: JSON for programs, a page for people. */
function refuse(
  context: Context,
  site: Site,
  status: keyof typeof NAMES,
  message: string,
): Response | Promise<Response> {
  if (/^\/(api|health|ready)\b/.test(context.req.path)) {
    return context.json({ error: { code: NAMES[status], message } }, status);
  }
  const content: Html = html`<section class="card"><h1>${status === 404 ? "Not found" : status === 400 ? "Not understood" : "Failed"}</h1>
    <p>${message}</p><p><a href="/">Home</a></p></section>`;
  return context.html(layout(site, { path: null, title: String(status), content, fragment: null }), status);
}
