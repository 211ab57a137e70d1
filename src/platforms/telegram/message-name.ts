/** The name under which a sent card is known: the ids of its messages, `120` for a text, `120p` for a photo, `120p,121` for two. */
import { DeliveryError } from "../../chat/platform.ts";

export interface Part {
  readonly id: number;
  readonly isPhoto: boolean;
}

const NAME = /^[1-9]\d{0,14}p?(,[1-9]\d{0,14}p?)*$/;

export const nameOf = (parts: readonly Part[]): string =>
  parts.map(({ id, isPhoto }) => `${id}${isPhoto ? "p" : ""}`).join(",");

/** Throws DeliveryError for a name that `nameOf` did not make. */
export function partsOf(name: string): readonly Part[] {
  if (!NAME.test(name))
    throw new DeliveryError({ kind: "not_editable" }, "This is not a message of Telegram.");
  return name.split(",").map((part) => ({ id: Number.parseInt(part, 10), isPhoto: part.endsWith("p") }));
}
