// Somebody types a line somewhere, and what the house made of it: read from the journal, not from the screen.
import { queryEvents } from "../../../db/audit.ts";
import type { PlatformName } from "../../../src/core/actor.ts";
import { accountOf, type House, type Place, type Who } from "./house.ts";
import { slashOptions } from "./slash-options.ts";

export interface Heard {
  /** The journal's event, or the security event that names a stranger; null when nothing was noted. */
  readonly type: string | null;
  readonly code: unknown;
  readonly actor: unknown;
}

const LONGEST_WAIT_MS = 10_000;

/** Resolves when the line was handled. */
export async function speak(
  house: House,
  platform: PlatformName,
  who: Who,
  place: Place,
  line: string,
): Promise<Heard> {
  const before = newestInbox(house, platform, who);
  const updateId = await SAY[platform](house, who, place, line);
  if (who === "stranger") return strangersEvent(house, platform);
  return handled(house, platform, who, updateId ?? before);
}

type Say = (house: House, who: Who, place: Place, line: string) => Promise<string | number>;

const SAY: Readonly<Record<PlatformName, Say>> = {
  async telegram({ telegram, telegramPlace }, who, place, line) {
    const chatId = telegramPlace(place, who);
    const { updateId } = telegram.say(telegramPerson(who), chatId, line);
    await telegram.confirmed(updateId);
    return String(updateId);
  },
  async discord({ discord, discordPeople, discordPlace }, who, place, line) {
    const { name, options } = slashOptions(discord.commands(), line);
    const interaction = discord.command(discordPeople[who], discordPlace(place, who), name, options);
    await interaction.acknowledged();
    return interaction.id;
  },
  async console(house, who, _place, line) {
    const before = newestInbox(house, "console", who);
    house.terminal.sit(who);
    await house.terminal.type(line);
    return before;
  },
};

const telegramPerson = (who: Who) => ({
  id: Number(accountOf("telegram", who)),
  is_bot: false,
  first_name: `The ${who}`,
});

/** The inbox row of an update by its id, or the first one after a row by that row's number. */
async function handled(
  { running: { app } }: House,
  platform: PlatformName,
  who: Who,
  update: string | number,
): Promise<Heard> {
  const find = (): number | null =>
    app.database.read((reader) => {
      const where = typeof update === "string" ? "update_id = $update" : "id > $update";
      const sql = `SELECT id FROM inbox WHERE platform = $platform AND account_id = $accountId AND status <> 'waiting' AND ${where}`;
      const params = { platform, accountId: accountOf(platform, who), update };
      return reader.get<{ id: number }>(sql, params)?.id ?? null;
    });
  for (const endsAt = performance.now() + LONGEST_WAIT_MS; performance.now() < endsAt; await Bun.sleep(2)) {
    const inbox = find();
    if (inbox === null) continue;
    const events = app.database.read((reader) => queryEvents(reader, { category: "chat", limit: 50 }));
    const event = events.find(({ facts }) => facts["inbox"] === inbox);
    return { type: event?.type ?? null, code: event?.facts["code"], actor: event?.actor };
  }
  throw new Error(`Nothing became of ${update} by the ${who} on ${platform}.`);
}

function strangersEvent({ running: { app } }: House, platform: PlatformName): Heard {
  const events = app.database.read((reader) => queryEvents(reader, { category: "security", limit: 50 }));
  const event = events.find(({ facts }) => facts["accountId"] === accountOf(platform, "stranger"));
  return { type: event?.type ?? null, code: event?.facts["code"], actor: event?.actor };
}

const newestInbox = ({ running: { app } }: House, platform: PlatformName, who: Who): number =>
  app.database.read((reader) =>
    reader.get<{ id: number }>(
      "SELECT coalesce(max(id), 0) AS id FROM inbox WHERE platform = $platform AND account_id = $accountId",
      { platform, accountId: accountOf(platform, who) },
    ),
  )!.id;
