/** The order in which every message is handled: known user → role → arguments → confirmation → run → journal. */
import { deliveryById } from "../../db/deliveries.ts";
import type { Actor } from "../core/actor.ts";
import { type AccessRefusal, askerOf, chatTakesCommands, roleRefusal, sentenceOf } from "./access.ts";
import { readArguments, readLine } from "./arguments.ts";
import { decodeButton } from "./button.ts";
import type { Command } from "./command.ts";
import { askQuestion, readAnswer } from "./confirmations.ts";
import { durationText } from "./format.ts";
import { type ButtonAction, type Prompt, problem } from "./message.ts";
import type { Incoming } from "./platform.ts";
import { answeredLine, promptFor } from "./prompts.ts";
import { runCommand } from "./run-command.ts";
import type { Taken } from "./settlement.ts";
import { actionOf, storedCardOf } from "./stored-card.ts";
import { endEarly, type House, type Invocation, settleNow, type Turn } from "./turn.ts";

/** A change that took so long to arrive may no longer be meant. */
const LATE_MS = 15 * 60_000;

/** Handles one message to its end: it is marked as handled when the promise resolves. */
export async function dispatch(house: House, taken: Taken): Promise<void> {
  const { incoming } = taken;
  const access = house.database.read((reader) => askerOf(reader, incoming));
  if (!access.ok) return refuseAccess(house, taken, access.code, sentenceOf(access));
  const { platform, sender, content } = incoming;
  const turn: Turn = {
    taken,
    asker: access.value,
    actor: { kind: "person", personId: access.value.personId, platform, accountId: sender.accountId },
    via: "typed",
    replaces: null,
    question: null,
  };
  if (content.kind === "line") return dispatchLine(house, turn, content.text);
  return dispatchPress(house, turn, content);
}

async function dispatchLine(house: House, turn: Turn, line: string): Promise<void> {
  const read = readLine(line);
  if (!read.ok) {
    return endEarly(house, turn, { outcome: "refused", code: read.code, sentence: sentenceOf(read) ?? "" });
  }
  const { name, tail } = read.value;
  const command = house.registry.find(name);
  if (command === null) return refuseUnknown(house, turn, name);
  const invocation = admitCommand(house, turn, command, tail);
  if (invocation === null || isTooLate(house, turn, command)) return;
  if (askQuestion(house, turn, invocation)) return;
  return runCommand(house, turn, invocation);
}

function refuseUnknown(house: House, turn: Turn, name: string): void {
  const nearest = house.registry.nearest(name, turn.asker.role);
  const hint = nearest === null ? "/help lists the commands." : `did you mean /${nearest.name}?`;
  endEarly(house, turn, {
    outcome: "refused",
    code: "unknown_command",
    sentence: `There is no /${name}; ${hint}`,
  });
}

/** Role, chat and arguments, in this order; null when one of them refused and the message is settled. */
function admitCommand(house: House, turn: Turn, command: Command, tail: string): Invocation | null {
  const { asker, taken } = turn;
  const stop = (outcome: "denied" | "refused", code: string, sentence: string | null): null => {
    endEarly(house, turn, { outcome, code, sentence: sentence ?? "", command: command.name });
    return null;
  };
  const low = roleRefusal(asker, command, command.role);
  if (low !== null) return stop("denied", "role_too_low", low);
  if (!command.anywhere && !house.database.read((reader) => chatTakesCommands(reader, taken.incoming.chat))) {
    const sentence = "Commands are taken in private chats and in enrolled chats; this one is not enrolled.";
    return stop("denied", "chat_not_enrolled", sentence);
  }
  const args = readArguments(command, tail);
  if (!args.ok) return stop("refused", args.code, sentenceOf(args));
  const needed = command.roleFor?.(args.value) ?? command.role;
  const lower = roleRefusal(asker, command, needed);
  if (lower !== null) return stop("denied", "role_too_low", lower);
  return { command, args: args.value, tail, needed };
}

function isTooLate(house: House, turn: Turn, { name, effects, evenLate }: Command): boolean {
  const age = house.clock.now() - turn.taken.incoming.sentAt;
  if (effects === "read" || evenLate || age <= LATE_MS) return false;
  const sentence = `That came ${durationText(age)} after you sent it, so it was not done; send /${name} again if you still mean it.`;
  endEarly(house, turn, { outcome: "refused", code: "too_late", sentence, command: name });
  return true;
}

type Press = Extract<Incoming["content"], { kind: "press" }>;

async function dispatchPress(house: House, turn: Turn, { payload, answers }: Press): Promise<void> {
  const pressed = findButton(house, turn.taken.incoming, payload);
  if (pressed === null) {
    const sentence = "This button is not valid here any more; type the command instead.";
    return endEarly(house, turn, { outcome: "denied", code: "bad_button", sentence });
  }
  const { action, deliveryId } = pressed;
  if (action.do === "command" || action.do === "prompt") {
    const isSame = action.line.split(" ")[0] === pressed.command;
    const replaces = isSame ? { delivery: deliveryId } : null;
    const line = action.do === "command" ? action.line : answeredLine(action, answers ?? {});
    if (line !== null) return dispatchLine(house, { ...turn, via: "button", replaces }, line);
    const sentence = `That needs a few more words; type /${action.line}.`;
    return endEarly(house, turn, { outcome: "refused", code: "unanswered_prompt", sentence });
  }
  const answer = readAnswer(house, turn, action, deliveryId);
  if (answer === null) return;
  const invocation = admitCommand(house, answer.turn, answer.command, answer.tail);
  if (invocation !== null) await runCommand(house, answer.turn, invocation);
}

/** What a press asks for first; null when it asks for nothing, or whoever pressed may not. */
export function promptOf(house: House, incoming: Incoming): Prompt | null {
  if (incoming.content.kind !== "press") return null;
  const access = house.database.read((reader) => askerOf(reader, incoming));
  if (!access.ok) return null;
  const action = findButton(house, incoming, incoming.content.payload)?.action;
  return action?.do === "prompt" ? promptFor(house.registry, access.value, action) : null;
}

interface Pressed {
  readonly action: ButtonAction;
  readonly deliveryId: number;
  /** The command that made the card. */
  readonly command: string | null;
}

/** A button that we showed in this very chat. */
function findButton({ database }: House, { platform, chat }: Incoming, payload: string): Pressed | null {
  const name = decodeButton(payload);
  if (name === null) return null;
  const delivery = database.read((reader) => deliveryById(reader, name.deliveryId));
  if (delivery === null || delivery.platform !== platform) return null;
  if (delivery.chatId !== chat.chatId || delivery.threadId !== chat.threadId) return null;
  const stored = storedCardOf(delivery.body);
  const action = actionOf(stored, name);
  return action === null ? null : { action, deliveryId: delivery.id, command: stored.command };
}

/** Somebody whose rights ended between the message's arrival and its turn. */
function refuseAccess(house: House, taken: Taken, code: AccessRefusal, sentence: string | null): void {
  const { platform, sender } = taken.incoming;
  const actor: Actor = { kind: "stranger", platform, accountId: sender.accountId };
  settleNow(house, taken, {
    outcome: "denied",
    summary: `${sender.accountId} on ${platform} was refused (${code}).`,
    facts: { code },
    actor,
    reply: sentence === null ? null : problem(sentence),
    command: null,
    replaces: null,
    question: null,
  });
}
