import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { calendarReport } from "./parts/calendar-report.ts";

const args = z.object({});

export const monthly = {
  name: "monthly",
  group: "trading",
  role: "viewer",
  summary: "Change of equity and closed trades, month by month",
  args,
  examples: ["/monthly"],
  effects: "read",
  run: (context) => calendarReport(context, "month", 6),
} satisfies Command<typeof args>;
