/** The process itself: its size, its queues and its platforms. */
import { auditHead } from "../../db/audit.ts";
import { countDeliveries, deadLetters } from "../../db/deliveries.ts";
import { countWaitingInbox } from "../../db/inbox.ts";
import { databaseBytes } from "../../db/integrity.ts";
import type { ProcessCapability } from "../chat/house-capabilities.ts";
import type { CapabilityParts } from "./parts.ts";

export function createProcessCapability(parts: CapabilityParts): ProcessCapability {
  const { database, platforms, process, startedAt, version } = parts;
  return {
    view: () =>
      database.read((reader) => {
        const { due, dead } = countDeliveries(reader);
        return {
          version,
          runtime: `Bun ${Bun.version}`,
          startedAt,
          memoryBytes: process.memoryBytes(),
          databaseBytes: databaseBytes(reader),
          loopDelayMs: process.loopDelayMs(),
          deliveriesWaiting: due,
          deadLetters: dead,
          inboxWaiting: countWaitingInbox(reader),
          auditEvents: auditHead(reader).seq,
          platforms: platforms(),
        };
      }),
    logTail: (lines) => process.logTail(lines),
    deadLetters: (limit) =>
      database
        .read((reader) => deadLetters(reader, limit))
        .map(({ id, platform, createdAt, lastError }) => ({
          id,
          platform,
          at: createdAt,
          error: lastError ?? "no reason was given",
        })),
  };
}
