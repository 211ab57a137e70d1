/** Holds what people did, what the bot wrote down and what its log tells against one another: nothing lost, nothing done twice. */
import { nextState, type SystemState } from "../src/core/state.ts";
import type { Deed } from "./chat-deeds.ts";
import type { ChatRecord, LoggedEvent, Received } from "./chat-record.ts";

export interface Examined {
  readonly accepted: number;
  readonly lost: number;
  readonly doubled: number;
  readonly problems: readonly string[];
}

const MOVES = ["pause", "resume", "stop", "recover"] as const;
type Move = (typeof MOVES)[number];

export function examineChat(record: ChatRecord, deeds: readonly Deed[]): Examined {
  const received = new Map(record.received().map((row) => [`${row.platform} ${row.updateId}`, row]));
  const log = new Log(record.events());
  const lost: string[] = [];
  const doubled: string[] = [];
  let accepted = 0;
  for (const deed of deeds) {
    const name = `${deed.platform} ${deed.updateId} (${deed.command ?? deed.kind}${deed.tag === null ? "" : ` ${deed.tag}`})`;
    const row = received.get(`${deed.platform} ${deed.updateId}`);
    for (const fault of log.doubled(deed)) doubled.push(`${name}: ${fault}`);
    if (!isAccepted(deed)) continue;
    accepted += 1;
    if (row === undefined) lost.push(`${name}: accepted and not there`);
    else for (const fault of [...unsettled(row), ...log.lost(deed, row)]) lost.push(`${name}: ${fault}`);
  }
  for (const row of received.values()) {
    const times = log.handled.get(row.id) ?? 0;
    if (times > 1) doubled.push(`inbox ${row.id} was handled ${times} times`);
  }
  const faults = [
    ...log.problems,
    ...(record.isChainWhole() ? [] : ["the audit chain is broken"]),
    ...(record.deadCount() === 0 ? [] : [`${record.deadCount()} deliveries were given up`]),
  ];
  return { accepted, lost: lost.length, doubled: doubled.length, problems: [...lost, ...doubled, ...faults] };
}

/** Telegram gives everything again until it is confirmed; on Discord a person sees whether it was taken. */
const isAccepted = ({ interaction, kind, platform }: Deed): boolean =>
  kind !== "opening" && (platform === "telegram" || (interaction?.acknowledgement ?? null) !== null);

function unsettled({ dead, due, sent, status }: Received): readonly string[] {
  if (status === "waiting") return ["was never handled"];
  if (due + dead > 0) return ["its answer never came"];
  return sent === 1 ? [] : [`has ${sent} answers`];
}

/** What the audit log tells of each deed. */
class Log {
  /** How often each row of the inbox was handled. */
  readonly handled = new Map<number, number>();
  readonly problems: string[] = [];
  /** How often each tag, price alert or lock was acted on. */
  readonly #effects = new Map<string, number>();
  /** Inbox rows whose command ran. */
  readonly #ran = new Set<number>();

  constructor(events: readonly LoggedEvent[]) {
    for (const event of events) this.#read(event);
    this.#replayStates(events);
    for (const [effect, times] of this.#effects) {
      if (times > 1 && effect.startsWith("lift ")) this.problems.push(`${effect}: ${times} times`);
    }
  }

  doubled({ priceTicks, tag }: Deed): readonly string[] {
    const times = this.#times(tag === null ? `price ${priceTicks}` : `tag ${tag}`);
    return times > 1 ? [`done ${times} times`] : [];
  }

  /** Moves of the state are looked at in their order instead: what they do depends on it. */
  lost({ command, priceTicks, tag }: Deed, { id }: Received): readonly string[] {
    if ((this.handled.get(id) ?? 0) === 0) return ["has no entry in the log"];
    const isLost =
      (command === "lock" && this.#times(`tag ${tag}`) === 0) ||
      (priceTicks !== null && this.#ran.has(id) && this.#times(`price ${priceTicks}`) === 0);
    return isLost ? ["its effect is not there"] : [];
  }

  #times(effect: string): number {
    return this.#effects.get(effect) ?? 0;
  }

  #read({ facts, type }: LoggedEvent): void {
    if (type.startsWith("command_") && typeof facts["inbox"] === "number") {
      const { inbox } = facts;
      this.handled.set(inbox, (this.handled.get(inbox) ?? 0) + 1);
      if (type === "command_run" || type === "command_confirmed") this.#ran.add(inbox);
    }
    for (const effect of effectsOf(type, facts)) this.#effects.set(effect, this.#times(effect) + 1);
  }

  /** Every command that was to move the state did so exactly where the rules let it. */
  #replayStates(events: readonly LoggedEvent[]): void {
    let state: SystemState = "PAUSED";
    let moved: { readonly from: SystemState; readonly cause: unknown } | null = null;
    for (const { facts, seq, type } of events) {
      if (type === "state_changed") {
        moved = { from: state, cause: facts["cause"] };
        state = facts["to"] as SystemState;
      }
      const via = facts["command"] as Move;
      if ((type !== "command_run" && type !== "command_confirmed") || !MOVES.includes(via)) continue;
      const hasMoved = moved?.cause === via;
      const before: SystemState = hasMoved ? moved!.from : state;
      const isGuide = via === "recover" && facts["args"] === "";
      const should = !isGuide && nextState(before, { by: "person", role: "admin", via }).ok;
      if (should !== hasMoved)
        this.problems.push(`event ${seq}: /${via} in ${before} ${should ? "was lost" : "came twice"}`);
      moved = null;
    }
  }
}

function effectsOf(type: string, facts: LoggedEvent["facts"]): readonly string[] {
  switch (type) {
    case "lock_added":
    case "state_changed":
      return [`tag ${String(facts["reason"])}`];
    case "price_alert_added":
      return [`price ${String(facts["ticks"])}`];
    case "price_alert_removed":
      return [`lift alert ${String(facts["alertId"])}`];
    case "locks_lifted":
      return (facts["lockIds"] as readonly number[]).map((id) => `lift lock ${id}`);
    default:
      return [];
  }
}
