/** What a client may ask over a stream's own connection: subscribe, unsubscribe, list, and the combined shape. */

export interface Subscriber {
  /** Whether frames come wrapped as `{"stream": …, "data": …}`. */
  isCombined: boolean;
  readonly streams: Set<string>;
}

/** The exchange's limit for one connection. */
const MOST_STREAMS = 1024;

const error = (code: number, msg: string, id: unknown = null): string =>
  JSON.stringify({ error: { code, msg }, id });

/** Applies a request to its subscriber and returns the reply's text. Names nobody sends are accepted and stay silent, as on the exchange. */
export function streamRequest(message: string, subscriber: Subscriber): string {
  let request: unknown;
  try {
    request = JSON.parse(message);
  } catch {
    return error(3, "Invalid JSON: the message could not be read");
  }
  if (typeof request !== "object" || request === null)
    return error(2, "Invalid request: request must be an object");
  const { method, params, id = null } = request as Record<string, unknown>;
  const idIsFit = id === null || Number.isSafeInteger(id) || typeof id === "string";
  if (!idIsFit) return error(2, "Invalid request: request ID must be an unsigned integer or a string");
  switch (method) {
    case "SUBSCRIBE":
    case "UNSUBSCRIBE":
      return change(method, params, subscriber, id);
    case "LIST_SUBSCRIPTIONS":
      return JSON.stringify({ result: [...subscriber.streams], id });
    case "SET_PROPERTY":
      if (!Array.isArray(params) || params[0] !== "combined" || typeof params[1] !== "boolean") {
        return error(2, "Invalid request: expected the property 'combined' and a boolean", id);
      }
      subscriber.isCombined = params[1];
      return JSON.stringify({ result: null, id });
    case "GET_PROPERTY":
      return JSON.stringify({ result: subscriber.isCombined, id });
    default:
      return error(2, `Invalid request: unknown method ${JSON.stringify(method) ?? "(none)"}`, id);
  }
}

function change(method: string, params: unknown, subscriber: Subscriber, id: unknown): string {
  if (!Array.isArray(params) || params.length === 0 || !params.every((name) => typeof name === "string")) {
    return error(2, "Invalid request: params must be a list of stream names", id);
  }
  const { streams } = subscriber;
  if (method === "UNSUBSCRIBE") for (const name of params) streams.delete(name);
  else if (new Set([...streams, ...params]).size > MOST_STREAMS) {
    return error(2, `Invalid request: at most ${MOST_STREAMS} streams a connection`, id);
  } else for (const name of params) streams.add(name);
  return JSON.stringify({ result: null, id });
}
