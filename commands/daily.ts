import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { calendarReport } from "./parts/calendar-report.ts";

const args = z.object({});

export const daily = {
  name: "daily",
  group: "trading",
  role: "viewer",
  summary: "Change of equity and closed trades, day by day",
  args,
  examples: ["/daily"],
  effects: "read",
  run: (context) => calendarReport(context, "day", 10),
} satisfies Command<typeof args>;
