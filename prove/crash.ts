/**
 * kill −9 at random instants of `start` against a simulator in a process of its own at high speed. After each: the database
 * opens, the chain verifies, no cycle is half there, nothing acknowledged is lost, the state is what it was.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAccountOf } from "../db/accounts.ts";
import { auditHashAt, auditHead, queryEvents } from "../db/audit.ts";
import { verifyChain } from "../db/audit-chain.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { countByReason, recentDecisions } from "../db/decisions.ts";
import { loadMemory } from "../db/engine-memory.ts";
import { fillsOfOrder } from "../db/fills.ts";
import { countWaitingInbox } from "../db/inbox.ts";
import { loadInstrument } from "../db/instruments.ts";
import { ordersPage } from "../db/orders.ts";
import { readState } from "../db/system-state.ts";
import { isTerminal } from "../src/core/order.ts";
import { type Random, seededRandom } from "../src/core/random.ts";
import { rebuildLedger } from "../src/engine/recovery.ts";
import { writeCandlesCsv } from "../src/market/csv-write.ts";
import { type RunningProgram, startProgram } from "../test/support/program.ts";
import type { Proof } from "./proof.ts";
import { dippingHours } from "./synthetic-hours.ts";

/** Six hours of market a second, a cycle each. */
const SPEED = 21_600;
const CYCLE_SECONDS = "3600";
const START_TIMEOUT_MS = 20_000;
const ANSWER_TIMEOUT_MS = 10_000;

interface Witness {
  readonly seq: number;
  readonly hash: string | null;
}

interface Counts {
  acknowledged: number;
  decisions: number;
  fills: number;
  events: number;
  reasons: Readonly<Record<string, number>>;
}

export async function proveCrashes(kills: number): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-crash-"));
  const path = join(folder, "data", "trading.db");
  const random = seededRandom("crash");
  const problems: string[] = [];
  const acknowledged: string[] = [];
  const counts: Counts = { acknowledged: 0, decisions: 0, fills: 0, events: 0, reasons: {} };
  const market = join(folder, "market.csv");
  await Bun.write(market, writeCandlesCsv(dippingHours("crash", 60_000)));
  const simulator = startProgram(
    ["simulator", "--port", "0", "--speed", String(SPEED), "--replay", market, "--start", "2020-04-01"],
    {},
    folder,
  );
  try {
    const [, url, wsUrl] = await simulator.waitFor(/on (http:\S+) and (ws:\S+),/, START_TIMEOUT_MS);
    const environment = {
      BINANCE_MARKET_DATA_BASE_URL: url!,
      BINANCE_STREAM_BASE_URL: wsUrl!,
      DB_PATH: path,
      WEB_ENABLED: "false",
      TRADING_CYCLE_SECONDS: CYCLE_SECONDS,
      TRADING_ACTIVE_STRATEGY: "mean_reversion",
      PAPER_FILL_MODEL: "slippage",
      TRADING_EXIT_TIMEFRAME: "1h",
      APP_LOG_LEVEL: "error",
    };
    for (let kill = 1; kill <= kills && problems.length === 0; kill++) {
      const stateBefore = kill === 1 ? null : stateOf(path);
      // A command that was taken in and not answered is rightly carried out by the next start.
      const wasAnswered =
        kill === 1 || withReader(path, (database) => database.read(countWaitingInbox)) === 0;
      const bot = startProgram(["start", "--console", "--speed", String(SPEED)], environment, folder);
      if (kill % 4 === 0) {
        // In the middle of a start: recovery must bear being killed itself.
        await Bun.sleep(random.next() * 1000);
        await bot.kill();
        problems.push(...examine(path, kill, { seq: 0, hash: null }, acknowledged, counts));
        continue;
      }
      await bot.waitFor(/countersign is up/i, START_TIMEOUT_MS);
      if (stateBefore !== null && wasAnswered && stateOf(path) !== stateBefore)
        problems.push(`kill ${kill}: the state changed over the restart`);
      const tag = `crash-${kill}`;
      const isAnswered = await command(bot, random, stateOf(path), kill, tag);
      if (isAnswered) acknowledged.push(tag);
      await Bun.sleep(random.next() * 900);
      const witness = witnessOf(path);
      await bot.kill();
      problems.push(...examine(path, kill, witness, acknowledged, counts));
    }
    counts.acknowledged = acknowledged.length;
  } finally {
    await simulator.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  const { reasons, ...figures } = counts;
  return {
    name: `kill -9 at ${kills} random instants`,
    ok: problems.length === 0,
    figures: { kills, problems: problems.length, ...figures },
    lines: [
      ...Object.entries(reasons).map(([reason, count]) => `    decided ${reason.padEnd(22)}${count}`),
      ...problems.map((problem) => `    ${problem}`),
    ],
  };
}

