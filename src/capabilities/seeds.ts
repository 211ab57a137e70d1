/** What a person is shown of a one-time-code seed, and for how long: opened at the moment of sending, kept in clear nowhere. */
import type { Reader } from "../../db/database.ts";
import {
  type OneTimeCodeRow,
  oneTimeCodeOf,
  removeEnrolment,
  unconfirmedCodes,
} from "../../db/one-time-codes.ts";
import { personById } from "../../db/people.ts";
import { forgetSeeds } from "../chat/forget-seeds.ts";
import { copy, type DrawnBlock, picture, text } from "../chat/message.ts";
import type { Actor } from "../core/actor.ts";
import { shownSeed } from "../identity/one-time-code.ts";
import { openSeed, sealedAt } from "../identity/seed-box.ts";
import type { CapabilityParts } from "./parts.ts";

const LASTS_MS = 15 * 60_000;
const HOUSEKEEPING: Actor = { kind: "system", name: "enrolment expiry" };

/** Whether its owner may still see it and confirm it; `now` is people's. */
export function isUnderWay({ confirmedAt, sealedSeed }: OneTimeCodeRow, now: number): boolean {
  const at = sealedAt(sealedSeed);
  return confirmedAt === null && at !== null && now - at < LASTS_MS;
}

/** The blocks that stand for a person's seed in a message; none once it is confirmed, canceled or older than 15 minutes. */
export function seedBlocksOf({
  database,
  peopleClock,
  seedKey,
}: Pick<CapabilityParts, "database" | "peopleClock" | "seedKey">): (
  personId: number,
) => readonly DrawnBlock[] {
  const open = (reader: Reader, personId: number): { seed: Uint8Array; label: string } | null => {
    const row = oneTimeCodeOf(reader, personId);
    if (seedKey === null || row === null || !isUnderWay(row, peopleClock.now())) return null;
    const seed = openSeed(seedKey, personId, row.sealedSeed);
    return seed.ok ? { seed: seed.value, label: personById(reader, personId)?.label ?? "" } : null;
  };
  return (personId) => {
    const opened = database.read((reader) => open(reader, personId));
    if (opened === null) return [];
    const { base32, link } = shownSeed(opened.seed, opened.label);
    return [
      copy("Key, to type into the app", base32),
      copy("Link, to open in the app", link),
      text("Or scan the QR code with the app, from another screen."),
      picture({ of: "qr", text: link }, "The link as a QR code."),
    ];
  };
}

/** Ends enrolments that nobody confirmed within 15 minutes, and deletes the messages that show their seeds; how many. */
export function expireEnrolments({
  database,
  clock,
  peopleClock,
}: Pick<CapabilityParts, "database" | "clock" | "peopleClock">): number {
  const now = peopleClock.now();
  const old = (reader: Reader): OneTimeCodeRow[] =>
    unconfirmedCodes(reader).filter((row) => !isUnderWay(row, now));
  if (database.read(old).length === 0) return 0;
  return database.transact(clock.now(), (tx) => {
    const ended = old(tx);
    for (const { personId } of ended) {
      forgetSeeds(tx, personId, now);
      removeEnrolment(tx, personId, HOUSEKEEPING);
    }
    return ended.length;
  });
}
