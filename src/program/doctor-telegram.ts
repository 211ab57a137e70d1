/** Whether Telegram knows the bot, hands over what people write, and lets it write to its admins and its first chat. */
import type { Settings } from "../config.ts";
import { type Finding, findingsOf } from "./doctor-finding.ts";
import { portFinding } from "./doctor-port.ts";
import { type Json, jsonOf, type Wire, wordsOf } from "./doctor-wire.ts";

const { ill, well } = findingsOf("telegram");

/** The Bot API's answer: its `result`, or its error. `code` 0: nobody answered, or nothing that can be read. */
type Told =
  | { readonly ok: true; readonly result: Json }
  | { readonly ok: false; readonly code: number; readonly words: string; readonly movedTo: number | null };

type Call = (method: string, parameters?: Readonly<Record<string, string>>) => Promise<Told>;

interface TelegramQuestion {
  readonly settings: Settings;
  readonly token: string;
  readonly wire: Wire;
  /** Whether the database knows somebody who commands it there, and a chat that hears it. */
  readonly known: { readonly hasPeople: boolean; readonly hasChats: boolean };
}

export async function examineTelegram(question: TelegramQuestion): Promise<readonly Finding[]> {
  const { known, settings, token, wire } = question;
  const call: Call = async (method, parameters = {}) => {
    const address = `${settings.TELEGRAM_API_URL.replace(/\/+$/, "")}/bot${token}/${method}`;
    const answer = await wire.ask({ address: `${address}?${new URLSearchParams(parameters)}` });
    if (answer.status === null) return { ok: false, code: 0, words: answer.words, movedTo: null };
    const { body, status } = answer;
    if (body["ok"] === true) return { ok: true, result: jsonOf(body["result"]) };
    const movedTo = jsonOf(body["parameters"])["migrate_to_chat_id"];
    return {
      ok: false,
      code: body["ok"] === false ? status : 0,
      words: wordsOf(body["description"]) || `HTTP ${status}`,
      movedTo: typeof movedTo === "number" ? movedTo : null,
    };
  };
  const me = await call("getMe");
  if (!me.ok) return [refused(me.code, me.words)];
  const name = `@${wordsOf(me.result["username"])}`;
  return [
    well(`the token is ${name}'s: https://t.me/${name.slice(1)}`),
    ...(await delivery(call, settings)),
    ...(await admins(call, settings, name, known.hasPeople)),
    ...(await firstChat(call, settings, me.result, known.hasChats)),
  ];
}

function refused(code: number, words: string): Finding {
  if (code === 401 || code === 404) {
    return ill(
      "Telegram does not know the token",
      "copy it from @BotFather anew (/mybots) into TELEGRAM_BOT_TOKEN",
    );
  }
  return ill(`Telegram cannot be asked: ${words}`, "check the network and TELEGRAM_API_URL, then ask again");
}

/** How updates reach the bot: fetched, or posted to the webhook. */
async function delivery(call: Call, settings: Settings): Promise<readonly Finding[]> {
  const { TELEGRAM_WEBHOOK_PORT: port, TELEGRAM_WEBHOOK_URL: ours } = settings;
  const info = await call("getWebhookInfo");
  if (!info.ok) return [refused(info.code, info.words)];
  const theirs = wordsOf(info.result["url"]);
  const elsewhere = `the bot's webhook is set to ${originOf(theirs)}`;
  const taken = "whatever listens there gets nothing any more from the bot's next start on";
  if (ours === null) {
    return theirs === "" ? [well("long polling; no webhook is in its way")] : [well(elsewhere, taken)];
  }
  const listening = await portFinding("telegram", "127.0.0.1", port, "TELEGRAM_WEBHOOK_PORT");
  if (theirs === "") return [listening, well(`the next start sets the webhook ${originOf(ours)}`)];
  if (theirs !== ours) return [listening, well(elsewhere, taken)];
  const waiting = Number(info.result["pending_update_count"] ?? 0);
  const fault = wordsOf(info.result["last_error_message"]);
  if (waiting === 0 || fault === "") return [listening, well(`the webhook ${originOf(ours)} is set`)];
  const failing = `${waiting} messages wait; Telegram could not deliver: ${fault}`;
  return [
    listening,
    ill(failing, `is the bot running, and does the proxy hand ${originOf(ours)} to port ${port}?`),
  ];
}

/** A webhook's path may be a secret. */
const originOf = (address: string): string =>
  URL.canParse(address) ? new URL(address).origin : "an address";

