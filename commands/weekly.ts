import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { calendarReport } from "./parts/calendar-report.ts";

const args = z.object({});

export const weekly = {
  name: "weekly",
  group: "trading",
  role: "viewer",
  summary: "Change of equity and closed trades, week by week",
  args,
  examples: ["/weekly"],
  effects: "read",
  run: (context) => calendarReport(context, "week", 8),
} satisfies Command<typeof args>;
