/** Whether Discord knows the bot, with the link that invites it, and whether it may work on its server and in its first channel. */
import type { Settings } from "../config.ts";
import { type Finding, findingsOf } from "./doctor-finding.ts";
import { type Answer, type Json, type Wire, wordsOf } from "./doctor-wire.ts";

const { ill, well } = findingsOf("discord");

interface DiscordQuestion {
  readonly settings: Settings;
  readonly token: string;
  readonly wire: Wire;
  /** Whether the database knows somebody who commands it there, and a channel that hears it. */
  readonly known: { readonly hasPeople: boolean; readonly hasChats: boolean };
}

type Call = (path: string, method?: "GET" | "POST") => Promise<Answer>;

/** Bits of https://discord.com/developers/docs/topics/permissions: all that cards, pictures and threads need. */
const PERMISSIONS = {
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  sendMessagesInThreads: 1n << 38n,
};
const NEEDED = Object.values(PERMISSIONS).reduce((all, bit) => all | bit, 0n);
const NEEDED_WORDS = "View Channel, Send Messages, Embed Links, Attach Files, Read Message History";

const inviteLink = (applicationId: string): string =>
  `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${NEEDED}`;

const MOST_ADMINS = 5;

export async function examineDiscord({
  known,
  settings,
  token,
  wire,
}: DiscordQuestion): Promise<readonly Finding[]> {
  const call: Call = (path, method = "GET") =>
    wire.ask({
      address: `${settings.DISCORD_API_URL.replace(/\/+$/, "")}/v10${path}`,
      method,
      headers: { authorization: `Bot ${token}` },
    });
  const me = await call("/users/@me");
  if (!isGiven(me)) return [refused(me)];
  const application = await call("/applications/@me");
  if (!isGiven(application)) return [refused(application)];
  const id = wordsOf(application.body["id"]);
  return [
    well(`the token is ${wordsOf(me.body["username"])}'s, application ${id}; it needs no privileged intent`),
    application.body["bot_require_code_grant"] === true
      ? ill("the bot cannot be invited", "Developer Portal → Bot: switch off “Requires OAuth2 Code Grant”")
      : well(`invite it to a server: ${inviteLink(id)}`),
    ...(await guild(call, settings, id)),
    ...(await admins(call, settings, known.hasPeople)),
    ...(await firstChannel(call, settings, known.hasChats)),
  ];
}

type Given = { readonly status: number; readonly body: Json };

const isGiven = (answer: Answer): answer is Given =>
  answer.status !== null && answer.status < 300 && hasBody(answer);
const hasBody = ({ status, body }: Given): boolean => status === 204 || Object.keys(body).length > 0;

const wordsIn = (answer: Answer): string =>
  answer.status === null ? answer.words : wordsOf(answer.body["message"]) || `HTTP ${answer.status}`;

function refused(answer: Answer): Finding {
  if (answer.status === 401) {
    return ill(
      "Discord does not know the token",
      "Developer Portal → Bot → Reset Token, and put the new one into DISCORD_BOT_TOKEN",
    );
  }
  return ill(
    `Discord cannot be asked: ${wordsIn(answer)}`,
    "check the network and DISCORD_API_URL, then ask again",
  );
}

async function guild(
  call: Call,
  { DISCORD_GUILD_ID: id }: Settings,
  application: string,
): Promise<readonly Finding[]> {
  if (id === null) return [];
  const { status } = await call(`/applications/${application}/guilds/${id}/commands`);
  if (status === 200) return [well(`server ${id}: the bot is there, and its commands show at once`)];
  return [
    ill(
      `server ${id}: the bot is not there`,
      "open the invite link, or check DISCORD_GUILD_ID (Copy Server ID)",
    ),
  ];
}

async function admins(
  call: Call,
  { DISCORD_ADMIN_IDS: ids }: Settings,
  hasPeople: boolean,
): Promise<readonly Finding[]> {
  if (ids === null && hasPeople) return [];
  if (ids === null) {
    const mend =
      "start the bot and send it /start: it answers with your id for DISCORD_ADMIN_IDS; or /link it to an account of yours";
    return [ill("nobody may command it", mend)];
  }
  const findings: Finding[] = [];
  for (const id of ids.slice(0, MOST_ADMINS)) {
    const user = await call(`/users/${id}`);
    findings.push(
      isGiven(user)
        ? well(`admin ${id}: ${wordsOf(user.body["username"])}`)
        : ill(
            `admin ${id}: ${wordsIn(user)}`,
            "switch on Developer Mode, right-click the person, Copy User ID",
          ),
    );
  }
  return findings;
}

/** Categories, directories, forums and media channels hold no messages of their own. */
const WORDLESS_TYPES: readonly unknown[] = [4, 14, 15, 16];

async function firstChannel(
  call: Call,
  { DISCORD_CHANNEL_ID: id, DISCORD_GUILD_ID: guildId }: Settings,
  hasChats: boolean,
): Promise<readonly Finding[]> {
  if (id === null) {
    return hasChats
      ? []
      : [
          well(
            "no channel hears alerts and reports",
            "an admin's /here in a channel enrols it; so does DISCORD_CHANNEL_ID",
          ),
        ];
  }
  const channel = await call(`/channels/${id}`);
  const invite = `open the invite link for its server, and give the bot there ${NEEDED_WORDS}`;
  if (channel.status === 404)
    return [
      ill(`there is no channel ${id}`, "switch on Developer Mode, right-click the channel, Copy Channel ID"),
    ];
  if (!isGiven(channel)) return [ill(`channel ${id} cannot be seen: ${wordsIn(channel)}`, invite)];
  const name = `channel ${id}, #${wordsOf(channel.body["name"])}`;
  const where = channel.body["guild_id"];
  if (guildId !== null && where !== undefined && where !== guildId) {
    return [
      ill(
        `${name} is not on the server ${guildId}`,
        "DISCORD_CHANNEL_ID and DISCORD_GUILD_ID must belong together",
      ),
    ];
  }
  if (WORDLESS_TYPES.includes(channel.body["type"]))
    return [ill(`${name} takes no messages`, "choose a text channel")];
  // The one way to ask for the right to write without writing.
  const typing = await call(`/channels/${id}/typing`, "POST");
  return [
    isGiven(typing)
      ? well(`${name}: the bot may write there`)
      : ill(`${name}: the bot may not write there: ${wordsIn(typing)}`, invite),
  ];
}