const MOST_ADMINS = 5;

async function admins(
  call: Call,
  { TELEGRAM_ADMIN_IDS: ids }: Settings,
  bot: string,
  hasPeople: boolean,
): Promise<readonly Finding[]> {
  if (ids === null && hasPeople) return [];
  if (ids === null) {
    const mend = `start the bot and write to ${bot}: it answers with your id for TELEGRAM_ADMIN_IDS; or /link it to an account of yours`;
    return [ill("nobody may command it", mend)];
  }
  const findings: Finding[] = [];
  for (const id of ids.slice(0, MOST_ADMINS)) {
    const chat = await call("getChat", { chat_id: id });
    findings.push(
      chat.ok
        ? well(`admin ${id}: ${nameOf(chat.result)}`)
        : well(
            `admin ${id}: has no chat with the bot yet`,
            `with that account open https://t.me/${bot.slice(1)} and press Start`,
          ),
    );
  }
  return findings;
}

const nameOf = (chat: Json): string =>
  wordsOf(chat["title"]) ||
  [chat["first_name"], chat["last_name"]].map(wordsOf).join(" ").trim() ||
  "no name";

async function firstChat(
  call: Call,
  { TELEGRAM_CHAT_ID: first }: Settings,
  me: Json,
  hasChats: boolean,
): Promise<readonly Finding[]> {
  if (first === null) {
    return hasChats
      ? []
      : [
          well(
            "no chat hears alerts and reports",
            "an admin's /here in a chat enrols it; so does TELEGRAM_CHAT_ID",
          ),
        ];
  }
  const { chatId, threadId } = first;
  const chat = await call("getChat", { chat_id: chatId });
  if (!chat.ok) return [unreachable(chatId, chat)];
  const type = wordsOf(chat.result["type"]);
  const title = `chat ${chatId}, “${nameOf(chat.result)}”`;
  if (type !== "private") {
    const member = await call("getChatMember", { chat_id: chatId, user_id: String(me["id"]) });
    const silenced = member.ok ? silencedBy(type, chat.result, member.result) : member.words;
    if (silenced !== null) return [ill(`${title}: the bot may not write there: ${silenced}`, LET_IN)];
  }
  // The one way to ask for the right to write, in a topic too, without writing.
  const topic = threadId === "" ? {} : { message_thread_id: threadId };
  const typing = await call("sendChatAction", { chat_id: chatId, action: "typing", ...topic });
  if (!typing.ok && /thread not found|topic/i.test(typing.words)) {
    return [
      ill(
        `${title} has no topic ${threadId}`,
        "mend the number after the colon in TELEGRAM_CHAT_ID, or leave it out",
      ),
    ];
  }
  if (!typing.ok)
    return [
      ill(`${title}: the bot may not write there: ${typing.words}`, type === "private" ? START : LET_IN),
    ];
  const where = `${title}: the bot may write there`;
  if (type === "private") return [well(where)];
  if (me["can_read_all_group_messages"] !== true) return [well(`${where}, and hears commands alone`)];
  return [
    well(
      where,
      "privacy mode is off: the bot needs no more than commands; @BotFather's /setprivacy switches it on",
    ),
  ];
}

const START = "that person opens the bot and presses Start (or unblocks it)";
const LET_IN = "add the bot to the chat, and let it send messages there";

function unreachable(chatId: string, { movedTo, words }: Told & { ok: false }): Finding {
  if (movedTo !== null)
    return ill(`chat ${chatId} has become ${movedTo}`, `set TELEGRAM_CHAT_ID to ${movedTo}`);
  const mend = chatId.startsWith("-")
    ? "check the number (with its minus sign) and add the bot to the group; or leave TELEGRAM_CHAT_ID out and send /here in it"
    : START;
  return ill(`chat ${chatId} cannot be reached: ${words}`, mend);
}

/** Why the bot may not write in a group or channel; null when it may. */
function silencedBy(type: string, chat: Json, member: Json): string | null {
  const status = wordsOf(member["status"]);
  if (status === "left" || status === "kicked") return "it is no member";
  if (status === "restricted" && member["can_send_messages"] !== true) return "it is restricted";
  if (status === "member" && type === "channel") return "it is no administrator of the channel";
  const mayAll = jsonOf(chat["permissions"])["can_send_messages"];
  return status === "member" && mayAll === false ? "only administrators may" : null;
}
