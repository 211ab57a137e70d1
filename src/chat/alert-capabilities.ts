/** What commands can reach of alerts: how each chat hears them, who has seen them, the prices people wait for. Instants in epoch ms. */
import type { Tx } from "../../db/database.ts";
import type { Actor } from "../core/actor.ts";
import type { Result } from "../core/errors.ts";
import type { Hearing, NoticeKind } from "../core/notice.ts";
import type { ChatRef } from "./house-capabilities.ts";

/** A critical notice that waits for a person's word. */
export interface OpenAlert {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly at: number;
  readonly isRepeated: boolean;
}

export interface PriceAlertView {
  readonly id: number;
  readonly direction: "above" | "below";
  readonly ticks: number;
  readonly personId: number;
  readonly createdAt: number;
}

export type PriceAlertRefusal = "at_price" | "too_far" | "there_already" | "too_many";

/** Where a test message went; the others are enrolled on platforms that this process does not run. */
export interface TestedChat extends ChatRef {
  readonly isSent: boolean;
}

export interface AlertsCapability {
  /** How a chat hears; null when it is not enrolled. */
  hearing(chat: ChatRef): ChatHearing | null;
  /** False when the chat is not enrolled, as below. */
  setHearings(tx: Tx, actor: Actor, chat: ChatRef, kinds: readonly NoticeKind[], hearing: Hearing): boolean;
  /** Silences everything but critical alerts; null ends it. When it ends, by people's clock. */
  mute(tx: Tx, actor: Actor, chat: ChatRef, minutes: number | null): Result<number | null, "not_enrolled">;
  /** A sign of life every so many hours; null for none. When the first is due, by people's clock. */
  setHeartbeat(
    tx: Tx,
    actor: Actor,
    chat: ChatRef,
    hours: number | null,
  ): Result<number | null, "not_enrolled">;
  /** A message to every enrolled chat, whatever it hears. */
  sendTest(tx: Tx, actor: Actor): readonly TestedChat[];

  /** Oldest first. */
  open(): readonly OpenAlert[];
  /** Marks one alert (with what was told of the same instant) or all as seen by a person; what was open until now. */
  acknowledge(
    tx: Tx,
    actor: Actor,
    id: number | null,
  ): Result<readonly OpenAlert[], "no_such_alert" | "acknowledged_already">;
  /** How many warnings and critical alerts there were in a span, both ends inclusive. */
  told(fromAt: number, toAt: number): { readonly warnings: number; readonly critical: number };

  /** In the order they were asked for. */
  priceAlerts(): readonly PriceAlertView[];
  /** To be told once when the market touches the level; its direction comes from the price now. */
  addPriceAlert(
    tx: Tx,
    actor: Extract<Actor, { kind: "person" }>,
    ticks: number,
    nowTicks: number,
  ): Result<PriceAlertView, PriceAlertRefusal>;
  removePriceAlert(tx: Tx, actor: Actor, id: number): Result<PriceAlertView, "no_such_alert">;
}

export interface ChatHearing {
  readonly hearings: Readonly<Partial<Record<NoticeKind, Hearing>>>;
  /** Null when it is not muted now. */
  readonly mutedUntil: number | null;
  readonly heartbeatHours: number | null;
  readonly heartbeatAt: number | null;
}
