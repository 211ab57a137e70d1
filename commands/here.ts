/** `/here` says what this chat hears; with topics it enrols the chat, `/here off` forgets it. */
import { z } from "zod";
import { choice } from "../src/chat/argument-types.ts";
import type { Command } from "../src/chat/command.ts";
import type { CommandContext } from "../src/chat/context.ts";
import type { EnrolledChat } from "../src/chat/house-capabilities.ts";
import { type Button, card, commandButton, fields, type Reply, say, text } from "../src/chat/message.ts";
import { NOTICE_TOPICS, type NoticeTopic } from "../src/core/notice.ts";

const args = z.object({
  topic: choice([...NOTICE_TOPICS, "off"])
    .optional()
    .describe("what this chat shall hear; off forgets the chat; left out, it is shown"),
  second: choice(NOTICE_TOPICS).optional().describe("another topic"),
  third: choice(NOTICE_TOPICS).optional().describe("and another"),
});

const TOPICS: Readonly<Record<NoticeTopic, string>> = {
  approvals: "proposals to decide on",
  alerts: "stops, fills, faults and strangers",
  reports: "days and weeks in figures",
};

export const here = {
  name: "here",
  group: "people",
  role: "admin",
  summary: "What this chat hears of the bot",
  args,
  examples: ["/here", "/here alerts reports", "/here off"],
  effects: "change",
  anywhere: true,
  confirm({ second, third, topic }, context) {
    if (topic === undefined) return null;
    if (topic === "off") return questionOff(context);
    if (context.chat.isPrivate || missing(context, wanted(topic, second, third)).length === 0) return null;
    return {
      text: `Post ${listed(wanted(topic, second, third))} here? Every member of this chat, and whoever joins later, can read what is posted here.`,
      confirm: "Post it here",
    };
  },
  run(context, { second, third, topic }) {
    if (topic === undefined) return overview(context);
    if (topic === "off") return leave(context);
    return context.transact((tx) => {
      const { actor, chat, chats } = context;
      return enrolledCard(context, chats.enrol(tx, actor, chat, wanted(topic, second, third)));
    });
  },
} satisfies Command<typeof args>;

function wanted(...typed: readonly (NoticeTopic | "off" | undefined)[]): readonly NoticeTopic[] {
  return NOTICE_TOPICS.filter((topic) => typed.includes(topic));
}

/** Those of the topics that this chat does not hear yet. */
function missing({ chat, chats }: CommandContext, topics: readonly NoticeTopic[] = NOTICE_TOPICS) {
  const heard = chats.find(chat)?.topics ?? [];
  return topics.filter((topic) => !heard.includes(topic));
}

const listed = (topics: readonly string[]): string => new Intl.ListFormat("en-GB").format(topics);

function overview(context: CommandContext): Reply {
  const enrolled = context.chats.find(context.chat);
  if (enrolled !== null) return enrolledCard(context, enrolled);
  return card({
    title: "This chat is not enrolled",
    body: [
      text(
        context.chat.isPrivate
          ? "Commands are taken here, but nothing is told unasked. It can hear:"
          : "No commands are taken here and nothing is told. It can hear:",
      ),
      fields(NOTICE_TOPICS.map((topic) => [topic, TOPICS[topic]])),
    ],
    buttons: topicButtons(NOTICE_TOPICS),
  });
}

function enrolledCard(context: CommandContext, { enrolledAt, timeZone, topics }: EnrolledChat): Reply {
  const heard = NOTICE_TOPICS.filter((topic) => topics.includes(topic));
  return card({
    title: heard.length === 0 ? "Hears nothing unasked" : `Hears ${listed(heard)}`,
    tone: "good",
    body: [
      fields([
        ...heard.map((topic) => [topic, TOPICS[topic]] as const),
        ["Enrolled", context.format.instant(enrolledAt)],
        ["Time zone", timeZone],
      ]),
      ...(context.chat.isPrivate ? [] : [text("Every member can read what is posted here.")]),
    ],
    buttons: [
      ...topicButtons(missing(context)),
      [commandButton("Off", "here off", "danger"), commandButton("Time zone", "timezone")],
    ],
  });
}

/** A button a topic, and one for all of them where there are several. */
function topicButtons(topics: readonly NoticeTopic[]): readonly (readonly Button[])[] {
  if (topics.length === 0) return [];
  const each = topics.map((topic) => commandButton(`+ ${topic}`, `here ${topic}`));
  return topics.length === 1 ? [each] : [each, [commandButton("+ all", `here ${topics.join(" ")}`, "good")]];
}

/** The chat's enrolments that end here: the topic alone inside a topic, every topic of it in the chat itself. */
const ending = ({ chat, chats }: CommandContext): readonly EnrolledChat[] =>
  chats
    .enrolled()
    .filter(
      ({ chatId, platform, threadId }) =>
        platform === chat.platform &&
        chatId === chat.chatId &&
        (chat.threadId === "" || threadId === chat.threadId),
    );

function questionOff(context: CommandContext) {
  const ends = ending(context);
  if (ends.length === 0) return null;
  const others = context.chats.enrolled().length - ends.length;
  const all = ends.length > 1 ? ` All its ${ends.length} topics and threads are forgotten.` : "";
  const last = others === 0 ? " No other chat hears anything then." : "";
  const commands = context.chat.isPrivate ? "" : ", and takes no commands here";
  return {
    text: `Forget this chat? It hears nothing any more${commands}.${all}${last}`,
    confirm: "Forget it",
  };
}

function leave(context: CommandContext): Reply {
  const { actor, chats } = context;
  return context.transact((tx) => {
    const ends = ending(context).filter((chat) => chats.leave(tx, actor, chat));
    if (ends.length > 0) return say("This chat is forgotten; /here enrols it again.");
    return say("This chat was not enrolled; nothing changed.");
  });
}
