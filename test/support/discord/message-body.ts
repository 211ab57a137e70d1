/** The body of a message as the bot sends it, and the files that come with it. */
import type { APIAllowedMentions, APIEmbed } from "discord.js";

export interface WireComponent {
  readonly type: number;
  readonly id?: number;
  readonly custom_id?: string | null;
  readonly label?: string | null;
  readonly style?: number;
  readonly url?: string | null;
  readonly disabled?: boolean | null;
  readonly emoji?: { readonly id?: string | null; readonly name?: string | null } | null;
  readonly value?: string | null;
  readonly placeholder?: string | null;
  readonly required?: boolean | null;
  readonly min_length?: number | null;
  readonly max_length?: number | null;
  readonly options?: readonly { readonly label: string; readonly value: string }[] | null;
  readonly components?: readonly WireComponent[];
  readonly component?: WireComponent;
}

export interface MessageBody {
  readonly content?: string | null;
  readonly embeds?: readonly APIEmbed[] | null;
  readonly components?: readonly WireComponent[] | null;
  readonly attachments?:
    | readonly { readonly id: string; readonly filename?: string; readonly description?: string }[]
    | null;
  readonly flags?: number | null;
  readonly allowed_mentions?: APIAllowedMentions | null;
}

export interface SentFile {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A request's JSON and its files by their number n in `files[n]`. */
export interface Body {
  readonly json: unknown;
  readonly files: ReadonlyMap<string, SentFile>;
}

export const MessageFlag = { ephemeral: 64, loading: 128, componentsV2: 1 << 15 } as const;

/** Every component of a message or modal, rows included, depth first. */
export function everyComponent(components: readonly WireComponent[]): WireComponent[] {
  return components.flatMap((component) => [
    component,
    ...everyComponent(component.components ?? []),
    ...(component.component === undefined ? [] : everyComponent([component.component])),
  ]);
}
