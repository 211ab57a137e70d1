/** An audit event: what happened, who did it, and the facts, before the log gives it a number and a hash. */
import type { Actor } from "./actor.ts";

export const EVENT_CATEGORIES = [
  "system",
  "trading",
  "risk",
  "market",
  "config",
  "proposal",
  "people",
  "chat",
  "job",
  "security",
  "audit",
] as const;
export type EventCategory = (typeof EVENT_CATEGORIES)[number];

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export interface AuditEvent {
  readonly category: EventCategory;
  /** A stable verb in the past tense, such as `state_changed`, `order_filled`, `command_denied`. */
  readonly type: string;
  readonly actor: Actor;
  /** One sentence for people. */
  readonly summary: string;
  readonly facts: { readonly [key: string]: JsonValue };
}
