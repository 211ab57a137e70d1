/** Moving between states on a person's word, and the card that says where it led. */
import type { CommandContext } from "../../src/chat/context.ts";
import {
  type Button,
  card,
  commandButton,
  fields,
  problem,
  type Reply,
  type Tone,
  text,
} from "../../src/chat/message.ts";
import type { StateView } from "../../src/chat/trading-capabilities.ts";
import type { MoveRefusal, SystemState } from "../../src/core/state.ts";
import { positionSentence } from "./position-sentence.ts";

export type Move = "pause" | "resume" | "stop" | "recover";

export const STATE_TONES: Readonly<Record<SystemState, Tone>> = {
  RUNNING: "good",
  PAUSED: "warning",
  EMERGENCY_STOP: "danger",
};

const MEANS: Readonly<Record<SystemState, string>> = {
  RUNNING: "Trading: the next closed candle may open a position.",
  PAUSED: "No entries. /resume starts trading again.",
  EMERGENCY_STOP: "No entries until an admin has gone through /recover and then /resume.",
};

const DEFAULT_REASON: Readonly<Record<Move, string>> = {
  pause: "Paused by hand.",
  resume: "Resumed by hand.",
  stop: "Stopped by hand.",
  recover: "Recovered by hand.",
};

/** The move in one transaction; an illegal one changes nothing and says what to do instead. */
export function moveState(context: CommandContext, via: Move, reason: string | undefined): Reply {
  const { actor, state, who } = context;
  return context.transact((tx) => {
    const moved = state.move(tx, via, reason ?? DEFAULT_REASON[via], { actor, role: who.role });
    return moved.ok ? movedCard(context, moved.value) : refusedMove(via, moved.code, state.current().state);
  });
}

/** Where a person's move led, what it means for an open position, and the next steps. */
export function movedCard(context: CommandContext, { reason, since, state }: StateView): Reply {
  const position = positionSentence(context, state);
  return card({
    title: state,
    tone: STATE_TONES[state],
    body: [
      text(MEANS[state]),
      ...(position === null ? [] : [text(position)]),
      fields([
        ["Reason", reason],
        ["Since", context.format.instant(since)],
        ["By", context.who.label],
      ]),
    ],
    buttons: [
      movesFrom(context, state),
      [commandButton("Ready?", "ready"), commandButton("Status", "status")],
    ].filter((row) => row.length > 0),
  });
}

/** The moves that lead out of a state, for the asker's role. */
export function movesFrom(context: CommandContext, state: SystemState): readonly Button[] {
  const isOperator = context.may("operator");
  const moves: Button[] = [];
  if (isOperator && state === "RUNNING") moves.push(commandButton("Pause", "pause"));
  if (isOperator && state === "PAUSED") moves.push(commandButton("Resume", "resume", "good"));
  if (isOperator && state !== "EMERGENCY_STOP") moves.push(commandButton("Stop", "stop", "danger"));
  if (context.may("admin") && state === "EMERGENCY_STOP") moves.push(commandButton("Recover", "recover"));
  return moves;
}

function refusedMove(via: Move, code: MoveRefusal, state: SystemState): Reply {
  switch (code) {
    case "already_there":
      return problem(`The state is already ${state}; nothing changed.`);
    case "recover_needed":
      return problem(`The state is EMERGENCY_STOP; an admin must go through /recover before /${via} works.`);
    case "role_too_low":
      return problem(`Your role may not ${via}; ask an admin.`);
    case "illegal_move":
      return problem(
        via === "recover"
          ? `There is no emergency stop to recover from; the state is ${state}.`
          : `/${via} does not work while ${state}; see /status.`,
      );
  }
}
