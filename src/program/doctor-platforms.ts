/** What stands between the settings and a first answer on a phone, asked over the wire; no word of it holds a secret. */
import { existsSync } from "node:fs";
import { listChats } from "../../db/chats.ts";
import { openDatabase } from "../../db/database.ts";
import { pendingMigrations } from "../../db/migrate.ts";
import { listPeople } from "../../db/people.ts";
import type { Settings } from "../config.ts";
import type { PlatformName } from "../core/actor.ts";
import type { Clock } from "../core/clock.ts";
import { CountersignError } from "../core/errors.ts";
import { examineDiscord } from "./doctor-discord.ts";
import { type Finding, findingsOf } from "./doctor-finding.ts";
import { examineTelegram } from "./doctor-telegram.ts";
import { Wire } from "./doctor-wire.ts";

/** For one question. */
const TIMEOUT_MS = 5_000;

export async function examinePlatforms(
  settings: Settings,
  clock: Clock,
  timeoutMs = TIMEOUT_MS,
): Promise<readonly Finding[]> {
  const { DISCORD_BOT_TOKEN: discord, TELEGRAM_BOT_TOKEN: telegram } = settings;
  if (telegram === null && discord === null) {
    const hint =
      "a TELEGRAM_BOT_TOKEN or a DISCORD_BOT_TOKEN brings it to your phone: docs/operator-quickstart.md";
    return [findingsOf("chat").well("the terminal alone", hint)];
  }
  const wire = new Wire(clock, timeoutMs);
  const known = knownOf(settings);
  const examined = await Promise.all([
    telegram === null ? [] : examineTelegram({ settings, token: telegram, wire, known: known("telegram") }),
    discord === null ? [] : examineDiscord({ settings, token: discord, wire, known: known("discord") }),
  ]);
  return [...examined.flat(), codes(settings)];
}

function codes({ APP_SECRETS_DIR, APP_TOTP_KEY }: Settings): Finding {
  const { well } = findingsOf("codes");
  if (APP_TOTP_KEY !== null) return well("one-time codes can be set up: /totp");
  const file = `${APP_SECRETS_DIR ?? "$APP_SECRETS_DIR"}/APP_TOTP_KEY`;
  const hint = `with a key /recover asks for a code: (umask 077 && head -c 32 /dev/urandom | base64 > ${file})`;
  return well("no one-time codes: there is no APP_TOTP_KEY", hint);
}

/** What people made of the database's platforms; nothing where it cannot be read. */
function knownOf({ DB_PATH }: Settings): (platform: PlatformName) => {
  readonly hasPeople: boolean;
  readonly hasChats: boolean;
} {
  const { accounts, chats } = readKnown(DB_PATH);
  return (platform) => ({ hasPeople: accounts.includes(platform), hasChats: chats.includes(platform) });
}

interface KnownPlatforms {
  readonly accounts: readonly PlatformName[];
  readonly chats: readonly PlatformName[];
}

const NOTHING: KnownPlatforms = { accounts: [], chats: [] };

function readKnown(path: string): KnownPlatforms {
  if (!existsSync(path)) return NOTHING;
  try {
    const database = openDatabase({ path, readonly: true });
    try {
      return database.read((reader) => {
        if (pendingMigrations(reader).length > 0) return NOTHING;
        const holders = listPeople(reader).filter(({ role }) => role !== null);
        return {
          accounts: holders.flatMap(({ accounts }) => accounts.map(({ platform }) => platform)),
          chats: listChats(reader).map(({ platform }) => platform),
        };
      });
    } finally {
      database.close();
    }
  } catch (error) {
    // The database's own finding says so.
    if (error instanceof CountersignError) return NOTHING;
    throw error;
  }
}
