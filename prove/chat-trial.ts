/** One bot and the people around it while it is killed again and again: what they do, where each kill falls, and what arrived. */
import type { Random } from "../src/core/random.ts";
import { fault } from "../test/support/telegram/faults.ts";
import { Arrivals, type Chat } from "./arrivals.ts";
import { ChatDeeds } from "./chat-deeds.ts";
import { ChatRecord } from "./chat-record.ts";
import type { TwoPlatforms } from "./two-platforms.ts";

/** On each platform; of them so many act in a burst, beside the guide. */
export const PEOPLE = 13;
const ACTING = 4;
/** Within this the deeds of a burst begin. */
const BURST_MS = 100;
const LONGEST_DELAY_MS = 30;

/** Where kills fell; one may fall between several commands' steps. */
export const STEPS = {
  starting: 0,
  beforeReceipt: 0,
  betweenReceiptAndEffect: 0,
  betweenEffectAndAnswer: 0,
  betweenAnswerAndRecord: 0,
  afterAll: 0,
};

export class ChatTrial {
  readonly platforms: TwoPlatforms;
  readonly record: ChatRecord;
  readonly deeds: ChatDeeds;
  readonly problems: string[] = [];
  readonly steps = { ...STEPS };
  /** Answers that the platform took and the bot did not write down, in each chat: each arrives once more. */
  readonly #twice = new Map<Chat, number>();
  readonly #arrivals: Arrivals;
  readonly #random: Random;
  #lastReceivedId = 0;

  constructor(platforms: TwoPlatforms, random: Random) {
    this.platforms = platforms;
    this.record = new ChatRecord(platforms.path);
    this.deeds = new ChatDeeds(platforms, random);
    this.#arrivals = new Arrivals(platforms);
    this.#random = random;
  }

  get answeredTwice(): number {
    return [...this.#twice.values()].reduce((sum, times) => sum + times, 0);
  }

  /** People act at instants of their own, on a network that is now and then slow. */
  async burst(round: number, during: "life" | "start"): Promise<void> {
    const { discord, telegram } = this.platforms;
    const situation = { state: this.record.state(), priceAlerts: this.record.waitingPriceAlerts() };
    this.#slowDown();
    const deeds = Array.from({ length: ACTING }, (_, at) => 1 + ((round * ACTING + at) % (PEOPLE - 1)));
    const all = [0, ...deeds].flatMap((place) => [
      () => this.deeds.onTelegram(place, situation),
      ...(during === "life" ? [() => this.deeds.onDiscord(place, situation)] : []),
    ]);
    const instants = all.map((act) => ({ act, at: during === "start" ? 0 : this.#random.next() * BURST_MS }));
    const startedAt = performance.now();
    for (const { act, at } of instants.toSorted((a, b) => a.at - b.at)) {
      await Bun.sleep(Math.max(0, startedAt + at - performance.now()));
      // The kill may have come meanwhile.
      if (during === "life" && !discord.gateway.isConnected && !telegram.isPolled) return;
      act();
    }
  }

  /** Whether everything done since has its answer. */
  areAnswered(before: number): boolean {
    const rows = this.record.received(this.#lastReceivedId).filter(({ due, sent }) => due === 0 && sent > 0);
    return rows.length >= this.deeds.done.slice(before).filter(({ kind }) => kind !== "opening").length;
  }

  /** Holds what arrived against what is written down, right after a kill. */
  look(round: number, before: number, isStarting: boolean): void {
    const deeds = this.deeds.done.slice(before);
    const rows = this.record.received(this.#lastReceivedId);
    const received = new Set(rows.map(({ platform, updateId }) => `${platform} ${updateId}`));
    const isAnyNew = this.#compare(round);
    const hits = {
      starting: isStarting,
      beforeReceipt: deeds.some(({ platform, updateId }) => !received.has(`${platform} ${updateId}`)),
      betweenReceiptAndEffect: rows.some(({ status }) => status === "waiting"),
      betweenEffectAndAnswer: rows.some(({ due }) => due > 0),
      betweenAnswerAndRecord: isAnyNew,
    };
    for (const [step, isHit] of Object.entries(hits)) if (isHit) this.steps[step as keyof typeof STEPS] += 1;
    if (!Object.values(hits).includes(true)) this.steps.afterAll += 1;
    this.#lastReceivedId = rows.at(-1)?.id ?? this.#lastReceivedId;
  }

  /** Whether the platform took an answer that is not written down, beyond those known already. */
  #compare(round: number): boolean {
    const sent = this.record.sent();
    const due = this.record.due();
    let isAnyNew = false;
    for (const [chat, arrived] of this.#arrivals.counts()) {
      const known = this.#twice.get(chat) ?? 0;
      const now = arrived - (sent.get(chat) ?? 0);
      if (now === known) continue;
      if (now < known)
        this.problems.push(`kill ${round}: ${known - now} written down as sent and never sent to ${chat}`);
      else if (now > known + 1)
        this.problems.push(`kill ${round}: ${now - known} sent to ${chat} at once without a record`);
      else if ((due.get(chat) ?? 0) === 0)
        this.problems.push(`kill ${round}: sent twice to ${chat} without need`);
      isAnyNew = true;
      this.#twice.set(chat, now);
    }
    for (const [chat, count] of sent) {
      if (!this.#arrivals.counts().has(chat))
        this.problems.push(`kill ${round}: ${count} never sent to ${chat}`);
    }
    return isAnyNew;
  }

  #slowDown(): void {
    const { discord, telegram } = this.platforms;
    telegram.clearFaults();
    discord.heal();
    if (this.#random.next() < 0.5) return;
    const delayMs = () => Math.ceil(this.#random.next() * LONGEST_DELAY_MS);
    for (const method of ["sendMessage", "editMessageText", "answerCallbackQuery"] as const)
      telegram.fail(method, fault.slow(delayMs()), Infinity);
    for (const route of [
      "PATCH /webhooks/*/*/messages/*",
      "POST /channels/*/messages",
      "PATCH /channels/*/messages/*",
      "POST /interactions/*/*/callback",
    ])
      discord.fail(route, { kind: "slow", delayMs: delayMs() }, Infinity);
  }
}
