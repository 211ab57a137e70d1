import type { ChecklistItem } from "../../src/chat/message.ts";
import type { ReadinessItem } from "../../src/chat/trading-capabilities.ts";

/** Each item with what was found, and what to do where it is not well. */
export const readinessItems = (items: readonly ReadinessItem[]): readonly ChecklistItem[] =>
  items.map(({ detail, mend, name, ok }) => ({ ok, label: `${name}: ${detail}`, note: mend }));
