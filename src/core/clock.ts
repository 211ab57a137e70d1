/** The one source of time. Rooms that compute get instants as arguments; rooms that wait get this port. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `run` once, `delayMs` from now (at once when 0 or less); the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
  /** Resolves `delayMs` from now; rejects with the signal's reason when aborted before. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}
