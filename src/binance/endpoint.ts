/** What an address of the exchange may be: encrypted everywhere but on this machine, never with credentials, path or query in them. */
import { InputError } from "../core/errors.ts";

export const MARKET_DATA_REST_URL = "https://data-api.binance.vision";
export const MARKET_DATA_STREAM_URL = "wss://data-stream.binance.vision";

const SCHEMES = {
  rest: { encrypted: "https:", plain: "http:" },
  stream: { encrypted: "wss:", plain: "ws:" },
} as const;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The address as `scheme://host[:port]`; throws InputError when it may not be used. Never repeats the text: it may hold a secret. */
export function exchangeOrigin(text: string, kind: keyof typeof SCHEMES): string {
  const { encrypted, plain } = SCHEMES[kind];
  const url = URL.parse(text);
  if (url === null) {
    throw badAddress(`The exchange address is not a URL; give one such as ${encrypted}//host.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw badAddress("The exchange address must not hold a user name or password; leave them out.");
  }
  if (url.protocol !== encrypted && !(url.protocol === plain && LOOPBACK.test(url.hostname))) {
    throw badAddress(
      `The exchange address must begin with ${encrypted}// (${plain}// only for this machine itself).`,
    );
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw badAddress(`The exchange address must end after the host, as in ${encrypted}//${url.host}.`);
  }
  return `${url.protocol}//${url.host}`;
}

/** The symbol itself when it can stand in a request; throws InputError otherwise. */
export function exchangeSymbol(text: string): string {
  if (/^[A-Z0-9]{2,20}$/.test(text)) return text;
  throw new InputError("bad_symbol", "A symbol is written in capital letters and digits, such as BTCUSDT.");
}

const badAddress = (message: string): InputError => new InputError("bad_exchange_address", message);
