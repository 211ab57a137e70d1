/** Audit filters as people type them: `trading actor:#3 from:7d to:2026-02-28 "stop loss"`. */

import type { CommandContext } from "../../src/chat/context.ts";
import type { EventFilter } from "../../src/chat/house-capabilities.ts";
import { InputError } from "../../src/core/errors.ts";
import { EVENT_CATEGORIES, type EventCategory } from "../../src/core/event.ts";
import { instantFrom } from "./instant-argument.ts";

export interface EventQuestion {
  readonly filter: EventFilter;
  readonly page: number;
  /** The filters as typed, without the page: what the next page's button repeats. */
  readonly words: string;
}

const TOKEN = /(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/gi;
const PERSON = /^#([1-9][0-9]{0,9})$/;
const KEYS = ["category", "actor", "text", "from", "to", "page"];

/** Throws InputError `bad_filter` that names the word that cannot be used. */
export function eventQuestion(
  typed: string,
  { now, timeZone }: Pick<CommandContext, "now" | "timeZone">,
): EventQuestion {
  const filter: { -readonly [Key in keyof EventFilter]: EventFilter[Key] } = {};
  const texts: string[] = [];
  const kept: string[] = [];
  let page = 1;
  for (const [token, rawKey, quoted, bare] of typed.matchAll(TOKEN)) {
    const key = rawKey?.toLowerCase();
    const value = quoted ?? bare ?? "";
    if (key === "page") page = pageNumber(value);
    else kept.push(token);
    if (key === "page") continue;
    if (key === undefined && quoted === undefined && isCategory(value.toLowerCase()))
      filter.category = value.toLowerCase() as EventCategory;
    else if (key === undefined || key === "text") texts.push(value);
    else if (key === "category") filter.category = category(value.toLowerCase());
    else if (key === "actor") filter.actor = actorPart(value);
    else if (key === "from") filter.fromAt = instantFrom(value, now, timeZone);
    else if (key === "to") filter.toAt = instantFrom(value, now, timeZone);
    else
      throw new InputError("bad_filter", `There is no filter "${key.slice(0, 20)}"; use ${KEYS.join(", ")}.`);
  }
  if (filter.fromAt !== undefined && filter.toAt !== undefined && filter.fromAt >= filter.toAt) {
    throw new InputError("bad_filter", "from must lie before to; swap them.");
  }
  if (texts.length > 0) filter.text = texts.join(" ");
  return { filter, page, words: kept.join(" ") };
}

const isCategory = (word: string): word is EventCategory =>
  (EVENT_CATEGORIES as readonly string[]).includes(word);

function category(word: string): EventCategory {
  if (isCategory(word)) return word;
  throw new InputError(
    "bad_filter",
    `There is no category "${word.slice(0, 20)}"; use one of ${EVENT_CATEGORIES.join(", ")}.`,
  );
}

function pageNumber(value: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(value)) return Number(value);
  throw new InputError("bad_filter", "page must be a whole number from 1, such as page:2.");
}

/** A person by number on any platform, or part of a label such as `job:expiry`. */
function actorPart(value: string): string {
  const [, number] = PERSON.exec(value) ?? [];
  return number === undefined ? value : `person:${number}@`;
}
