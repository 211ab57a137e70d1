/** `/totp` enrols a device for one-time codes, its first code confirms it; the seed is shown once and the message deleted. */
import { z } from "zod";
import { word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import type { CodeRefusal } from "../src/chat/house-capabilities.ts";
import {
  type Button,
  card,
  commandButton,
  problem,
  promptButton,
  type Reply,
  say,
  text,
} from "../src/chat/message.ts";
import { InputError } from "../src/core/errors.ts";
import { CODE_REFUSALS } from "./parts/code-refusals.ts";
import { refusedOutsidePrivate } from "./parts/private-chat.ts";

const args = z.object({
  code: word("the six digits that your app shows, or cancel")
    .optional()
    .describe("the first code confirms the device; left out, a device is added"),
});

const SIX_DIGITS = /^[0-9]{6}$/;

const NEXT_STEPS: readonly (readonly Button[])[] = [
  [
    promptButton(
      "Enter the code",
      "totp {code}",
      {
        title: "Confirm the device",
        fields: [
          { name: "code", label: "Code from the app", hint: "six digits", longest: 6, isOptional: false },
        ],
      },
      "good",
    ),
    commandButton("Cancel", "totp cancel"),
  ],
];

export const totp = {
  name: "totp",
  group: "people",
  role: "viewer",
  summary: "Set up one-time codes on your phone",
  args,
  examples: ["/totp", "/totp 123456", "/totp cancel"],
  effects: "change",
  run(context, { code }) {
    const refused = refusedOutsidePrivate(context);
    if (refused !== null) return refused;
    if (code === undefined) return enrol(context);
    if (code.toLowerCase() === "cancel") return cancel(context);
    if (SIX_DIGITS.test(code)) return confirm(context, code);
    throw new InputError("bad_code", "Type the six digits that your app shows, such as /totp 123456.");
  },
} satisfies Command<typeof args>;

function enrol(context: CommandContext): Reply {
  const { actor, oneTimeCodes, who } = context;
  return context.transact((tx) => {
    const begun = oneTimeCodes.enrol(tx, actor, who.personId);
    if (!begun.ok) return problem(begun.code === "no_key" ? NO_KEY : enrolledAlready(who.personId));
    // The seed of an earlier try is not the one that counts now.
    context.forgetSeeds(tx);
    return card({
      title: "One-time codes",
      body: [
        text(
          "Add this to an authenticator app on your phone, then enter the code it shows. It is shown once: this message is deleted when the code is right, or after 15 minutes.",
        ),
        { kind: "seed", personId: who.personId },
      ],
      buttons: NEXT_STEPS,
      footer: "Whoever sees the key can make your codes: show it to nobody.",
    });
  });
}

function confirm(context: CommandContext, code: string): Reply {
  const { actor, oneTimeCodes, who } = context;
  return context.transact((tx) => {
    const confirmed = oneTimeCodes.confirm(tx, actor, who.personId, code);
    if (!confirmed.ok) return refused(context, confirmed.code);
    context.forgetSeeds(tx);
    return card({
      title: "One-time codes are set up",
      tone: "good",
      body: [text("From now on /recover asks for a code of this device. Each code works once.")],
      buttons: [[commandButton("Who am I", "whoami"), commandButton("Menu", "menu")]],
    });
  });
}

function refused({ oneTimeCodes, who }: CommandContext, code: CodeRefusal | "not_enrolling"): Reply {
  if (code !== "not_enrolling") {
    return card({ tone: "warning", body: [text(CODE_REFUSALS[code])], buttons: NEXT_STEPS });
  }
  return problem(
    oneTimeCodes.isEnrolled(who.personId)
      ? enrolledAlready(who.personId)
      : "No device is being set up, or its 15 minutes are over; /totp begins.",
  );
}

function cancel(context: CommandContext): Reply {
  const { actor, oneTimeCodes, who } = context;
  return context.transact((tx) => {
    const isCanceled = oneTimeCodes.cancel(tx, actor, who.personId);
    context.forgetSeeds(tx);
    if (isCanceled) return say("No device was set up; delete the entry from your app.");
    return problem(
      oneTimeCodes.isEnrolled(who.personId)
        ? enrolledAlready(who.personId)
        : "No device is being set up; /totp begins.",
    );
  });
}

const NO_KEY =
  "This bot has no key to keep codes with: on its machine run `(umask 077 && head -c 32 /dev/urandom | base64 > $APP_SECRETS_DIR/APP_TOTP_KEY)` and start the bot again.";

const enrolledAlready = (personId: number): string =>
  `You have a device already. If it is lost, stop the bot and run on its machine: bun run people reset-code ${personId}.`;
