import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, fields, text } from "../src/chat/message.ts";
import { STATE_TONES } from "./parts/state-move.ts";

const args = z.object({});

export const start = {
  name: "start",
  group: "help",
  role: "anyone",
  summary: "Where to begin",
  args,
  examples: ["/start"],
  effects: "read",
  run({ chats, engine, may, state, who }) {
    const { mode, symbol } = engine.status();
    const current = state.current().state;
    const isUnheard = may("admin") && chats.enrolled().every(({ topics }) => !topics.includes("alerts"));
    return card({
      title: "Countersign",
      tone: STATE_TONES[current],
      body: [
        text(`I trade spot ${symbol} inside strict limits, and tell you here what I do and why.`),
        fields([
          ["You", `${who.label}, ${who.role}`],
          ["Mode", mode],
          ["State", current],
        ]),
        ...(isUnheard ? [text("No chat hears alerts yet: what goes wrong would be told to nobody.")] : []),
      ],
      buttons: [
        ...(isUnheard ? [[commandButton("Send them here", "here approvals alerts reports", "good")]] : []),
        [commandButton("Menu", "menu"), commandButton("Status", "status"), commandButton("Help", "help")],
      ],
      footer: "/stop is the emergency stop; it needs no menu.",
    });
  },
} satisfies Command<typeof args>;
