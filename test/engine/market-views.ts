/** What a scripted market left behind, in the few words its tests compare; and moves of its state. */
import { recentDecisions } from "../../db/decisions.ts";
import { fillsPage } from "../../db/fills.ts";
import { waitingNotices } from "../../db/notices.ts";
import { ordersPage } from "../../db/orders.ts";
import { enterState } from "../../db/system-state.ts";
import type { MoveRequest } from "../../src/core/state.ts";
import { OPERATOR } from "../simulation/paper-engine.ts";
import type { Scripted } from "./scripted-market.ts";

export const move = ({ database, clock }: Scripted, request: MoveRequest): void => {
  database.transact(clock.now(), (tx) => {
    const moved = enterState(tx, request, "test", OPERATOR);
    if (!moved.ok) throw new Error(moved.code);
  });
};
export const by = (via: "pause" | "resume" | "stop"): MoveRequest => ({
  by: "person",
  role: "operator",
  via,
});

export const decisions = ({ database }: Scripted) =>
  database.read((reader) => recentDecisions(reader, 1, { limit: 100 })).reverse();
export const fills = ({ database }: Scripted) =>
  database
    .read((reader) => fillsPage(reader, { accountId: 1, limit: 100 }))
    .reverse()
    .map(({ purpose, ticks, lots }) => [purpose, ticks / 100, lots]);
export const orders = ({ database }: Scripted) =>
  database
    .read((reader) => ordersPage(reader, { accountId: 1, limit: 100 }))
    .reverse()
    .map(({ purpose, status, filledLots, detail }) => [purpose, status, filledLots, detail]);
export const noticeKinds = ({ database }: Scripted): string[] =>
  database.read((reader) => waitingNotices(reader, 100)).map(({ kind }) => kind);
