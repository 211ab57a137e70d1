/** A Discord on loopback: REST and gateway with Discord's own rules and limits, people to act as, and troubles to ask for. */
import { SystemClock } from "../../../src/clock.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { Acting } from "./acting.ts";
import { Changes } from "./changes.ts";
import { CommandRegistry, type RegisteredCommand, type Registration } from "./command-registry.ts";
import { Gateway } from "./gateway.ts";
import type { Choice, Interaction } from "./interaction.ts";
import { InteractionDesk } from "./interaction-desk.ts";
import { Listener } from "./listener.ts";
import { Messages } from "./messages.ts";
import { RateLimits } from "./rate-limits.ts";
import { type Call, Rest } from "./rest.ts";
import { discordRoutes } from "./routes.ts";
import { type SeenMessage, seen } from "./seen-message.ts";
import { Snowflakes } from "./snowflakes.ts";
import { type Trouble, Troubles } from "./troubles.ts";
import { type Channel, type Guild, type Person, World, wireChannel, wireGuild, wireUser } from "./world.ts";

interface Settings {
  readonly token: string;
  /** The server's clock; real time when left out. */
  readonly clock?: Clock;
  /** How many times faster than real time that clock runs (default 1). */
  readonly speed?: number;
}

const WAIT_MS = 5_000;

export class FakeDiscord {
  /** What the bot did that no correct client of Discord does; tests expect it to be empty. */
  readonly faults: string[] = [];
  readonly world: World;
  readonly gateway: Gateway;
  readonly rateLimits: RateLimits;
  /** What `/interactions/…/callback` and its webhooks go by. */
  readonly desk: InteractionDesk;
  /** What the bot has to log in with; changed at run time it is a revoked token. */
  token: string;
  readonly #clock: Clock;
  #movedMs = 0;
  readonly #changes = new Changes();
  readonly #troubles = new Troubles();
  readonly #messages: Messages;
  readonly #commands: CommandRegistry;
  readonly #acting: Acting;
  readonly #rest: Rest;
  readonly #listener: Listener;
  readonly #handedOut = new Set<string>();

  static start(settings: Settings): FakeDiscord {
    const fake = new FakeDiscord(settings);
    fake.acceptConnections();
    return fake;
  }

