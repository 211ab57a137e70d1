/** `/recover` alone shows what happened and what to check; with a reason it leads from EMERGENCY_STOP to PAUSED. */
import { z } from "zod";
import { rest } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import type { EventView } from "../src/chat/house-capabilities.ts";
import {
  type Button,
  card,
  checklist,
  commandButton,
  fields,
  type PromptField,
  problem,
  promptButton,
  type Reply,
  text,
} from "../src/chat/message.ts";
import { CODE_REFUSALS } from "./parts/code-refusals.ts";
import { eventText } from "./parts/event-text.ts";
import { timesFooter } from "./parts/pages.ts";
import { positionSentence } from "./parts/position-sentence.ts";
import { readinessItems } from "./parts/readiness-items.ts";
import { movedCard, moveState } from "./parts/state-move.ts";

const args = z.object({
  words: rest("the reason; your one-time code goes first when you have one")
    .optional()
    .describe("why it is safe to go on"),
});

const CODE_THEN_REASON = /^([0-9]{6})(?:\s+(.+))?$/s;
const EVENTS_SHOWN = 5;
const EVENTS_READ = 100;
const HOUR_MS = 3_600_000;

export const recover = {
  name: "recover",
  group: "system",
  role: "admin",
  summary: "Leave the emergency stop, step by step",
  args,
  examples: ["/recover", "/recover the exchange is back and the balances agree"],
  effects: "change",
  /** A one-time code is a confirmation of its own. */
  confirm({ words }, context) {
    const isEnrolled = context.oneTimeCodes.isEnrolled(context.who.personId);
    if (words === undefined || isEnrolled || context.state.current().state !== "EMERGENCY_STOP") return null;
    const unwell = context.state.recoveryChecklist().filter(({ ok }) => !ok);
    const warning =
      unwell.length === 0 ? "" : ` Still not well: ${unwell.map(({ name }) => name).join(", ")}.`;
    const fall = context.format.percent(context.account.equity().drawdown);
    const loss = /[1-9]/.test(fall)
      ? ` The loss of ${fall} below the peak is accepted: the equity stop counts from today's equity.`
      : "";
    return {
      text: `Leave the emergency stop? The state becomes PAUSED; trading starts with /resume.${loss}${warning}`,
      confirm: unwell.length === 0 ? "Recover" : "Recover anyway",
    };
  },
  run(context, { words }) {
    if (context.state.current().state !== "EMERGENCY_STOP") return moveState(context, "recover", words);
    const isEnrolled = context.oneTimeCodes.isEnrolled(context.who.personId);
    if (words === undefined) return guide(context, isEnrolled);
    return isEnrolled ? withCode(context, words) : moveState(context, "recover", words);
  },
} satisfies Command<typeof args>;

function guide(context: CommandContext, isEnrolled: boolean): Reply {
  const { format, people, state } = context;
  const { actor, reason, since } = state.current();
  const position = positionSentence(context, "EMERGENCY_STOP");
  const before = eventsBefore(context, since);
  const typed = isEnrolled ? "/recover <one-time code> <reason>" : "/recover <reason>";
  const mayEnrol = !isEnrolled && context.oneTimeCodes.hasKey();
  return card({
    title: "Recover: what happened",
    tone: "danger",
    body: [
      fields([
        ["Stopped", `${format.relative(since)}, ${format.shortInstant(since)}`],
        ["Reason", reason],
        ["By", people.nameOf(actor)],
      ]),
      ...(position === null ? [] : [text(position)]),
      ...(before.length === 0
        ? []
        : [
            fields(
              before.map((event) => [format.clockTime(event.at), eventText(context, event)]),
              "Before the stop",
            ),
          ]),
      checklist(readinessItems(state.recoveryChecklist())),
      text(
        `When all of it is understood, press the button or type ${typed}. The state becomes PAUSED; /resume then starts trading.`,
      ),
      ...(mayEnrol
        ? [text("You have no device for one-time codes: /totp, in a private chat, makes this step safer.")]
        : []),
    ],
    buttons: [
      [recoverButton(isEnrolled)],
      [
        commandButton("Check again", "recover"),
        commandButton("Why", "why"),
        commandButton("Events", "events"),
      ],
    ],
    footer: timesFooter(context),
  });
}

const CODE: PromptField = {
  name: "code",
  label: "One-time code",
  hint: "six digits from your app",
  longest: 6,
  isOptional: false,
};
const REASON: PromptField = {
  name: "reason",
  label: "Why it is safe to go on",
  hint: "for the audit log",
  longest: 200,
  isOptional: false,
};

const recoverButton = (isEnrolled: boolean): Button =>
  promptButton(
    "Checked: recover…",
    isEnrolled ? "recover {code} {reason}" : "recover {reason}",
    { title: "Leave the emergency stop", fields: isEnrolled ? [REASON, CODE] : [REASON] },
    "danger",
  );

/** What may have led to the stop, newest first. */
const eventsBefore = ({ audit }: CommandContext, since: number): readonly EventView[] =>
  audit
    .events({ fromAt: since - HOUR_MS, toAt: since }, 1, EVENTS_READ)
    .rows.filter((event) => !isNoise(event))
    .slice(0, EVENTS_SHOWN);

/** What people asked in chat, strangers who were refused, devices, and decisions to do nothing. */
const isNoise = ({ category, summary, type }: EventView): boolean =>
  category === "chat" ||
  category === "security" ||
  (type === "candle_decided" && summary.includes(": HOLD "));

function withCode(context: CommandContext, words: string): Reply {
  const [, code, reason] = CODE_THEN_REASON.exec(words) ?? [];
  if (code === undefined || reason === undefined) {
    return problem(
      "Type your six-digit one-time code first, then the reason: /recover 123456 the exchange is back.",
    );
  }
  const { actor, oneTimeCodes, state, who } = context;
  return context.transact((tx) => {
    const spent = oneTimeCodes.spend(tx, actor, who.personId, code);
    if (!spent.ok) return problem(CODE_REFUSALS[spent.code]);
    const moved = state.move(tx, "recover", reason, { actor, role: who.role });
    if (!moved.ok) return problem("The state changed meanwhile; see /status.");
    return movedCard(context, moved.value);
  });
}
