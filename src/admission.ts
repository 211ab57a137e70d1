/** Whom and where the settings let in at first: each once, so that what people made of it afterwards survives restarts. */
import { enrolChat, findChat } from "../db/chats.ts";
import type { Database, Tx } from "../db/database.ts";
import { takeSeed } from "../db/seeds.ts";
import type { ChatRef } from "./chat/house-capabilities.ts";
import type { Settings } from "./config.ts";
import type { Actor, PlatformName } from "./core/actor.ts";
import { NOTICE_TOPICS } from "./core/notice.ts";
import { ensureConsoleOwner, seedAdmins } from "./identity/people.ts";
import { CONSOLE_CHAT } from "./platforms/console/console.ts";

const SETTINGS: Actor = { kind: "system", name: "settings" };

export function admitFirst(
  database: Database,
  now: number,
  settings: Settings,
  platforms: ReadonlySet<PlatformName>,
): void {
  const { TELEGRAM_CHAT_ID: telegram, DISCORD_CHANNEL_ID: discord } = settings;
  database.transact(now, (tx) => {
    if (platforms.has("console")) admitConsole(tx);
    if (platforms.has("telegram")) {
      seedAdmins(tx, "telegram", settings.TELEGRAM_ADMIN_IDS ?? []);
      if (telegram !== null) enrolFirst(tx, { platform: "telegram", ...telegram });
    }
    if (platforms.has("discord")) {
      seedAdmins(tx, "discord", settings.DISCORD_ADMIN_IDS ?? []);
      if (discord !== null) enrolFirst(tx, { platform: "discord", chatId: discord, threadId: "" });
    }
  });
}

/** Whoever owns the process is an admin named console, and the terminal hears everything. */
function admitConsole(tx: Tx): void {
  ensureConsoleOwner(tx);
  if (findChat(tx, CONSOLE_CHAT) === null)
    enrolChat(tx, { ...CONSOLE_CHAT, topics: NOTICE_TOPICS }, SETTINGS);
}

/** A chat that an admin sent away stays away. */
function enrolFirst(tx: Tx, chat: ChatRef): void {
  if (!takeSeed(tx, `chat ${chat.platform} ${chat.chatId} ${chat.threadId}`.trim())) return;
  if (findChat(tx, chat) === null) enrolChat(tx, { ...chat, topics: NOTICE_TOPICS }, SETTINGS);
}
