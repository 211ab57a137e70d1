/** A Telegram on loopback for tests: the Bot API over HTTP, refusing what Telegram refuses, with people to act and faults to order. */
import type { Server } from "bun";
import type { BotCommand, UserFromGetMe } from "grammy/types";
import { BotApiRefusal, badRequest, tooManyRequests } from "./bot-api-refusal.ts";
import {
  type BotMethod,
  carryOut,
  isBotMethod,
  isRateLimited,
  type MethodRooms,
  methodNotFound,
  unknownParameters,
} from "./bot-methods.ts";
import { type Call, readCall } from "./call.ts";
import { CallbackQueries } from "./callback-queries.ts";
import { CommandMenu } from "./command-menu.ts";
import { cutOff, type Fault, FaultOrders } from "./faults.ts";
import { MessageMethods } from "./message-methods.ts";
import { RateLimit } from "./rate-limit.ts";
import { Rooms, unauthorized } from "./rooms.ts";
import { ServerTime, type TimeSource } from "./server-time.ts";
import { TelegramPeople } from "./telegram-people.ts";
import { UpdateQueue, webhookIsActive } from "./update-queue.ts";
import { Webhook } from "./webhook.ts";

export interface FakeTelegramOptions {
  readonly token: string;
  /** The server's clock, on which rates, ages and dates are measured; real time at `speed` when left out. */
  readonly clock?: TimeSource;
  /** How many times faster than real time the server waits (long polls, delays). */
  readonly speed?: number;
  readonly callbackLifetimeMs?: number;
  readonly webhookTimeoutMs?: number;
  readonly webhookRetryMs?: number;
}

export interface AcceptedCall {
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Server time, epoch milliseconds. */
  readonly at: number;
}

export interface RefusedCall extends AcceptedCall {
  readonly code: number;
  readonly description: string;
}

export class FakeTelegram extends TelegramPeople {
  /** Every call that was carried out, in order, without getUpdates. */
  readonly history: AcceptedCall[] = [];
  /** Every call that was refused, by the rules or by an ordered fault. */
  readonly refusals: RefusedCall[] = [];
  /** What a bot should never do but Telegram lets pass, such as unknown parameters: tests expect it to stay empty. */
  readonly faults: string[] = [];
  readonly time: ServerTime;
  readonly rateLimit: RateLimit;
  readonly me: UserFromGetMe;
  protected readonly rooms: Rooms;
  protected readonly updates: UpdateQueue;
  protected readonly queries: CallbackQueries;
  readonly #token: string;
  readonly #methods: MethodRooms;
  readonly #orders = new FaultOrders();
  readonly #webhook: Webhook;
  #server: Server<undefined> | null = null;
  #port = 0;

  static start(options: FakeTelegramOptions): FakeTelegram {
    const fake = new FakeTelegram(options);
    fake.acceptConnections();
    return fake;
  }

