import type { CommandContext } from "../../src/chat/context.ts";
import type { EventView } from "../../src/chat/house-capabilities.ts";

/** What happened and who did it; a summary that already begins with the person's name is not given it twice. */
export function eventText({ people }: CommandContext, { actor, summary }: EventView): string {
  const name = people.nameOf(actor);
  const label = name.replace(/ \([^)]*\)$/, "");
  return summary.startsWith(label) ? summary : `${name}: ${summary}`;
}
