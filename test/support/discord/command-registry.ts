/** The commands that the bot registered, globally and per guild, and every time it did. */
import { type CommandForm, commandErrors } from "./command-rules.ts";
import { schemaErrors } from "./form-schemas.ts";
import { type FormError, refusals } from "./refusal.ts";
import type { Snowflakes } from "./snowflakes.ts";

export interface RegisteredCommand extends CommandForm {
  readonly id: string;
  readonly application_id: string;
  readonly version: string;
  readonly guild_id?: string;
}

export interface Registration {
  readonly at: number;
  /** Null for the global commands. */
  readonly guildId: string | null;
  readonly names: readonly string[];
}

const BOT_DIRECT_CONTEXT = 1;

export class CommandRegistry {
  /** Every accepted PUT. */
  readonly registrations: Registration[] = [];
  readonly #byPlace = new Map<string | null, readonly RegisteredCommand[]>();
  readonly #ids: Snowflakes;
  readonly #now: () => number;

  constructor(ids: Snowflakes, now: () => number) {
    this.#ids = ids;
    this.#now = now;
  }

  /** Replaces all commands of a place; a command keeps its id as long as it keeps its name. */
  put(guildId: string | null, applicationId: string, body: unknown): readonly RegisteredCommand[] {
    if (!Array.isArray(body)) throw refusals.invalidForm([notAList]);
    const ofSchema = body.flatMap((command, index) =>
      schemaErrors("ApplicationCommandUpdateRequestSchema", withNumbers(command)).map((error) => ({
        ...error,
        path: [index, ...error.path],
      })),
    );
    if (ofSchema.length > 0) throw refusals.invalidForm(ofSchema);
    const forms = body as CommandForm[];
    const errors = commandErrors(forms);
    if (errors.length > 0) throw refusals.invalidForm(errors);
    const before = this.list(guildId);
    const commands = forms.map((form) => ({
      default_member_permissions: null,
      ...form,
      type: form.type ?? 1,
      id: before.find((command) => command.name === form.name)?.id ?? this.#ids.next(),
      application_id: applicationId,
      version: this.#ids.next(),
      ...(guildId === null ? {} : { guild_id: guildId }),
    }));
    this.#byPlace.set(guildId, commands);
    this.registrations.push({ at: this.#now(), guildId, names: forms.map((form) => form.name) });
    return commands;
  }

  list(guildId: string | null): readonly RegisteredCommand[] {
    return this.#byPlace.get(guildId) ?? [];
  }

  /** The command a person finds: in a guild its own ones first, in direct messages the global ones meant for them. */
  find(name: string, guildId: string | null): RegisteredCommand | undefined {
    const global = this.list(null).find((command) => command.name === name);
    if (guildId !== null) return this.list(guildId).find((command) => command.name === name) ?? global;
    const isForDirect = global?.contexts
      ? global.contexts.includes(BOT_DIRECT_CONTEXT)
      : global?.dm_permission !== false;
    return isForDirect ? global : undefined;
  }
}

const notAList: FormError = { path: [], code: "BASE_TYPE_LIST", message: "Only iterables may be used" };

/** The schema knows permissions as a number alone; Discord also takes them as the text that its documentation shows. */
function withNumbers(command: unknown): unknown {
  const permissions = (command as { default_member_permissions?: unknown } | null)
    ?.default_member_permissions;
  const isText = typeof permissions === "string" && /^\d{1,15}$/.test(permissions);
  return isText ? { ...(command as object), default_member_permissions: Number(permissions) } : command;
}