  private constructor(options: FakeTelegramOptions) {
    super();
    const { token, callbackLifetimeMs = 15_000, webhookTimeoutMs = 10_000, webhookRetryMs = 50 } = options;
    this.#token = token;
    this.time = new ServerTime(options);
    this.me = botUser(Number(/^\d+/.exec(token)?.[0] ?? 1));
    this.rooms = new Rooms(this.me, this.time);
    this.rateLimit = new RateLimit(this.time);
    this.queries = new CallbackQueries(this.time, callbackLifetimeMs);
    const onChange = () => {
      this.#webhook.pump();
      this.happenings.announce();
    };
    this.updates = new UpdateQueue(this.time, onChange);
    const timing = { timeoutMs: webhookTimeoutMs, retryMs: webhookRetryMs };
    this.#webhook = new Webhook(this.updates, this.time, timing, onChange);
    this.#methods = {
      me: this.me,
      rooms: this.rooms,
      messages: new MessageMethods(this.rooms, this.time, (what) => this.faults.push(what)),
      queries: this.queries,
      menu: new CommandMenu(this.rooms),
      webhook: this.#webhook,
    };
  }

  /** For `new Bot(token, { client: { apiRoot } })`. */
  get apiRoot(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How often the bot was told to slow down, by the rate limit or by an ordered fault. */
  get count429(): number {
    return this.refusals.filter(({ code }) => code === 429).length;
  }

  /** Command lists by scope: `default`, `chat:7`, `chat_member:-5:7`, `default@de`. */
  get commands(): ReadonlyMap<string, readonly BotCommand[]> {
    return this.#methods.menu.byScope;
  }

  /** The commands a person is offered in a chat. */
  menuSeenBy(userId: number, chatId: number): readonly BotCommand[] {
    return this.#methods.menu.seenBy(userId, chatId);
  }

  /** Updates the bot has not confirmed. */
  get pendingCount(): number {
    return this.updates.size;
  }

  get pollCount(): number {
    return this.updates.pollCount;
  }

  /** Whether a long poll waits now. */
  get isPolled(): boolean {
    return this.updates.isPolled;
  }

  get webhookAttempts(): number {
    return this.#webhook.attempts;
  }

  /** The calls carried out of one method. */
  calls(method: string): AcceptedCall[] {
    return this.history.filter((call) => call.method === method);
  }

  /** The next `times` calls of a method ("*": of any but getUpdates) meet the fault; what was asked for first comes first. */
  fail(method: BotMethod | "*", fault: Fault, times = 1): void {
    this.#orders.add(method, fault, times);
  }

  clearFaults(): void {
    this.#orders.clear();
  }

  get hangingCount(): number {
    return this.#orders.hangingCount;
  }

  /** Cuts every connection that hangs. */
  release(): void {
    this.#orders.release();
  }

  /** Stops listening and cuts what is open; chats and updates stay. */
  refuseConnections(): void {
    const server = this.#server;
    this.#server = null;
    this.updates.hangUp();
    this.release();
    void server?.stop(true);
  }

  /** Listens, always on the same port. */
  acceptConnections(): void {
    this.#server ??= Bun.serve({
      hostname: "127.0.0.1",
      port: this.#port,
      idleTimeout: 0,
      fetch: (request) => this.#respond(request),
    });
    this.#port = this.#server.port!;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#webhook.stop();
    this.refuseConnections();
    await server?.stop(true);
  }

  async #respond(request: Request): Promise<Response> {
    try {
      const [, token, method] = /^\/bot([^/]+)\/([^/]+)$/.exec(new URL(request.url).pathname) ?? [];
      if (token === undefined || method === undefined) throw new BotApiRefusal(404, "Not Found");
      if (decodeURIComponent(token) !== this.#token) throw unauthorized();
      if (!isBotMethod(method)) {
        this.faults.push(`unknown method ${method}`);
        throw methodNotFound();
      }
      const call = await readCall(method, request);
      for (const name of unknownParameters(method, call))
        this.faults.push(`${method}: unknown parameter ${name}`);
      return await this.#meetFault(method, call, request.signal);
    } catch (error) {
      return answered(this.#refusal(error));
    }
  }

  async #meetFault(method: BotMethod, call: Call, signal: AbortSignal): Promise<Response> {
    const fault = this.#orders.take(method);
    if (fault === undefined) return answered(await this.#outcome(method, call, signal));
    if (fault.kind === "slow") {
      const outcome = await this.#outcome(method, call, signal);
      await new Promise<void>((resolve) => this.time.after(fault.delayMs, resolve));
      return answered(outcome);
    }
    const truth = fault.hasEffect ? await this.#outcome(method, call, signal) : { ok: true, result: true };
    if (fault.kind === "refuse") {
      if (!fault.hasEffect) this.#noteRefusal(call, fault.refusal);
      return answered(refused(fault.refusal));
    }
    if (!fault.hasEffect) this.#noteRefusal(call, new BotApiRefusal(0, fault.kind));
    const body = JSON.stringify(truth);
    const half = body.slice(0, Math.ceil(body.length / 2));
    if (fault.kind === "malformed") return new Response(half, { headers: JSON_BODY });
    if (fault.kind === "reset") return cutOff(half);
    const hanging = this.#orders.hang(signal);
    this.happenings.announce();
    await hanging;
    return cutOff("");
  }

  /** The true answer to a call, with its effect; getUpdates has none but the confirmation. */
  async #outcome(method: BotMethod, call: Call, signal: AbortSignal): Promise<Answer> {
    try {
      if (method === "getUpdates") {
        if (this.#webhook.isSet) throw webhookIsActive();
        return { ok: true, result: await this.updates.getUpdates(call, signal) };
      }
      const chatId = isRateLimited(method) ? call.integer("chat_id") : undefined;
      const retryAfter = chatId === undefined ? 0 : this.rateLimit.retryAfter(chatId);
      if (retryAfter > 0) throw tooManyRequests(retryAfter);
      const result = carryOut(method, call, this.#methods);
      if (chatId !== undefined) this.rateLimit.note(chatId);
      this.history.push({ method, parameters: call.parameters, at: this.time.now() });
      this.happenings.announce();
      return { ok: true, result };
    } catch (error) {
      const answer = this.#refusal(error);
      this.#noteRefusal(call, new BotApiRefusal(answer.error_code, answer.description));
      return answer;
    }
  }

  #noteRefusal({ method, parameters }: Call, { code, description }: BotApiRefusal): void {
    this.refusals.push({ method, parameters, at: this.time.now(), code, description });
    this.happenings.announce();
  }

  /** A refusal as it is answered; any other error is the fake's own and shows as a fault. */
  #refusal(error: unknown): Refused {
    if (error instanceof BotApiRefusal) return refused(error);
    this.faults.push(`the fake itself failed: ${String(error)}`);
    return refused(badRequest("the fake itself failed"));
  }
}

type Refused = { ok: false; error_code: number; description: string };
type Answer = { ok: true; result: unknown } | Refused;

const JSON_BODY = { "content-type": "application/json" };

const refused = ({ code, description, parameters }: BotApiRefusal): Refused => ({
  ok: false,
  error_code: code,
  description,
  ...(parameters ? { parameters } : {}),
});

const answered = (answer: Answer): Response =>
  Response.json(answer, { status: answer.ok ? 200 : answer.error_code });

const botUser = (id: number): UserFromGetMe => ({
  id,
  is_bot: true,
  first_name: "Countersign",
  username: "countersign_bot",
  can_join_groups: true,
  can_read_all_group_messages: true,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
});
