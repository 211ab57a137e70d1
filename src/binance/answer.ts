/** From an HTTP answer to the payload: bounded in size, and told apart into refused, failed and unreadable. */
import { BadPayloadError, ExchangeFailedError, ExchangeRefusedError } from "./errors.ts";
import { refusalSchema } from "./schemas.ts";

/** 1,000 klines are 0.2 MB, 5,000 levels 0.3 MB, exchangeInfo of one symbol 4 kB; a compressed bomb is cut here. */
const LONGEST_BODY_BYTES = 8 * 1024 * 1024;
const LONGEST_MESSAGE = 200;

/** The body as text; throws BadPayloadError when it is longer than any answer we ask for. */
export async function readBody(response: Response, endpoint: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > LONGEST_BODY_BYTES) throw new BadPayloadError(endpoint, "", "longer than 8 MiB");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The parsed body of a 2xx; throws ExchangeFailedError for 5xx, ExchangeRefusedError for the rest, BadPayloadError when not JSON. */
export function payloadOf(status: number, text: string, endpoint: string): unknown {
  if (status >= 200 && status < 300) return parseJson(text, endpoint);
  const refusal = refusalOf(text);
  const message = refusal?.msg.slice(0, LONGEST_MESSAGE) ?? "not in the exchange's own words";
  const Failure = status >= 500 ? ExchangeFailedError : ExchangeRefusedError;
  throw new Failure(endpoint, status, refusal?.code ?? null, message);
}

/** The instant (the exchange's clock, epoch ms) that a ban's text names: "… IP banned until 1570165436000 …". */
export function banNamedIn(text: string): number | null {
  const named = /banned until (\d{13})\b/.exec(text)?.[1];
  return named === undefined ? null : Number(named);
}

function parseJson(text: string, endpoint: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadPayloadError(endpoint, "", text === "" ? "empty" : "not JSON");
  }
}

function refusalOf(text: string): { code: number; msg: string } | null {
  try {
    return refusalSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
