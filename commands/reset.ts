import { z } from "zod";
import { decimal, word } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import { card, commandButton, fields, problem, text } from "../src/chat/message.ts";
import { InputError } from "../src/core/errors.ts";
import { notionalUnits } from "../src/core/instrument.ts";
import { unitsFromDecimal } from "../src/core/money.ts";
import { LARGEST_EQUITY, type SeedPosition, seedPosition } from "./parts/seed-position.ts";

const args = z.object({
  equity: decimal("a plain amount such as 10000")
    .optional()
    .describe("what the account is worth at its start; as the last one unless told"),
  position: word("quantity@price such as 0.01@63000").optional().describe("a position to start with"),
});

export const reset = {
  name: "reset",
  group: "trading",
  role: "admin",
  summary: "Start a new paper account; history is kept",
  args,
  examples: ["/reset", "/reset 10000", "/reset 10000 0.01@63000"],
  effects: "change",
  confirm({ equity, position }, context) {
    const { account, format, state } = context;
    const seed = seedOf(context, equity, position);
    if (state.current().state !== "PAUSED" || account.kind() !== "paper") return null;
    const { lots } = account.position();
    const left =
      lots === 0 ? "" : ` The open position of ${format.quantity(lots)} stays behind with the old account.`;
    return {
      text: `Close this paper account and open one with ${seedText(context, seed)}? Its history is kept.${left}`,
      confirm: "New account",
    };
  },
  run(context, { equity, position }) {
    const { account, actor } = context;
    const seed = seedOf(context, equity, position);
    return context.transact((tx) => {
      const opened = account.reset(tx, actor, seed);
      if (!opened.ok) return problem(REFUSED[opened.code]);
      return card({
        title: `Paper account ${opened.value.accountId}`,
        tone: "good",
        body: [
          text("A new account is open; the old one's orders, fills and equity are kept in the database."),
          fields([["Starts with", seedText(context, seed)]]),
        ],
        buttons: [
          [
            commandButton("Position", "position"),
            commandButton("Resume", "resume", "good"),
            commandButton("Status", "status"),
          ],
        ],
      });
    });
  },
} satisfies Command<typeof args>;

interface Seed extends SeedPosition {
  readonly equityUnits: number;
}

const REFUSED = {
  not_paused: "A reset needs the state PAUSED; /pause first.",
  not_paper: "Only a paper account can be reset.",
  order_unresolved: "An order is still open or its outcome unknown; wait for it, or see /orders.",
  bad_seed: "The position costs more than the equity; type a larger equity or a smaller position.",
} as const;

/** The equity includes what the position cost. Throws InputError `bad_seed`. */
function seedOf(
  { account, market }: CommandContext,
  equity: string | undefined,
  position: string | undefined,
): Seed {
  const instrument = market.instrument();
  if (equity !== undefined && (Number(equity) <= 0 || Number(equity) > LARGEST_EQUITY)) {
    const sentence = "The equity must be above zero and at most 10,000,000; type another amount.";
    throw new InputError("bad_seed", sentence);
  }
  const equityUnits = equity === undefined ? account.equity().startingUnits : unitsFromDecimal(equity);
  const held = seedPosition(position, instrument);
  if (notionalUnits(instrument, held.ticks, held.lots) > equityUnits) {
    throw new InputError("bad_seed", REFUSED.bad_seed);
  }
  return { equityUnits, ...held };
}

function seedText({ format }: CommandContext, { equityUnits, lots, ticks }: Seed): string {
  const held = lots === 0 ? "" : `, of which ${format.quantity(lots)} bought at ${format.price(ticks)}`;
  return `${format.quote(equityUnits)}${held}`;
}
