import { z } from "zod";
import { word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, say, text } from "../src/chat/message.ts";
import { InputError } from "../src/core/errors.ts";
import { enrolledHere, notEnrolled } from "./parts/enrolled-chat.ts";

const A_DAY_IN_MINUTES = 1440;
const HINT = `1 to ${A_DAY_IN_MINUTES} minutes, or off`;

const args = z.object({ minutes: word(HINT).optional().describe("60 unless told; off ends it") });

export const mute = {
  name: "mute",
  group: "reports",
  role: "operator",
  summary: "No sound in this chat for a while, but critical alerts",
  args,
  examples: ["/mute", "/mute 480", "/mute off"],
  effects: "change",
  run(context, { minutes = "60" }) {
    const wanted = minutesOf(minutes);
    const here = enrolledHere(context);
    if (here === null) return notEnrolled();
    return context.transact((tx) => {
      const muted = context.alerts.mute(tx, context.actor, here.chat, wanted);
      if (!muted.ok) return notEnrolled();
      if (muted.value === null) return say("This chat is no longer muted.", "good");
      return card({
        title: `Muted for ${context.format.duration(wanted! * 60_000)}`,
        body: [
          text(`Messages arrive here without a sound until ${context.format.instant(muted.value)}.`),
          text("Critical alerts still ring."),
        ],
        buttons: [[commandButton("Unmute", "mute off"), commandButton("Alerts", "alerts")]],
      });
    });
  },
} satisfies Command<typeof args>;

/** Null for off. */
function minutesOf(typed: string): number | null {
  if (typed.toLowerCase() === "off") return null;
  const minutes = /^[0-9]{1,4}$/.test(typed) ? Number(typed) : 0;
  if (minutes >= 1 && minutes <= A_DAY_IN_MINUTES) return minutes;
  throw new InputError("bad_arguments", `Say ${HINT}, such as /mute 60.`);
}
