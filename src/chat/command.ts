/** A chat command: declared once, run the same on every platform; menus, help, completion and the docs derive from it. */
import type { z } from "zod";
import type { Role } from "../core/actor.ts";
import type { CommandContext } from "./context.ts";
import type { Reply } from "./message.ts";

export const COMMAND_GROUPS = [
  "system",
  "market",
  "trading",
  "ai",
  "config",
  "audit",
  "people",
  "reports",
  "web",
  "help",
] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** `anyone` is still a known person: whoever holds a role at all. */
export type NeededRole = Role | "anyone";

export interface Question {
  /** What is about to happen, in one or two sentences. */
  readonly text: string;
  /** The label of the button that does it, such as `Close the position`. */
  readonly confirm: string;
  /** 60 s unless told. */
  readonly lastsMs?: number;
}

/**
 * Written as `export const pause = { … } satisfies Command<typeof args>`.
 * `args` is a zod object of the kinds in `argument-types.ts`: its keys in order are the positional arguments.
 */
export interface Command<Args extends z.ZodObject = z.ZodObject> {
  /** Small letters, digits and underscores; without the slash. */
  readonly name: string;
  readonly group: CommandGroup;
  /** The least role that may use any form of it. */
  readonly role: NeededRole;
  /** One line for menus, under 60 characters. */
  readonly summary: string;
  readonly args: Args;
  /** Whole lines as typed, such as `/orders 20`; each must parse (a test tries them). */
  readonly examples: readonly string[];
  /** `change` commands are refused when they arrive more than 15 minutes late. */
  readonly effects: "read" | "change";
  /** A command that makes things safer runs however late it arrives (`/stop`, `/pause`). */
  readonly evenLate?: boolean;
  /** Taken outside enrolled chats too. */
  readonly anywhere?: boolean;
  /** A higher role that these arguments need: viewing and acting under one name. */
  roleFor?(args: z.output<Args>): NeededRole;
  /** What to ask before running, or null to run at once. Reads only. */
  confirm?(args: z.output<Args>, context: CommandContext): Question | null;
  /**
   * The answer. A command that changes something does so through `context.transact` (or `context.settle` inside the
   * transaction of the engine) exactly once and returns what that returned. Throw InputError for what the person must put
   * right; any other exception is answered with one sentence, audited and logged.
   */
  run(context: CommandContext, args: z.output<Args>): Reply | Promise<Reply>;
}
