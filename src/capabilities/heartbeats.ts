/** Signs of life: each chat that wants them is told every so many hours, once after a downtime however long it was. */
import { advanceHeartbeat, listChats } from "../../db/chats.ts";
import type { Database } from "../../db/database.ts";
import { insertNotice } from "../../db/notices.ts";
import type { Clock } from "../core/clock.ts";

/** How many chats were told. */
export function sendHeartbeats(database: Database, clock: Clock, peopleClock: Clock): number {
  const now = peopleClock.now();
  const isDue = ({ heartbeatAt }: { readonly heartbeatAt: number | null }): boolean =>
    heartbeatAt !== null && heartbeatAt <= now;
  if (!database.read(listChats).some(isDue)) return 0;
  return database.transact(clock.now(), (tx) => {
    const due = listChats(tx).filter(isDue);
    for (const chat of due) {
      const { platform, chatId, threadId } = chat;
      advanceHeartbeat(tx, chat, now);
      insertNotice(tx, {
        kind: "heartbeat",
        level: "info",
        topic: "reports",
        facts: { platform, chatId, threadId },
      });
    }
    return due.length;
  });
}
