/** Alerts as people set and answer them: how each chat hears, who has seen what, and the prices somebody waits for. */
import { findChat, listChats, muteChat, setHearings, setHeartbeat } from "../../db/chats.ts";
import {
  acknowledgeAlerts,
  countNotices,
  insertNotice,
  noticeById,
  openAlerts,
  type StoredNotice,
} from "../../db/notices.ts";
import { cancelPriceAlert, insertPriceAlert, waitingPriceAlerts } from "../../db/price-alerts.ts";
import type { AlertsCapability, OpenAlert } from "../chat/alert-capabilities.ts";
import { actorLabel } from "../core/actor.ts";
import { refusal, success } from "../core/errors.ts";
import { priceOf } from "../core/instrument.ts";
import type { CapabilityParts } from "./parts.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MOST_PRICE_ALERTS = 20;
/** A level so many times the price, or so small a part of it, is a typing mistake. */
const FARTHEST = 10;

export function createAlertsCapability(parts: CapabilityParts): AlertsCapability {
  return { ...hearingOf(parts), ...answersOf(parts), ...priceAlertsOf(parts) };
}

type Hearing = Pick<AlertsCapability, "hearing" | "setHearings" | "mute" | "setHeartbeat" | "sendTest">;

function hearingOf({ database, peopleClock, platforms }: CapabilityParts): Hearing {
  return {
    hearing: (ref) =>
      database.read((reader) => {
        const chat = findChat(reader, ref);
        if (chat === null) return null;
        const { hearings, mutedUntil, heartbeatHours, heartbeatAt } = chat;
        const isMuted = mutedUntil !== null && mutedUntil > peopleClock.now();
        return { hearings, mutedUntil: isMuted ? mutedUntil : null, heartbeatHours, heartbeatAt };
      }),
    setHearings: (tx, actor, chat, kinds, hearing) => setHearings(tx, chat, kinds, hearing, actor),
    mute(tx, actor, chat, minutes) {
      const untilAt = minutes === null ? null : peopleClock.now() + minutes * MINUTE_MS;
      return muteChat(tx, chat, untilAt, actor) ? success(untilAt) : refusal("not_enrolled");
    },
    setHeartbeat(tx, actor, chat, hours) {
      const heartbeat = hours === null ? null : { hours, dueAt: peopleClock.now() + hours * HOUR_MS };
      if (!setHeartbeat(tx, chat, heartbeat, actor)) return refusal("not_enrolled");
      return success(heartbeat?.dueAt ?? null);
    },
    sendTest(tx, actor) {
      insertNotice(tx, {
        kind: "delivery_test",
        level: "info",
        topic: "alerts",
        facts: { askedBy: actorLabel(actor) },
      });
      const running = new Set(platforms().map(({ platform }) => platform));
      return listChats(tx).map(({ platform, chatId, threadId }) => ({
        ...{ platform, chatId, threadId },
        isSent: running.has(platform),
      }));
    },
  };
}

function answersOf({ database }: CapabilityParts): Pick<AlertsCapability, "open" | "acknowledge" | "told"> {
  return {
    open: () => database.read(openAlerts).map(viewOf),
    acknowledge(tx, actor, id) {
      const acknowledged = acknowledgeAlerts(tx, id, actor);
      if (id === null || acknowledged.length > 0) return success(acknowledged.map(viewOf));
      const notice = noticeById(tx, id);
      if (notice === null || notice.acknowledgedAt === null) return refusal("no_such_alert", { id });
      const { acknowledgedAt: at, acknowledgedBy: by } = notice;
      return refusal("acknowledged_already", { id, at, by });
    },
    told: (fromAt, toAt) =>
      database.read((reader) => ({
        warnings: countNotices(reader, "warning", fromAt, toAt),
        critical: countNotices(reader, "critical", fromAt, toAt),
      })),
  };
}

const viewOf = ({ id, kind, at, repeatedAt }: StoredNotice): OpenAlert => ({
  id,
  kind,
  at,
  isRepeated: repeatedAt !== null,
});

type PriceAlerts = Pick<AlertsCapability, "priceAlerts" | "addPriceAlert" | "removePriceAlert">;

function priceAlertsOf({ database, engine }: CapabilityParts): PriceAlerts {
  return {
    priceAlerts: () => database.read(waitingPriceAlerts),
    addPriceAlert(tx, actor, ticks, nowTicks) {
      if (ticks === nowTicks) return refusal("at_price");
      if (ticks > nowTicks * FARTHEST || ticks * FARTHEST < nowTicks) return refusal("too_far");
      const waiting = waitingPriceAlerts(tx);
      const direction = ticks > nowTicks ? "above" : "below";
      const same = waiting.find((alert) => alert.ticks === ticks && alert.direction === direction);
      if (same !== undefined) return refusal("there_already", { id: same.id });
      if (waiting.length >= MOST_PRICE_ALERTS) return refusal("too_many", { most: MOST_PRICE_ALERTS });
      const { instrument } = engine.options;
      const price = `${priceOf(instrument, ticks)} ${instrument.quoteAsset}`;
      return success(insertPriceAlert(tx, { direction, ticks, personId: actor.personId }, price, actor));
    },
    removePriceAlert(tx, actor, id) {
      const alert = waitingPriceAlerts(tx).find((one) => one.id === id);
      if (alert === undefined || !cancelPriceAlert(tx, alert, actor)) return refusal("no_such_alert", { id });
      return success(alert);
    },
  };
}
