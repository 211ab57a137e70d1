import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, table } from "../src/chat/message.ts";
import { timesFooter } from "./parts/pages.ts";

const args = z.object({});

export const locks = {
  name: "locks",
  group: "trading",
  role: "viewer",
  summary: "What blocks entries now, and until when",
  args,
  examples: ["/locks"],
  effects: "read",
  run(context) {
    const { format, locks: held, now, people } = context;
    const active = held.active(now);
    const lift = context.may("operator") && active.length > 0 ? [commandButton("Lift all", "unlock")] : [];
    return card({
      title: active.length === 0 ? "No locks: entries are free" : `Entries are locked (${active.length})`,
      tone: active.length === 0 ? "good" : "warning",
      body:
        active.length === 0
          ? []
          : [
              table(
                [">#", "Until", "Lock"],
                active.map(({ actor, id, kind, reason, untilAt }) => [
                  String(id),
                  untilAt === null
                    ? "lifted"
                    : `${format.shortInstant(untilAt)}, ${format.relative(untilAt)}`,
                  kind === "manual"
                    ? `${people.nameOf(actor)}: ${reason}`
                    : `${kind.replaceAll("_", " ")}: ${reason}`,
                ]),
              ),
            ],
      buttons: [[commandButton("Refresh", "locks"), commandButton("Status", "status"), ...lift]],
      footer: `Exits go on whatever is locked. ${timesFooter(context)}`,
    });
  },
} satisfies Command<typeof args>;