/** Sends a command that changes something; true when its answer came before the kill. A third of the time nobody waits for it. */
async function command(
  bot: RunningProgram,
  random: Random,
  state: string,
  kill: number,
  tag: string,
): Promise<boolean> {
  const move = state === "PAUSED" ? "resume" : kill % 10 === 5 ? "pause" : "lock 1";
  const line = `${move} ${tag}`;
  bot.write(`${line}\n`);
  if (random.next() < 0.33) return false;
  // The console repeats what was typed; the answer names it a second time.
  await bot.waitFor(new RegExp(`${tag}[^]*${tag}`), ANSWER_TIMEOUT_MS);
  return true;
}

function withReader<T>(path: string, run: (database: Database) => T): T {
  const database = openDatabase({ path, readonly: true });
  try {
    return run(database);
  } finally {
    database.close();
  }
}

const stateOf = (path: string): string => withReader(path, (database) => database.read(readState).state);
const witnessOf = (path: string): Witness =>
  withReader(path, (database) =>
    database.read((reader) => {
      const head = auditHead(reader);
      return { seq: head.seq, hash: auditHashAt(reader, head.seq) };
    }),
  );

/** What must hold after a kill; opens the database as the next start would. */
function examine(
  path: string,
  kill: number,
  witness: Witness,
  acknowledged: readonly string[],
  counts: Counts,
): string[] {
  const problems: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) problems.push(`kill ${kill}: ${what}`);
  };
  const database = openDatabase({ path });
  try {
    database.read((reader) => {
      const chain = verifyChain(reader);
      expect(chain.ok, `the chain is broken at event ${chain.firstBad?.seq}`);
      expect(chain.headSeq >= witness.seq, "events that were there before the kill are gone");
      expect(
        auditHashAt(reader, witness.seq) === witness.hash,
        "an event that was there before the kill changed",
      );
      for (const tag of acknowledged)
        expect(queryEvents(reader, { text: tag, limit: 1 }).length > 0, `the acknowledged ${tag} is lost`);
      const account = openAccountOf(reader, "paper");
      const instrument = account === null ? null : loadInstrument(reader, account.symbol);
      if (account === null || instrument === null) return expect(false, "there is no account");
      const { mismatches } = rebuildLedger(reader, account, instrument);
      expect(
        mismatches.length === 0,
        `the position is not the sum of the fills: ${JSON.stringify(mismatches)}`,
      );
      const decisions = recentDecisions(reader, account.id, { limit: 100_000 });
      const closes = new Set(decisions.map((decision) => decision.candleCloseAt));
      expect(closes.size === decisions.length, "a candle was decided twice");
      const orders = ordersPage(reader, { accountId: account.id, limit: 100_000 });
      for (const decision of decisions.filter(({ reason }) => reason === "executed")) {
        expect(
          orders.filter((order) => order.decisionId === decision.id).length === 1,
          `decision ${decision.id} has not exactly one order`,
        );
      }
      let fills = 0;
      for (const order of orders) {
        const filled = fillsOfOrder(reader, order.id).reduce((sum, fill) => sum + fill.lots, 0);
        fills += 1;
        expect(isTerminal(order.status) && filled === order.filledLots, `order ${order.id} is half there`);
      }
      const memory = loadMemory(reader, account.id) as { lastDecidedAt?: number } | null;
      const last = decisions[0]?.candleCloseAt ?? 0;
      expect((memory?.lastDecidedAt ?? 0) === last, "the engine's memory and the last decision disagree");
      counts.reasons = countByReason(reader, account.id);
      Object.assign(counts, { decisions: decisions.length, fills, events: chain.rows });
    });
  } finally {
    database.close();
  }
  return problems;
}
