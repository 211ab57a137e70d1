// Preloaded before every test file: only loopback can be reached, anything else is refused at once and by name.
//
// What cannot be patched (Bun.fetch is read-only, Bun's own `undici` and `ws`) meets a proxy on a closed
// port instead, as does every child process that inherits this environment.
import net, { type NetConnectOpts } from "node:net";
import { closedProxy, isLoopback, NetworkBlockedError } from "./loopback.ts";

function refuseBeyondLoopback(route: string, host: string): void {
  if (!isLoopback(host)) throw new NetworkBlockedError(route, host);
}

function refuseUrlBeyondLoopback(route: string, address: string | URL): void {
  const url = new URL(address);
  if (["data:", "blob:", "file:"].includes(url.protocol)) return;
  refuseBeyondLoopback(route, url.hostname);
}

/** The host that `socket.connect(...)` would dial; undefined for a socket in the file system. */
function hostOfConnect(args: readonly unknown[]): string | undefined {
  // node:net hands its own normalised argument list on as one array.
  const list = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  const [first, second] = list;
  if (typeof first === "object" && first !== null) {
    const options = first as { path?: string | null; host?: string; port?: number | string };
    return options.path && options.port === undefined ? undefined : (options.host ?? "localhost");
  }
  if (typeof first === "string" && Number.isNaN(Number(first))) return undefined;
  return typeof second === "string" ? second : "localhost";
}

function guardFetch(): void {
  const realFetch = globalThis.fetch;
  const guarded = async (input: string | URL | Request, init?: BunFetchRequestInit): Promise<Response> => {
    if (!init?.unix) refuseUrlBeyondLoopback("fetch", input instanceof Request ? input.url : input);
    return realFetch(input, init);
  };
  globalThis.fetch = Object.assign(guarded, { preconnect: realFetch.preconnect });
}

function guardWebSocket(): void {
  const RealWebSocket = globalThis.WebSocket;
  globalThis.WebSocket = new Proxy(RealWebSocket, {
    construct(target, args, newTarget) {
      refuseUrlBeyondLoopback("WebSocket", args[0] as string | URL);
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
}

function guardSockets(): void {
  const realConnect = net.Socket.prototype.connect as (...args: unknown[]) => net.Socket;
  const guarded = function (this: net.Socket, ...args: [NetConnectOpts]): net.Socket {
    const host = hostOfConnect(args);
    if (host !== undefined) refuseBeyondLoopback("node:net connect", host);
    return realConnect.apply(this, args);
  };
  net.Socket.prototype.connect = guarded as typeof net.Socket.prototype.connect;

  const realBunConnect = Bun.connect as (options: { hostname?: string; unix?: string }) => unknown;
  Bun.connect = (async (options: { hostname?: string; unix?: string }) => {
    if (options.unix === undefined) refuseBeyondLoopback("Bun.connect", options.hostname ?? "localhost");
    return realBunConnect(options);
  }) as typeof Bun.connect;
}

function closeProxies(): void {
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]) {
    process.env[name] = closedProxy;
    process.env[name.toLowerCase()] = closedProxy;
  }
  process.env["NO_PROXY"] = process.env["no_proxy"] = "localhost,127.0.0.1,::1";
}

// --no-isolate shares one global between files: guard it once.
const marker = Symbol.for("countersign.network-guard");
const marked = globalThis as { [marker]?: true };
if (!marked[marker]) {
  marked[marker] = true;
  guardFetch();
  guardWebSocket();
  guardSockets();
  closeProxies();
}
