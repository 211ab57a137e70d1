/** `doctor`: checks everything a first run needs and says how to mend it. Changes nothing. */
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { verifyChain } from "../../db/audit-chain.ts";
import { openDatabase } from "../../db/database.ts";
import { pendingMigrations } from "../../db/migrate.ts";
import { SystemClock } from "../clock.ts";
import { loadConfig, type Settings } from "../config.ts";
import { CountersignError } from "../core/errors.ts";
import { secureRandom } from "../secure-random.ts";
import type { Finding } from "./doctor-finding.ts";
import { examinePlatforms } from "./doctor-platforms.ts";
import { portFinding } from "./doctor-port.ts";
import { exchangeMarket } from "./markets.ts";

const MOST_CLOCK_SKEW_MS = 1000;
const LEAST_FREE_BYTES = 500_000_000;
const RUNTIME = "1.4.5";
const OTHERS = 0o077;

export const doctorCommand = new Command("doctor")
  .description(
    "Check what a run needs: runtime, settings, database, disk, port, market, clock, Telegram, Discord. Exit code 0 when all is well.",
  )
  .action(async () => {
    const findings = await examine();
    for (const { ok, name, detail, mend, hint, isNote = hint !== undefined } of findings) {
      const advice = ok ? hint : mend;
      const mark = !ok ? "MEND" : isNote ? "note" : "ok  ";
      console.log(`${mark}  ${name.padEnd(12)}${detail}`);
      if (advice !== undefined) console.log(`                  → ${advice}`);
    }
    const faults = findings.filter((finding) => !finding.ok).length;
    console.log(
      faults === 0
        ? "\nAll is well: `bun run start` runs the bot, `bun run demo` rehearses."
        : `\n${faults} to mend.`,
    );
    process.exitCode = faults === 0 ? 0 : 1;
  });

async function examine(): Promise<readonly Finding[]> {
  const runtime: Finding = {
    ok: Bun.version === RUNTIME,
    name: "runtime",
    detail: `Bun ${Bun.version}`,
    mend: `run it with npx -y bun@${RUNTIME}`,
  };
  let settings: Settings;
  try {
    const config = loadConfig();
    settings = config.settings;
    return [
      runtime,
      { ok: true, name: "settings", detail: "complete" },
      ...config.warnings.map((detail) => ({ ok: true, name: "settings", detail, isNote: true as const })),
      database(settings),
      disk(settings),
      await page(settings),
      ...(await market(settings)),
      ...(await examinePlatforms(settings, new SystemClock())),
    ];
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    return [
      runtime,
      {
        ok: false,
        name: "settings",
        detail: error.message,
        mend: "mend .env or the environment; .env.example lists every setting",
      },
    ];
  }
}

function database({ DB_PATH }: Settings): Finding {
  const name = "database";
  const exposed = [dirname(resolve(DB_PATH)), DB_PATH].find(isReachedByOthers);
  if (exposed !== undefined) {
    const mend = `run: chmod go= ${exposed}`;
    return { ok: false, name, detail: `other users of this machine can reach ${exposed}`, mend };
  }
  return existsSync(DB_PATH) ? storedDatabase(DB_PATH) : newDatabase(DB_PATH);
}

const isReachedByOthers = (path: string): boolean =>
  ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & OTHERS) !== 0;

function newDatabase(path: string): Finding {
  const name = "database";
  const folder = existingFolder(path);
  try {
    accessSync(folder, constants.W_OK);
    return { ok: true, name, detail: `${path} will be created at the first start` };
  } catch {
    const mend = "change DB_PATH or the folder's owner";
    return { ok: false, name, detail: `${folder} cannot be written`, mend };
  }
}

function existingFolder(path: string): string {
  let folder = resolve(dirname(path));
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

function storedDatabase(path: string): Finding {
  const name = "database";
  try {
    const reader = openDatabase({ path, readonly: true });
    try {
      const pending = reader.read((tables) => pendingMigrations(tables));
      if (pending.length > 0) {
        const mend = "run: bun run db migrate";
        return { ok: false, name, detail: `${pending.length} migrations are pending`, mend };
      }
      const chain = reader.read((rows) => verifyChain(rows));
      const detail = `${chain.rows} audit events, ${chain.ok ? "chain verified" : "CHAIN BROKEN"}`;
      return { ok: chain.ok, name, detail, mend: "run: bun run audit verify; then /recover in chat decides" };
    } finally {
      reader.close();
    }
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    return { ok: false, name, detail: error.message };
  }
}

function disk({ DB_PATH }: Settings): Finding {
  const { bavail, bsize } = statfsSync(existingFolder(DB_PATH));
  const free = bavail * bsize;
  return {
    ok: free >= LEAST_FREE_BYTES,
    name: "disk",
    detail: `${(free / 1e9).toFixed(1)} GB free`,
    mend: "make room: a full disk stops trading",
  };
}

async function page({ WEB_ENABLED, WEB_HOST, WEB_PORT }: Settings): Promise<Finding> {
  const name = "page";
  if (!WEB_ENABLED) return { ok: true, name, detail: "switched off (WEB_ENABLED=false)" };
  return portFinding(name, WEB_HOST, WEB_PORT, "WEB_PORT");
}

async function market(settings: Settings): Promise<readonly Finding[]> {
  const clock = new SystemClock();
  const { feed, stop } = exchangeMarket({
    restUrl: settings.BINANCE_MARKET_DATA_BASE_URL,
    streamUrl: settings.BINANCE_STREAM_BASE_URL,
    symbol: settings.TRADING_SYMBOL,
    clock,
    random: secureRandom(),
    hasStream: false,
  });
  try {
    const instrument = await feed.instrument();
    const askedAt = clock.now();
    const theirs = await feed.serverTime();
    const skewMs = theirs - (askedAt + clock.now()) / 2;
    return [
      {
        ok: instrument.status === "TRADING",
        name: "market",
        detail: `${instrument.symbol} is ${instrument.status}`,
        mend: "the exchange has halted the symbol; wait",
      },
      {
        ok: Math.abs(skewMs) <= MOST_CLOCK_SKEW_MS,
        name: "clock",
        detail: `${Math.round(Math.abs(skewMs))} ms ${skewMs < 0 ? "ahead of" : "behind"} the exchange`,
        mend: "switch on time synchronisation (NTP)",
      },
    ];
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    return [
      {
        ok: false,
        name: "market",
        detail: error.message,
        mend: "check the network and BINANCE_MARKET_DATA_BASE_URL; `bun run demo` needs neither",
      },
    ];
  } finally {
    await stop?.();
  }
}
