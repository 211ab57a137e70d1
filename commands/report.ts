import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { digestCard } from "../src/chat/report-cards.ts";

const args = z.object({});
const DAY_MS = 86_400_000;

export const report = {
  name: "report",
  group: "reports",
  role: "viewer",
  summary: "The last 24 hours in figures, and what comes next",
  args,
  examples: ["/report"],
  effects: "read",
  run: (context) =>
    digestCard(context, { title: "The last 24 h", fromAt: context.now - DAY_MS, toAt: context.now }),
} satisfies Command<typeof args>;
