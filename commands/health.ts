import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, checklist, commandButton, fields, table } from "../src/chat/message.ts";

const args = z.object({});
const DEAD_LETTERS_SHOWN = 5;
/** Beyond this the event loop was blocked long enough to matter. */
const SLOW_LOOP_MS = 500;

export const health = {
  name: "health",
  group: "system",
  role: "operator",
  summary: "Memory, database, queues and platforms",
  args,
  examples: ["/health"],
  effects: "read",
  run({ format, now, process }) {
    const view = process.view();
    const { deadLetters, loopDelayMs, platforms } = view;
    const isWell =
      deadLetters === 0 &&
      platforms.every(({ isConnected }) => isConnected) &&
      (loopDelayMs ?? 0) < SLOW_LOOP_MS;
    const dead = deadLetters === 0 ? [] : process.deadLetters(DEAD_LETTERS_SHOWN);
    return card({
      title: isWell ? "Healthy" : "Needs a look",
      tone: isWell ? "good" : "warning",
      body: [
        fields([
          ["Up", format.duration(now - view.startedAt)],
          ["Started", format.shortInstant(view.startedAt)],
          ["Memory", format.bytes(view.memoryBytes)],
          ["Database", format.bytes(view.databaseBytes)],
          [
            "Loop delay",
            loopDelayMs === null ? "not measured yet" : `${format.duration(loopDelayMs)} at worst`,
          ],
          ["To send", format.count(view.deliveriesWaiting)],
          ["To handle", format.count(view.inboxWaiting)],
          ["Not delivered", format.count(deadLetters)],
          ["Audit events", format.count(view.auditEvents)],
        ]),
        checklist(
          platforms.map(({ detail, isConnected, platform }) => ({
            ok: isConnected,
            label: platform,
            note: isConnected ? null : detail,
          })),
        ),
        ...(dead.length === 0
          ? []
          : [
              table(
                ["When", "Where", "Not delivered because"],
                dead.map(({ at, error, platform }) => [format.shortInstant(at), platform, error]),
              ),
            ]),
      ],
      buttons: [
        [
          commandButton("Refresh", "health"),
          commandButton("Logs", "logs"),
          commandButton("Jobs", "scheduler"),
        ],
      ],
      footer: format.instant(now),
    });
  },
} satisfies Command<typeof args>;
