/** Waiting for something to be so: asked again at every change of the fake, and now and then for what changes elsewhere. */
const ELSEWHERE_MS = 20;

interface Question {
  readonly ask: () => void;
  readonly giveUp: (error: Error) => void;
}

export class Changes {
  readonly #questions = new Set<Question>();

  announce(): void {
    for (const question of [...this.#questions]) question.ask();
  }

  /** Resolves with the probe's first value that is not undefined, null or false; rejects after `timeoutMs` of real time. */
  waitFor<Value>(
    probe: () => Value | undefined | null | false,
    timeoutMs: number,
    what: string,
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        clearInterval(elsewhere);
        this.#questions.delete(question);
        finish();
      };
      const question: Question = {
        ask: () => {
          try {
            const value = probe();
            if (value !== undefined && value !== null && value !== false) settle(() => resolve(value));
          } catch (error) {
            settle(() => reject(error));
          }
        },
        giveUp: (error) => settle(() => reject(error)),
      };
      const timer = setTimeout(
        () => question.giveUp(new Error(`waited ${timeoutMs} ms in vain for ${what}`)),
        timeoutMs,
      );
      const elsewhere = setInterval(question.ask, ELSEWHERE_MS);
      this.#questions.add(question);
      question.ask();
    });
  }

  stop(): void {
    for (const question of [...this.#questions]) question.giveUp(new Error("the fake Discord was stopped"));
  }
}
