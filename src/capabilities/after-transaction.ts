/** Runs once the transaction at hand has ended, kept or not: transactions are synchronous, so a microtask's wait is enough. */
export function afterTransaction(run: () => void): void {
  queueMicrotask(run);
}