  private constructor({ token, speed = 1, clock = new SystemClock({ speed }) }: Settings) {
    this.token = token;
    this.#clock = clock;
    const now = () => this.now();
    const changed = () => this.#changes.announce();
    const fault = (text: string) => void this.faults.push(text);
    const hasToken = (candidate: unknown) => candidate === this.token;
    const ids = new Snowflakes(now);
    const world = new World(ids);
    const messages = new Messages(ids, now, () => `http://${this.#listener.host}`);
    const desk = new InteractionDesk(world, messages, now, this.#changes);
    const commands = new CommandRegistry(ids, now);
    const limits = new RateLimits(now, speed);
    const gateway = new Gateway({
      ...{ now, fault, changed, hasToken },
      url: () => `ws://${this.#listener.host}`,
      ready: () => readyPayload(world),
      guilds: () => guildsOf(world).map((guild) => wireGuild(guild, world)),
    });
    const routes = discordRoutes({ world, messages, desk, commands, gateway });
    this.#rest = new Rest(routes, { limits, troubles: this.#troubles, now, hasToken, fault, changed });
    this.#acting = new Acting({
      ...{ world, messages, commands, ids, now, changes: this.#changes, interactions: desk.all },
      dispatch: (event, payload) => this.dispatch(event, payload),
    });
    this.#listener = new Listener({
      gateway,
      rest: (request) => this.#rest.answer(request),
      file: (path) => messages.file(path),
    });
    this.world = world;
    this.gateway = gateway;
    this.rateLimits = limits;
    this.desk = desk;
    this.#messages = messages;
    this.#commands = commands;
  }

  /** What discord.js takes as `rest.api`. */
  get api(): string {
    return `http://${this.#listener.host}/api`;
  }

  now(): number {
    return this.#clock.now() + this.#movedMs;
  }

  /** Moves the server's clock alone: interactions grow old, limits open again. */
  advance(byMs: number): void {
    this.#movedMs += byMs;
    this.#changes.announce();
  }

  async stop(): Promise<void> {
    this.#changes.stop();
    await this.refuseConnections();
  }

  // World: what is made while the bot is connected is told to it.

  guild(details: { id?: string; name: string }): Guild {
    const guild = this.world.guild(details);
    this.dispatch("GUILD_CREATE", wireGuild(guild, this.world));
    return guild;
  }

  channel(guild: Guild, name: string, id?: string): Channel {
    const channel = this.world.channel(guild, name, id);
    this.dispatch("CHANNEL_CREATE", wireChannel(channel));
    return channel;
  }

  thread(parent: Channel, name: string, id?: string): Channel {
    const thread = this.world.thread(parent, name, id);
    this.dispatch("THREAD_CREATE", wireChannel(thread));
    return thread;
  }

  person(details: { id?: string; username?: string; isBot?: boolean } = {}): Person {
    return this.world.person(details);
  }

  directChannel(person: Person): Channel {
    return this.world.directChannel(person);
  }

  deleteChannel(channel: Channel): void {
    channel.isDeleted = true;
    this.dispatch(channel.kind === "thread" ? "THREAD_DELETE" : "CHANNEL_DELETE", wireChannel(channel));
  }

  kickBot(guild: Guild): void {
    guild.hasBot = false;
    this.dispatch("GUILD_DELETE", { id: guild.id });
  }

  /** An administrator deletes it; with the Guilds intent alone the bot is not told. */
  deleteMessage(messageId: string): void {
    const message = this.#messages.find(messageId);
    if (message !== undefined) this.#messages.delete(message);
    this.#changes.announce();
  }

  // Acting as people

  command(...deed: Parameters<Acting["command"]>): Interaction {
    return this.#acting.command(...deed);
  }

  press(...deed: Parameters<Acting["press"]>): Interaction {
    return this.#acting.press(...deed);
  }

  submitModal(...deed: Parameters<Acting["submitModal"]>): Interaction {
    return this.#acting.submitModal(...deed);
  }

  /** What is offered while the person types `partial` into the option. */
  autocomplete(...deed: Parameters<Acting["autocomplete"]>): Promise<readonly Choice[]> {
    return this.#acting.autocomplete(...deed).choices();
  }

  /** The same interaction a second time, as after a replay. */
  redeliver(interaction: Interaction): void {
    this.dispatch("INTERACTION_CREATE", interaction.facts.payload);
  }

  /** Any event with any payload; false when no session was there to be told. */
  dispatch(event: string, payload: unknown): boolean {
    return this.gateway.dispatch(event, payload);
  }

  // Troubles

  /** `routePattern` is such as `PATCH /channels/…/messages/…` with a star for a segment; `times` may be Infinity. */
  fail(routePattern: string, trouble: Trouble, times = 1): void {
    this.#troubles.plan(routePattern, trouble, times);
  }

  /** Ends every planned trouble and lets hanging requests go. */
  heal(): void {
    this.#troubles.clear();
    this.#troubles.release();
  }

  /** REST and gateway are gone: connections break, new ones are refused. */
  async refuseConnections(): Promise<void> {
    this.#troubles.release();
    await this.#listener.close();
  }

  /** Listens again, on the same port. */
  acceptConnections(): void {
    this.#listener.open();
  }

  closeGateways(code: number): void {
    this.gateway.closeAll(code);
  }

  /** New connections get no HELLO until it is called with false. */
  hangGateway(isHanging = true): void {
    this.gateway.isSilent = isHanging;
  }

  // Looking

  /** Every call, refused ones too, oldest first. */
  get calls(): readonly Call[] {
    return this.#rest.calls;
  }

  /** The calls that were carried out. */
  get history(): readonly Call[] {
    return this.calls.filter((call) => call.hasEffect);
  }

  get count429(): number {
    return this.calls.filter((call) => call.status === 429).length;
  }

  get interactions(): readonly Interaction[] {
    return this.desk.all;
  }

  get registrations(): readonly Registration[] {
    return this.#commands.registrations;
  }

  commands(guildId: string | null = null): readonly RegisteredCommand[] {
    return this.#commands.list(guildId);
  }

  /** What everyone in the channel sees now, oldest first. */
  messages(channelId: string): SeenMessage[] {
    const stored = this.#messages.in(channelId).filter((message) => message.ephemeralFor === null);
    return stored.map(seen);
  }

  /** What this person alone sees, in any channel. */
  ephemeral(personId: string): SeenMessage[] {
    const stored = this.#messages.all();
    return stored.filter((one) => !one.isDeleted && one.ephemeralFor?.id === personId).map(seen);
  }

  /** The channel's oldest message that was not handed out before; waits for one when there is none. */
  async nextMessage(channelId: string, timeoutMs = WAIT_MS): Promise<SeenMessage> {
    const probe = () => {
      const isNew = (message: SeenMessage) => !message.isThinking && !this.#handedOut.has(message.id);
      const next = this.messages(channelId).find(isNew);
      if (next !== undefined) this.#handedOut.add(next.id);
      return next;
    };
    return this.#changes.waitFor(probe, timeoutMs, `a message in channel ${channelId}`);
  }

  /** Asks again at every change, and every 20 ms for what changes elsewhere; resolves with the first value that is not undefined, null or false. */
  waitFor<Value>(probe: () => Value | undefined | null | false, timeoutMs = WAIT_MS): Promise<Value> {
    return this.#changes.waitFor(probe, timeoutMs, String(probe));
  }

  /** The bot is identified and connected. */
  async connected(timeoutMs = WAIT_MS): Promise<void> {
    await this.#changes.waitFor(() => this.gateway.isConnected, timeoutMs, "the bot to connect");
  }
}

const guildsOf = (world: World): Guild[] => [...world.guilds.values()].filter((guild) => guild.hasBot);

const readyPayload = (world: World) => ({
  user: { ...wireUser(world.bot), verified: true, mfa_enabled: true, email: null },
  application: { id: world.bot.id, flags: 0 },
  guilds: guildsOf(world).map((guild) => ({ id: guild.id, unavailable: true })),
});
