/** Tells Discord our commands where it does not know them yet; doing it again changes nothing. */
import type { Command } from "../../chat/command.ts";
import type { DiscordApi } from "./api.ts";
import { type Place, type SlashCommand, slashCommands } from "./slash-commands.ts";

export interface Registering {
  readonly api: DiscordApi;
  readonly applicationId: string;
  /** Registered there too, where they appear at once; elsewhere Discord takes up to an hour. */
  readonly guildId: string | null;
  readonly commands: readonly Command[];
}

export async function registerCommands({
  api,
  applicationId,
  guildId,
  commands,
}: Registering): Promise<void> {
  const put = async (where: string | null, place: Place): Promise<void> => {
    const wanted = slashCommands(commands, place);
    if (isSame(await api.commands(applicationId, where), wanted)) return;
    await api.register(applicationId, where, [...wanted]);
  };
  if (guildId === null) return put(null, "everywhere");
  // A guild's own commands do not exist in direct messages.
  await put(null, "direct");
  await put(guildId, "guild");
}

const isSame = (known: unknown, wanted: readonly SlashCommand[]): boolean =>
  Array.isArray(known) && normalised(known) === normalised(wanted);

/** What we say about a command and nothing that Discord adds, in one order. */
function normalised(commands: readonly unknown[]): string {
  const all = commands.map((command) => {
    const { name, description, default_member_permissions = null, contexts, options } = fieldsOf(command);
    return [name, description, default_member_permissions, listOf(contexts), listOf(options).map(option)];
  });
  return JSON.stringify(all.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)));
}

function option(value: unknown): unknown {
  const { type, name, description, required = false, autocomplete = false, choices } = fieldsOf(value);
  const words = listOf(choices).map((choice) => fieldsOf(choice)["value"]);
  return [type, name, description, required, autocomplete, words];
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
