/** One stay at Discord's gateway, from login until it cannot go on. Short interruptions within it are the library's to mend. */
import {
  Client,
  DiscordjsErrorCodes,
  Events,
  GatewayCloseCodes,
  GatewayIntentBits,
  SimpleShardingStrategy,
} from "discord.js";
import type { Clock } from "../../core/clock.ts";
import type { Facts } from "../../core/errors.ts";
import { factsOf, faultOf } from "./faults.ts";

export interface GatewayOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly warn: (message: string, facts: Facts) => void;
  /** Whatever Discord sent: unchecked. */
  readonly onInteraction: (interaction: unknown) => void;
  /** A new session has begun. */
  readonly onReady: (applicationId: string) => void;
  /** `detail` holds no secret. */
  readonly onStatus: (isConnected: boolean, detail: string) => void;
}

export interface GatewayEnd {
  /** Discord will not have this bot, however often it asks. */
  readonly isRefused: boolean;
  /** A sentence for people, without a secret. */
  readonly detail: string;
}

/** The library itself would wait, or begin again every half second, for ever. */
const PATIENCE_MS = 20_000;
const CLOSING_MS = 2_000;

const REFUSED_TOKEN =
  "Discord refuses the bot's token; reset it in Discord's developer portal and set DISCORD_BOT_TOKEN to the new one.";
const REFUSING_CODES: readonly number[] = [
  GatewayCloseCodes.InvalidShard,
  GatewayCloseCodes.ShardingRequired,
  GatewayCloseCodes.InvalidAPIVersion,
  GatewayCloseCodes.InvalidIntents,
  GatewayCloseCodes.DisallowedIntents,
];

/** The library's own manager of sockets, known only to the strategy that it is made with. */
type Sockets = ConstructorParameters<typeof SimpleShardingStrategy>[0];

export class GatewaySession {
  readonly #options: GatewayOptions;
  readonly #client: Client;
  readonly #ending = Promise.withResolvers<GatewayEnd>();
  #sockets: Sockets | null = null;
  #isOver = false;
  #isReady = false;
  #cancelPatience: (() => void) | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#client = new Client({
      intents: [GatewayIntentBits.Guilds],
      rest: { api: options.apiUrl, retries: 0 },
      ws: {
        buildStrategy: (sockets) => {
          this.#sockets = sockets;
          return new SimpleShardingStrategy(sockets);
        },
      },
    });
    this.#listen();
  }

  /** Whether commands could arrive at any time of it. */
  get wasReady(): boolean {
    return this.#isReady;
  }

  /** Resolves when it is over; never rejects. */
  async run(): Promise<GatewayEnd> {
    this.#loseNoPatience();
    this.#client.login(this.#options.token).catch((error: unknown) => this.#end(endOf(error)));
    const end = await this.#ending.promise;
    await this.#discard();
    return end;
  }

  close(): void {
    this.#end({ isRefused: false, detail: "closed" });
  }

  #listen(): void {
    const client = this.#client;
    client.on(Events.Raw, (packet: Packet) => {
      try {
        this.#take(packet);
      } catch (error) {
        // Thrown on, it would end the process.
        this.#options.warn("What Discord sent could not be taken.", factsOf(faultOf(error)));
      }
    });
    client.on(Events.ShardReconnecting, () => {
      if (this.#isOver) return;
      if (this.#isReady) this.#options.onStatus(false, "The connection broke; connecting again.");
      this.#loseNoPatience();
    });
    client.on(Events.ShardDisconnect, ({ code }) => this.#end(endOfCode(code)));
    // Without a listener an error would end the process.
    client.on(Events.Error, (error) =>
      this.#options.warn("Discord's library reported an error.", factsOf(faultOf(error))),
    );
  }

  #take(packet: Packet): void {
    const { t: event, d: data } = packet;
    if (event === "INTERACTION_CREATE") {
      // The library would read it too, and throws what it cannot read out of the socket, which ends the process.
      packet.t = null;
      if (!this.#isOver) this.#options.onInteraction(data);
    }
    if (this.#isOver || (event !== "READY" && event !== "RESUMED")) return;
    this.#cancelPatience?.();
    this.#cancelPatience = null;
    this.#isReady = true;
    this.#options.onStatus(true, "Connected.");
    const applicationId = event === "READY" ? data?.application?.id : undefined;
    if (applicationId !== undefined) this.#options.onReady(applicationId);
  }

  #loseNoPatience(): void {
    this.#cancelPatience ??= this.#options.clock.after(PATIENCE_MS, () =>
      this.#end({ isRefused: false, detail: "Discord cannot be reached (no connection in time)." }),
    );
  }

  #end(end: GatewayEnd): void {
    this.#isOver = true;
    this.#cancelPatience?.();
    this.#ending.resolve(end);
  }

  async #discard(): Promise<void> {
    // A socket that pauses between two tries would try again all the same: it asks this first, and gets no answer.
    if (this.#sockets !== null) this.#sockets.options.retrieveSessionInfo = () => new Promise(() => {});
    const { promise: patience, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(CLOSING_MS, resolve);
    await Promise.race([this.#client.destroy().catch(() => {}), patience]);
    cancel();
  }
}

/** As the gateway sends it; discord.js has no type for it. */
interface Packet {
  t: string | null;
  readonly d?: { readonly application?: { readonly id?: string } } | null;
}

function endOf(error: unknown): GatewayEnd {
  const isTokenRefused =
    error instanceof Error && "code" in error && error.code === DiscordjsErrorCodes.TokenInvalid;
  if (isTokenRefused) return { isRefused: true, detail: REFUSED_TOKEN };
  return { isRefused: false, detail: `Discord cannot be reached (${faultOf(error).words}).` };
}

function endOfCode(code: number): GatewayEnd {
  if (code === GatewayCloseCodes.AuthenticationFailed) return { isRefused: true, detail: REFUSED_TOKEN };
  if (!REFUSING_CODES.includes(code))
    return { isRefused: false, detail: `Discord closed the connection (${code}).` };
  const detail = `Discord refuses the bot (${code}); look at its settings in Discord's developer portal.`;
  return { isRefused: true, detail };
}
