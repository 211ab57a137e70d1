/** Buttons and footers of lists that are shown page by page, newest first. */
import type { CommandContext } from "../../src/chat/context.ts";
import { type Button, commandButton } from "../../src/chat/message.ts";
import type { Page } from "../../src/chat/trading-capabilities.ts";

export const LONGEST_PAGE = 25;
export const LAST_PAGE = 1_000_000;

/** One row of buttons, empty when everything fits one page; `line` makes the command line of a page. */
export function pageButtons(
  page: Page<unknown>,
  line: (page: number) => string,
): readonly (readonly Button[])[] {
  const buttons: Button[] = [];
  if (page.page > 1) buttons.push(commandButton("◀ Newer", line(page.page - 1)));
  if (page.page < page.pages) buttons.push(commandButton("Older ▶", line(page.page + 1)));
  return buttons.length === 0 ? [] : [buttons];
}

/** `Page 2 of 7, 63 in all. Times in Europe/Rome; now 21 Nov 15:03 (14:03 UTC).` */
export const pageFooter = (context: CommandContext, page: Page<unknown>): string =>
  `${page.pages > 1 ? `Page ${page.page} of ${page.pages}, ${context.format.count(page.total)} in all. ` : ""}${timesFooter(context)}`;

export const timesFooter = ({ format, now, timeZone }: CommandContext): string =>
  `Times in ${timeZone}; now ${format.instant(now)}.`;

/** What to answer when a page has no rows: none at all, or a page beyond the last. */
export const emptyPage = (page: Page<unknown>, none: string): string =>
  page.total === 0 ? none : `There is no page ${page.page}; the last is ${page.pages}.`;
