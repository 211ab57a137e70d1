/** The one port on which REST, gateway and attachments are reached; it can go away and come back. */
import type { Server } from "bun";
import type { Connection, Gateway } from "./gateway.ts";

interface House {
  rest(request: Request): Promise<Response>;
  /** The bytes behind an attachment's address. */
  file(path: string): { readonly bytes: Uint8Array; readonly contentType: string } | undefined;
  readonly gateway: Gateway;
}

export class Listener {
  readonly #house: House;
  #server: Server<Connection> | null = null;
  #port = 0;

  constructor(house: House) {
    this.#house = house;
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  open(): void {
    const { gateway } = this.#house;
    this.#server ??= Bun.serve<Connection>({
      ...{ hostname: "127.0.0.1", port: this.#port, idleTimeout: 0, development: false },
      fetch: (request, server) => this.#answer(request, server),
      websocket: {
        open: (socket) => gateway.open(socket),
        message: (socket, text) => gateway.receive(socket, text),
        close: (socket, code) => gateway.closed(socket, code),
      },
    });
    this.#port = this.#server.port ?? 0;
  }

  /** Breaks every connection; the port stays ours. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.stop(true);
  }

  #answer(request: Request, server: Server<Connection>): Response | Promise<Response> | undefined {
    const { pathname } = new URL(request.url);
    if (pathname === "/" && server.upgrade(request, { data: { session: null } })) return undefined;
    if (!pathname.startsWith("/attachments/")) return this.#house.rest(request);
    const file = this.#house.file(pathname);
    if (file === undefined) return new Response("This content is no longer available.", { status: 404 });
    return new Response(new Uint8Array(file.bytes), { headers: { "content-type": file.contentType } });
  }
}
