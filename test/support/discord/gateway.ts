/** The gateway as Discord speaks it: HELLO, IDENTIFY, heartbeats, RESUME with replay, and every way it can fail. */
import type { ServerWebSocket } from "bun";

export interface Connection {
  session: Session | null;
}
type Socket = ServerWebSocket<Connection>;

interface Session {
  readonly id: string;
  readonly frames: { readonly number: number; readonly text: string }[];
  socket: Socket | null;
}

export interface GatewayEvent {
  readonly at: number;
  /** What the client did, or how a connection ended: `close 4004`. */
  readonly what: "connect" | "identify" | "resume" | "heartbeat" | `close ${number}`;
}

interface House {
  now(): number;
  hasToken(token: unknown): boolean;
  ready(): Record<string, unknown>;
  guilds(): readonly Record<string, unknown>[];
  url(): string;
  fault(text: string): void;
  changed(): void;
}

const Op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;
const GUILDS_INTENT = 1;
/** After these there is no resuming; 1001 is not among them, since it is how our own going away looks. */
const FINAL_CODES = [1000, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014];

export class Gateway {
  heartbeatIntervalMs = 41_250;
  /** When false, the client finds itself on a dead connection. */
  acknowledgesHeartbeats = true;
  /** When true, HELLO is never sent. */
  isSilent = false;
  /** Every new connection is closed with this code before HELLO. */
  closesNewWith: number | null = null;
  /** What GET /gateway/bot tells; every IDENTIFY takes one. */
  readonly startLimit = { total: 1_000, remaining: 1_000, resetAfterMs: 86_400_000 };
  readonly log: GatewayEvent[] = [];
  readonly #house: House;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<string, Session>();
  #sessionCount = 0;

  constructor(house: House) {
    this.#house = house;
  }

  get url(): string {
    return this.#house.url();
  }

  /** Whether a client is identified and connected now. */
  get isConnected(): boolean {
    return [...this.#sessions.values()].some((session) => session.socket !== null);
  }

  open(socket: Socket): void {
    this.#sockets.add(socket);
    this.#note("connect");
    if (this.closesNewWith !== null) {
      socket.close(this.closesNewWith, "closed by the test");
      return;
    }
    if (this.isSilent) return;
    this.#send(socket, { op: Op.hello, d: { heartbeat_interval: this.heartbeatIntervalMs } });
  }

  closed(socket: Socket, code: number): void {
    this.#sockets.delete(socket);
    const { session } = socket.data;
    if (session?.socket === socket) session.socket = null;
    if (session !== null && FINAL_CODES.includes(code)) this.#sessions.delete(session.id);
    this.#note(`close ${code}`);
  }

  receive(socket: Socket, text: string | Buffer): void {
    let frame: { op?: unknown; d?: Record<string, unknown> };
    try {
      frame = JSON.parse(String(text)) as typeof frame;
    } catch {
      this.#refuse(socket, 4002, "a gateway frame that is not JSON");
      return;
    }
    switch (frame.op) {
      case Op.heartbeat:
        this.#note("heartbeat");
        if (this.acknowledgesHeartbeats) this.#send(socket, { op: Op.heartbeatAck });
        return;
      case Op.identify:
        this.#identify(socket, frame.d ?? {});
        return;
      case Op.resume:
        this.#resume(socket, frame.d ?? {});
        return;
      case Op.presence:
        if (socket.data.session === null) this.#refuse(socket, 4003, "a presence before IDENTIFY");
        return;
      default:
        this.#refuse(socket, 4001, `gateway opcode ${String(frame.op)}`);
    }
  }

  /** Tells every session, kept for replay where its connection is down; true when one was there to hear it. */
  dispatch(event: string, payload: unknown): boolean {
    for (const session of this.#sessions.values()) this.#tell(session, event, payload);
    return this.#sessions.size > 0;
  }

  closeAll(code: number): void {
    for (const socket of [...this.#sockets]) socket.close(code, "closed by the test");
  }

  requestReconnect(): void {
    for (const socket of this.#sockets) this.#send(socket, { op: Op.reconnect, d: null });
  }

  invalidateSessions(isResumable: boolean): void {
    for (const socket of this.#sockets) {
      const { session } = socket.data;
      if (!isResumable && session !== null) this.#sessions.delete(session.id);
      this.#send(socket, { op: Op.invalidSession, d: isResumable });
    }
  }

  #identify(socket: Socket, details: Record<string, unknown>): void {
    this.#note("identify");
    if (socket.data.session !== null) {
      this.#refuse(socket, 4005, "IDENTIFY twice");
      return;
    }
    if (!this.#house.hasToken(details["token"])) {
      socket.close(4004, "Authentication failed.");
      return;
    }
    const intents = details["intents"];
    if (typeof intents !== "number") {
      this.#refuse(socket, 4013, "IDENTIFY without intents");
      return;
    }
    if ((intents & ~GUILDS_INTENT) !== 0) {
      socket.close(4014, "Disallowed intent(s).");
      return;
    }
    if (this.startLimit.remaining <= 0) {
      this.#send(socket, { op: Op.invalidSession, d: false });
      return;
    }
    this.startLimit.remaining -= 1;
    this.#sessionCount += 1;
    const session: Session = { id: `session-${this.#sessionCount}`, frames: [], socket };
    socket.data.session = session;
    this.#sessions.set(session.id, session);
    const address = { session_id: session.id, resume_gateway_url: this.#house.url() };
    this.#tell(session, "READY", { v: 10, ...this.#house.ready(), ...address, shard: [0, 1] });
    for (const guild of this.#house.guilds()) this.#tell(session, "GUILD_CREATE", guild);
    this.#house.changed();
  }

  #resume(socket: Socket, details: Record<string, unknown>): void {
    this.#note("resume");
    if (!this.#house.hasToken(details["token"])) {
      socket.close(4004, "Authentication failed.");
      return;
    }
    const session = this.#sessions.get(String(details["session_id"]));
    if (session === undefined) {
      this.#send(socket, { op: Op.invalidSession, d: false });
      return;
    }
    const last = Number(details["seq"]);
    if (!(last <= session.frames.length)) {
      socket.close(4007, "Invalid seq.");
      return;
    }
    session.socket?.close(4000, "resumed elsewhere");
    session.socket = socket;
    socket.data.session = session;
    for (const frame of session.frames) if (frame.number > last) socket.send(frame.text);
    this.#tell(session, "RESUMED", {});
    this.#house.changed();
  }

  #tell(session: Session, event: string, payload: unknown): void {
    const number = session.frames.length + 1;
    const text = JSON.stringify({ op: Op.dispatch, t: event, s: number, d: payload });
    session.frames.push({ number, text });
    session.socket?.send(text);
  }

  #send(socket: Socket, frame: unknown): void {
    socket.send(JSON.stringify(frame));
  }

  #refuse(socket: Socket, code: number, what: string): void {
    this.#house.fault(`gateway: ${what}`);
    socket.close(code, what);
  }

  #note(what: GatewayEvent["what"]): void {
    this.log.push({ at: this.#house.now(), what });
    this.#house.changed();
  }
}
