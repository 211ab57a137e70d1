import { z } from "zod";
import { integer } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import { card, commandButton, problem, text } from "../src/chat/message.ts";

const args = z.object({
  lock: integer(1, 999_999_999).optional().describe("a lock's number; all of them unless told"),
});

export const unlock = {
  name: "unlock",
  group: "trading",
  role: "operator",
  summary: "Lift one lock or all, protections included",
  args,
  examples: ["/unlock", "/unlock 3"],
  effects: "change",
  /** Typed, it is meant; a button is pressed by accident, and a protection stands for a reason. */
  confirm({ lock }, { locks, now, via }) {
    const active = locks.active(now).filter(({ id }) => lock === undefined || id === lock);
    if (via === "typed" || active.length === 0) return null;
    const names = active.map(({ kind }) => kind.replaceAll("_", " ")).join(", ");
    return { text: `Allow entries again? This lifts: ${names}.`, confirm: "Lift" };
  },
  run(context, { lock }) {
    const { actor, locks, now } = context;
    const active = locks.active(now).filter(({ id }) => lock === undefined || id === lock);
    if (active.length === 0) {
      const sentence = `There is no active lock #${lock}; /locks lists them.`;
      return problem(lock === undefined ? "Nothing is locked." : sentence);
    }
    return context.transact((tx) => {
      locks.lift(tx, actor, lock ?? null);
      const left = locks.active(now).length;
      return card({
        title: active.length === 1 ? "Lock lifted" : `${active.length} locks lifted`,
        tone: left === 0 ? "good" : "warning",
        body: [text(left === 0 ? "Entries are free again." : `Entries stay locked by ${left} more.`)],
        buttons: [[commandButton("Locks", "locks"), commandButton("Status", "status")]],
      });
    });
  },
} satisfies Command<typeof args>;
