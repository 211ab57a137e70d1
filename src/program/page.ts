/** The status page of a running app. */
import type { App } from "../app.ts";
import { VERSION } from "../app.ts";
import { performanceReport } from "../capabilities/performance-report.ts";
import { SystemClock } from "../clock.ts";
import type { Settings } from "../config.ts";
import { ticksOf } from "../core/instrument.ts";
import { FillFold } from "../engine/fill-fold.ts";
import { STRATEGIES } from "../strategy/registry.ts";
import { createWeb } from "../web/app.ts";
import { type ServedWeb, serveWeb } from "../web/serve.ts";
import type { EngineView, StatusSource } from "../web/status-source.ts";

/** Null when the page is switched off. Throws InputError `web_port_in_use`. */
export function servePage(app: App, settings: Settings, port: number = settings.WEB_PORT): ServedWeb | null {
  if (!settings.WEB_ENABLED) return null;
  const web = createWeb({
    database: app.database,
    source: statusSource(app, settings.APP_TIMEZONE),
    clock: app.clock,
    peopleClock: new SystemClock(),
    timeZone: settings.APP_TIMEZONE,
    allowedHosts: [],
    onFault: (error) => app.log.error(error, { doing: "status page" }),
  });
  return serveWeb(web, { host: settings.WEB_HOST, port });
}

/** As many as the chart in chat shows unless told. */
const CHART_CANDLES = 96;

function statusSource(app: App, timeZone: string): StatusSource {
  const { capabilities, clock, database, engine, painter } = app;
  const fold = new FillFold(engine.options.instrument);
  return {
    version: VERSION,
    instrument: () => engine.options.instrument,
    engine: () => engineView(app),
    readiness: () => capabilities.engine.readiness(),
    chain() {
      const { ok, at, headSeq, firstBadSeq } = capabilities.audit.lastChecked();
      return { ok, verifiedAt: at, verifiedSeq: headSeq, firstBadSeq };
    },
    signalSentence: (strategy, reason) =>
      STRATEGIES.find(({ name }) => name === strategy)?.reasons[reason] ?? null,
    closedTrades: (limit) => capabilities.account.closedTrades(1, limit).rows,
    performance: () => performanceReport({ database, engine }, fold, { fromAt: null, toAt: clock.now() }),
    candleChart: (timeframe) => capabilities.data.chart(timeframe, CHART_CANDLES, timeZone),
    draw: painter === null ? null : (chart) => painter.svg(chart),
  };
}

function engineView({ capabilities, clock, engine, mode }: App): EngineView {
  const { trader } = engine.current();
  const { instrument } = engine.options;
  const quote = engine.lastQuote;
  const last = engine.lastCycle;
  const ticks = (price: number | null): number | null => (price === null ? null : ticksOf(instrument, price));
  return {
    mode,
    strategy: trader.rules.strategy.name,
    configVersion: trader.rules.configVersion,
    timing: trader.rules.needs.timing,
    price: quote === null ? null : { ticks: ticksOf(instrument, quote.price), at: quote.at },
    dataAgeMs: capabilities.data.ageMs(clock.now()),
    isDataStale: engine.isDataStale,
    lastCycle:
      last === null ? null : { at: last.at, durationMs: last.durationMs, reason: last.report.reason },
    today:
      trader.markTicks === 0
        ? null
        : { openingUnits: trader.dayOpeningUnits, realisedUnits: trader.dayRealisedUnits },
    stopTicks: ticks(trader.exits.stopPrice()),
    targetTicks: ticks(trader.exits.targetPrice()),
  };
}
