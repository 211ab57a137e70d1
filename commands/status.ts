import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { type Button, card, commandButton, fields, text } from "../src/chat/message.ts";
import { REASONS } from "../src/core/reasons.ts";
import type { SystemState } from "../src/core/state.ts";
import { positionSentence } from "./parts/position-sentence.ts";
import { movesFrom, STATE_TONES } from "./parts/state-move.ts";

const args = z.object({});
type Pairs = readonly (readonly [string, string | null])[];

export const status = {
  name: "status",
  group: "system",
  role: "viewer",
  summary: "State, position, equity and data at a glance",
  args,
  examples: ["/status"],
  effects: "read",
  run(context) {
    const { state, since, reason } = context.state.current();
    const { format } = context;
    const position = positionSentence(context, state);
    return card({
      title: state,
      tone: STATE_TONES[state],
      body: [
        fields([
          ["Since", `${format.relative(since)}, ${format.shortInstant(since)}`],
          ["Reason", reason],
        ]),
        ...(position === null ? [] : [text(position)]),
        fields(trading(context), "Trading"),
        fields(machine(context), "Machine"),
      ],
      buttons: buttons(context, state),
      footer: format.instant(context.now),
    });
  },
} satisfies Command<typeof args>;

function trading({ account, engine, format, locks, now }: CommandContext): Pairs {
  const { isDust, lots, unrealisedUnits } = account.position();
  const { drawdown, equityUnits, todayRealisedUnits } = account.equity();
  const { configVersion, mode, strategy, symbol } = engine.status();
  const held = locks.active(now);
  return [
    ["Mode", `${mode}, ${symbol}`],
    ["Strategy", `${strategy}, v${configVersion}`],
    ["Position", lots === 0 ? "flat" : `${format.quantity(lots)}${isDust ? " (dust)" : ""}`],
    ["Unrealised", lots === 0 ? null : format.signedQuote(unrealisedUnits)],
    ["Equity", format.quote(equityUnits)],
    ["Realised today", format.signedQuote(todayRealisedUnits)],
    ["Drawdown", format.percent(drawdown)],
    [
      "Entries",
      held.length === 0
        ? null
        : `locked: ${held.map(({ kind }) => kind.replaceAll("_", " ")).join(", ")} (/locks)`,
    ],
  ];
}

function machine({ data, engine, format, market, now, scheduler }: CommandContext): Pairs {
  const { lastCycleAt, lastDecision, unresolvedOrders } = engine.status();
  const age = data.ageMs(now);
  const { detail, isConnected } = market.feed();
  const jobs = scheduler.jobs();
  const failing = jobs.filter(({ lastStatus }) => lastStatus === "failed");
  const stopped = jobs.filter(({ isEnabled }) => !isEnabled);
  return [
    ["Cycle", lastCycleAt === null ? "none yet" : format.relative(lastCycleAt)],
    [
      "Decision",
      lastDecision === null ? "none yet" : `${lastDecision.side}: ${REASONS[lastDecision.reason]}`,
    ],
    ["Data age", age === null ? "no data yet: /data fetch" : format.duration(age)],
    ["Feed", isConnected ? null : `not connected: ${detail}`],
    ["Orders", unresolvedOrders === 0 ? null : `${unresolvedOrders} with an unknown outcome: /orders`],
    ["Failing", failing.length === 0 ? null : `${failing.map(({ name }) => name).join(", ")} (/scheduler)`],
    ["Off", stopped.length === 0 ? null : `${stopped.map(({ name }) => name).join(", ")} (/scheduler)`],
  ];
}

function buttons(context: CommandContext, state: SystemState): readonly (readonly Button[])[] {
  const moves = movesFrom(context, state);
  const isStuck = state === "EMERGENCY_STOP" && moves.length === 0;
  return [
    [commandButton("Refresh", "status"), commandButton("Why", "why"), commandButton("Position", "position")],
    [commandButton("Orders", "orders"), ...(isStuck ? [commandButton("Ready?", "ready")] : moves)],
  ];
}
