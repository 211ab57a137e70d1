// Updates as Telegram might send them, and as it never would.
import type { Random } from "../../../src/core/random.ts";
import { damaged, happens, pick, strangeLine, strangeText } from "./strange.ts";

export interface Scene {
  /** Who may be meant: ids of accounts. */
  readonly accounts: readonly number[];
  readonly groups: readonly number[];
  /** Payloads of cards that people really see. */
  readonly payloads: readonly string[];
  /** Seconds. */
  readonly now: number;
  readonly updateId: number;
}

type Fields = Record<string, unknown>;

const userOf = (id: number): Fields => ({
  id,
  is_bot: false,
  first_name: `Person ${id}`,
  username: `person${id}`,
});

function chatOf(random: Random, { groups }: Scene, account: number): Fields {
  if (happens(random, 0.6)) return { id: account, type: "private", first_name: `Person ${account}` };
  return { id: pick(random, groups), type: pick(random, ["supergroup", "group"]), title: "A group" };
}

function messageOf(random: Random, scene: Scene, account: number): Fields {
  return {
    message_id: 1 + random.integer(500),
    date: happens(random, 0.9)
      ? scene.now
      : pick(random, [0, 1, scene.now - 86_400, scene.now + 86_400, 2 ** 40]),
    chat: chatOf(random, scene, account),
    from: userOf(account),
    text: strangeLine(random),
    ...(happens(random, 0.2) && { entities: [{ type: "bot_command", offset: 0, length: 5 }] }),
    ...(happens(random, 0.1) && { message_thread_id: 7, is_topic_message: true }),
    ...(happens(random, 0.1) && {
      reply_to_message: {
        message_id: 1,
        from: { id: 7000000001, is_bot: true, username: "countersign_bot" },
      },
    }),
  };
}

function pressOf(random: Random, scene: Scene, account: number): Fields {
  const message = { message_id: 1 + random.integer(50), date: 0, chat: chatOf(random, scene, account) };
  return {
    id: String(1 + random.integer(1e9)),
    from: userOf(account),
    chat_instance: "1",
    ...pick(random, [{ message }, { message }, { message }, { inline_message_id: "x" }]),
    ...pick(random, [
      ...[0, 1, 2].map(() => ({ data: forged(random, scene) })),
      { game_short_name: "chess" },
    ]),
  };
}

/** A real payload, one with a part changed, or nonsense. */
function forged(random: Random, { payloads }: Scene): string {
  const real = payloads.length === 0 ? "b1.1.0.0123456789abcdef" : pick(random, payloads);
  const parts = real.split(".");
  switch (random.integer(5)) {
    case 0:
      return strangeText(random);
    case 1:
      return parts.with(random.integer(parts.length), strangeText(random)).join(".");
    case 2:
      return parts.with(1, String(random.integer(60))).join(".");
    case 3:
      return real.toUpperCase();
    default:
      return real;
  }
}

const OTHER_KINDS: readonly string[] = [
  ...["inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query", "poll", "poll_answer"],
  ...[
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "business_message",
    "chat_boost",
  ],
];

/** An update of somebody who is plainly there, damaged now and then. */
export function strangeUpdate(random: Random, scene: Scene): unknown {
  const account = pick(random, scene.accounts);
  const update: Fields = { update_id: scene.updateId };
  const kind = random.next();
  if (kind < 0.55) update["message"] = messageOf(random, scene, account);
  else if (kind < 0.9) update["callback_query"] = pressOf(random, scene, account);
  else update[pick(random, OTHER_KINDS)] = messageOf(random, scene, account);
  return damaged(random, update, pick(random, [0, 0, 1, 1, 2, 6]));
}

/** An update that carries nobody's word, whoever it names: edited, forwarded, anonymous, posted, captioned, or by a machine. */
export function oddUpdate(random: Random, scene: Scene): unknown {
  const account = pick(random, scene.accounts);
  const update_id = scene.updateId;
  const message = damaged(random, messageOf(random, scene, account), pick(random, [0, 0, 1, 2]));
  const from = userOf(account);
  const whole: Fields = { ...(message as Fields), from };
  const { text, ...wordless } = whole;
  const group = { id: pick(random, scene.groups), type: "supergroup", title: "A group" };
  return pick<Fields>(random, [
    { update_id, edited_message: whole },
    { update_id, message: { ...whole, edit_date: scene.now } },
    { update_id, message: { ...whole, forward_origin: { type: "user", sender_user: userOf(1), date: 1 } } },
    { update_id, message: { ...whole, forward_date: 1 } },
    { update_id, message: { ...whole, is_automatic_forward: true } },
    { update_id, message: { ...whole, via_bot: { id: 5, is_bot: true, first_name: "Via" } } },
    { update_id, message: { ...whole, from: { ...from, is_bot: true } } },
    { update_id, message: { ...whole, sender_chat: group } },
    { update_id, message: { ...whole, from: { id: 1087968824, is_bot: true, first_name: "Group" } } },
    { update_id, message: { ...whole, sender_chat: { id: -100777, type: "channel", title: "News" } } },
    { update_id, channel_post: whole },
    { update_id, edited_channel_post: whole },
    { update_id, message: { ...wordless, photo: [{ file_id: "p" }], caption: text } },
    { update_id, callback_query: { ...pressOf(random, scene, account), from: { ...from, is_bot: true } } },
    { update_id, callback_query: { id: "1", from, inline_message_id: "x", data: forged(random, scene) } },
  ]);
}
