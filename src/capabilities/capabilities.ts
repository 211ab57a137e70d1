/** Everything commands can reach, made from the real rooms: one file a topic. */
import type { Capabilities } from "../chat/context.ts";
import { chatsOf, peopleOf } from "../chat/database-capabilities.ts";
import { FillFold } from "../engine/fill-fold.ts";
import { createAccountCapability } from "./account.ts";
import { createAlertsCapability } from "./alerts.ts";
import { createAuditCapability } from "./audit.ts";
import { createConfigCapability } from "./config.ts";
import { createDataCapability } from "./data.ts";
import { createEngineCapability } from "./engine.ts";
import { createLinksCapability } from "./links.ts";
import { createLocksCapability } from "./locks.ts";
import { createMarketCapability } from "./market.ts";
import { createOneTimeCodesCapability } from "./one-time-codes.ts";
import type { CapabilityParts } from "./parts.ts";
import { createProcessCapability } from "./process.ts";
import { Readiness } from "./readiness.ts";
import { createSchedulerCapability } from "./scheduler.ts";
import { createStateCapability } from "./state.ts";
import { createWhyCapability } from "./why.ts";

export function createCapabilities(parts: CapabilityParts): Capabilities {
  const fold = new FillFold(parts.engine.options.instrument);
  const readiness = new Readiness(parts, fold);
  return {
    state: createStateCapability(parts, readiness),
    engine: createEngineCapability(parts, readiness),
    market: createMarketCapability(parts),
    data: createDataCapability(parts),
    account: createAccountCapability(parts, fold),
    why: createWhyCapability(parts),
    locks: createLocksCapability(parts),
    config: createConfigCapability(parts),
    audit: createAuditCapability(parts, readiness),
    scheduler: createSchedulerCapability(parts),
    people: peopleOf(parts.database),
    oneTimeCodes: createOneTimeCodesCapability(parts),
    links: createLinksCapability(parts),
    alerts: createAlertsCapability(parts),
    chats: chatsOf(parts.database),
    process: createProcessCapability(parts),
  };
}
