/** How the exchange can fail us, one class a kind. None holds a URL, a query, a header or the library's own error: those may hold secrets. */
import { OutsideError } from "../core/errors.ts";

/** No complete answer arrived. For a request that only reads, nothing happened; for any other the outcome is unknown. */
export class ExchangeUnreachableError extends OutsideError {
  constructor(endpoint: string, reason: string) {
    super("exchange_unreachable", `The exchange gave no answer at ${endpoint}: ${reason}.`, {
      endpoint,
      reason,
    });
  }
}

/** An answer of 4xx: the exchange understood and refused. `exchangeCode` is null when it was not the exchange's own words (a firewall's page). */
export class ExchangeRefusedError extends OutsideError {
  constructor(
    endpoint: string,
    readonly status: number,
    readonly exchangeCode: number | null,
    exchangeMessage: string,
  ) {
    super("exchange_refused", `The exchange refused ${endpoint} (${status}): ${exchangeMessage}`, {
      endpoint,
      status,
      exchangeCode,
      exchangeMessage,
    });
  }
}

/** An answer of 5xx. */
export class ExchangeFailedError extends OutsideError {
  constructor(
    endpoint: string,
    readonly status: number,
    readonly exchangeCode: number | null,
    exchangeMessage: string,
  ) {
    super("exchange_failed", `The exchange failed at ${endpoint} (${status}): ${exchangeMessage}`, {
      endpoint,
      status,
      exchangeCode,
      exchangeMessage,
    });
  }
}

/** The exchange told us to keep away until `untilAt` (our clock, epoch ms); thrown without asking while that lasts. */
export class RateLimitedError extends OutsideError {
  constructor(
    endpoint: string,
    readonly untilAt: number,
    status: number | null,
  ) {
    super(
      "rate_limited",
      `The exchange wants no requests from this address until ${new Date(untilAt).toISOString()}.`,
      {
        endpoint,
        untilAt,
        status,
      },
    );
  }
}

/** Too many failures in a row: nothing is sent until `untilAt` (our clock, epoch ms), then one request probes. */
export class CircuitOpenError extends OutsideError {
  constructor(
    endpoint: string,
    readonly untilAt: number,
  ) {
    super("circuit_open", `Not asking ${endpoint}: the exchange failed too often and gets a pause.`, {
      endpoint,
      untilAt,
    });
  }
}

/** The answer is not what the exchange documents; `path` names the field, as in `[3][4]` or `symbols[0].filters[1].tickSize`. */
export class BadPayloadError extends OutsideError {
  constructor(
    endpoint: string,
    readonly path: string,
    problem: string,
  ) {
    super("bad_payload", `Bad answer of the exchange at ${endpoint}, field ${path || "(all)"}: ${problem}.`, {
      endpoint,
      path,
      problem,
    });
  }
}
