/** Every chat command, in the order help shows them within their group. */
import type { Command } from "../src/chat/command.ts";
import { ack } from "./ack.ts";
import { alerts } from "./alerts.ts";
import { cancel } from "./cancel.ts";
import { chart } from "./chart.ts";
import { config } from "./config.ts";
import { cycle } from "./cycle.ts";
import { daily } from "./daily.ts";
import { data } from "./data.ts";
import { diff } from "./diff.ts";
import { equity } from "./equity.ts";
import { events } from "./events.ts";
import { fills } from "./fills.ts";
import { flatten } from "./flatten.ts";
import { grant } from "./grant.ts";
import { health } from "./health.ts";
import { heartbeat } from "./heartbeat.ts";
import { help } from "./help.ts";
import { here } from "./here.ts";
import { history } from "./history.ts";
import { link } from "./link.ts";
import { lock } from "./lock.ts";
import { locks } from "./locks.ts";
import { logs } from "./logs.ts";
import { menu } from "./menu.ts";
import { metrics } from "./metrics.ts";
import { monthly } from "./monthly.ts";
import { mute } from "./mute.ts";
import { notify } from "./notify.ts";
import { orders } from "./orders.ts";
import { pause } from "./pause.ts";
import { position } from "./position.ts";
import { price } from "./price.ts";
import { ready } from "./ready.ts";
import { recover } from "./recover.ts";
import { report } from "./report.ts";
import { reset } from "./reset.ts";
import { resume } from "./resume.ts";
import { revoke } from "./revoke.ts";
import { roles } from "./roles.ts";
import { scheduler } from "./scheduler.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { tgInfo } from "./tg-info.ts";
import { timezone } from "./timezone.ts";
import { totp } from "./totp.ts";
import { unlock } from "./unlock.ts";
import { verify } from "./verify.ts";
import { version } from "./version.ts";
import { weekly } from "./weekly.ts";
import { whoami } from "./whoami.ts";
import { why } from "./why.ts";

const system: readonly Command[] = [
  status,
  ready,
  pause,
  resume,
  stop,
  recover,
  flatten,
  history,
  scheduler,
  health,
  logs,
  version,
];
const market: readonly Command[] = [price, chart, data];
const trading: readonly Command[] = [
  position,
  orders,
  fills,
  metrics,
  equity,
  daily,
  weekly,
  monthly,
  why,
  cycle,
  locks,
  lock,
  unlock,
  reset,
];
const house: readonly Command[] = [config, diff, events, verify];
const people: readonly Command[] = [whoami, roles, grant, revoke, link, totp, here, timezone];
const reports: readonly Command[] = [report, alerts, ack, mute, heartbeat, notify];
const guidance: readonly Command[] = [help, start, menu, cancel, tgInfo];

export const commands: readonly Command[] = [
  ...system,
  ...market,
  ...trading,
  ...house,
  ...people,
  ...reports,
  ...guidance,
];
