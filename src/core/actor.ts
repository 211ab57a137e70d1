/** Who did something. Every audit event has one. */
export type PlatformName = "telegram" | "discord" | "console";

export type Actor =
  | {
      readonly kind: "person";
      readonly personId: number;
      readonly platform: PlatformName;
      readonly accountId: string;
    }
  | { readonly kind: "stranger"; readonly platform: PlatformName; readonly accountId: string }
  | { readonly kind: "job"; readonly name: string }
  | { readonly kind: "system"; readonly name: string };

/** One word for lists and the audit log, such as `person:1@telegram`. */
export function actorLabel(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return `person:${actor.personId}@${actor.platform}`;
    case "stranger":
      return `stranger:${actor.accountId}@${actor.platform}`;
    default:
      return `${actor.kind}:${actor.name}`;
  }
}

export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role includes what another may do. */
export const roleCovers = (held: Role, needed: Role): boolean => ROLES.indexOf(held) >= ROLES.indexOf(needed);
