import { z } from "zod";
import { word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { type Button, card, commandButton, type Reply, say, text } from "../src/chat/message.ts";
import { InputError } from "../src/core/errors.ts";
import { type EnrolledHere, enrolledHere, notEnrolled } from "./parts/enrolled-chat.ts";

const USUAL_HOURS = 12;
const A_WEEK_IN_HOURS = 168;
const HINT = `on, off or 1 to ${A_WEEK_IN_HOURS} hours`;

const args = z.object({ every: word(HINT).optional().describe("on, off or hours; left out, it is shown") });

export const heartbeat = {
  name: "heartbeat",
  group: "reports",
  role: "viewer",
  summary: "A silent sign of life in this chat every few hours",
  args,
  examples: ["/heartbeat", "/heartbeat on", "/heartbeat 6", "/heartbeat off"],
  effects: "change",
  roleFor: ({ every }) => (every === undefined ? "viewer" : "operator"),
  run(context, { every }) {
    const hours = every === undefined ? null : hoursOf(every);
    const here = enrolledHere(context);
    if (here === null) return notEnrolled();
    return every === undefined ? shown(context, here) : set(context, here, hours);
  },
} satisfies Command<typeof args>;

function shown(context: CommandContext, { hearing }: EnrolledHere): Reply {
  const { heartbeatAt, heartbeatHours } = hearing;
  const isOn = heartbeatHours !== null && heartbeatAt !== null;
  return card({
    title: isOn ? `Heartbeat every ${heartbeatHours} h` : "No heartbeat in this chat",
    body: isOn ? [text(`The next one comes ${context.format.instant(heartbeatAt)}, without a sound.`)] : [],
    buttons: context.may("operator") ? [choices(heartbeatHours)] : [],
  });
}

const choices = (hours: number | null): readonly Button[] => [
  ...[6, USUAL_HOURS, 24]
    .filter((one) => one !== hours)
    .map((one) => commandButton(`${one} h`, `heartbeat ${one}`)),
  ...(hours === null ? [] : [commandButton("Off", "heartbeat off")]),
];

function set(context: CommandContext, { chat }: EnrolledHere, hours: number | null): Reply {
  return context.transact((tx) => {
    const done = context.alerts.setHeartbeat(tx, context.actor, chat, hours);
    if (!done.ok) return notEnrolled();
    if (done.value === null) return say("No heartbeat comes to this chat any more.", "good");
    return card({
      title: `Heartbeat every ${hours} h`,
      tone: "good",
      body: [
        text(`The first one comes ${context.format.instant(done.value)}, without a sound.`),
        text("When one stays away, the program does not run: look at the machine."),
      ],
      buttons: [choices(hours)],
    });
  });
}

/** Null for off. */
function hoursOf(typed: string): number | null {
  const word = typed.toLowerCase();
  if (word === "off") return null;
  const hours = word === "on" ? USUAL_HOURS : /^[0-9]{1,3}$/.test(word) ? Number(word) : 0;
  if (hours >= 1 && hours <= A_WEEK_IN_HOURS) return hours;
  throw new InputError("bad_arguments", `Say ${HINT}, such as /heartbeat 12.`);
}
