import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { type Button, card, commandButton } from "../src/chat/message.ts";
import { STATE_TONES } from "./parts/state-move.ts";

const args = z.object({});

/** Three a row: wide enough for one thumb. */
const PANEL: readonly (readonly (readonly [label: string, line: string])[])[] = [
  [
    ["Status", "status"],
    ["Position", "position"],
    ["Why", "why"],
  ],
  [
    ["Equity", "equity"],
    ["Chart", "chart"],
    ["Report", "report"],
  ],
  [
    ["Price", "price"],
    ["Ready?", "ready"],
    ["Locks", "locks"],
  ],
];

export const menu = {
  name: "menu",
  group: "help",
  role: "anyone",
  summary: "Buttons for everything you need often",
  args,
  examples: ["/menu"],
  effects: "read",
  run(context) {
    const { state } = context.state.current();
    const moves: Button[] = [];
    if (context.may("operator") && state === "RUNNING") moves.push(commandButton("Pause", "pause"));
    if (context.may("operator") && state === "PAUSED") moves.push(commandButton("Resume", "resume", "good"));
    if (context.may("operator") && state !== "EMERGENCY_STOP")
      moves.push(commandButton("STOP", "stop", "danger"));
    if (context.may("admin") && state === "EMERGENCY_STOP") moves.push(commandButton("Recover", "recover"));
    return card({
      title: state,
      tone: STATE_TONES[state],
      buttons: [
        ...PANEL.map((row) => row.map(([label, line]) => commandButton(label, line))),
        ...(moves.length === 0 ? [] : [moves]),
        [commandButton("Refresh", "menu"), commandButton("Alerts", "alerts"), commandButton("Help", "help")],
      ],
    });
  },
} satisfies Command<typeof args>;
