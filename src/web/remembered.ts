/** The last answer to a costly question, computed anew only when its key differs. */
export class Remembered<T> {
  #key: string | null = null;
  #value: T | undefined;

  get(key: string, compute: () => T): T {
    if (this.#key !== key) {
      this.#value = compute();
      this.#key = key;
    }
    return this.#value as T;
  }
}
