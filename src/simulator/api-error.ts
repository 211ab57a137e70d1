/** An answer in the exchange's error shape, `{"code": -1121, "msg": "Invalid symbol."}`, with its HTTP status. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly retryAfterSeconds: number | null;

  constructor(code: number, message: string, status = 400, retryAfterSeconds: number | null = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  body(): string {
    return JSON.stringify({ code: this.code, msg: this.message });
  }
}
