/** A painter that draws on a worker, one picture at a time in order; the worker lives only while there is something to draw. */
import type { Clock } from "../core/clock.ts";
import { OutsideError } from "../core/errors.ts";
import type { PaintAnswer, PaintRequest } from "./paint-worker.ts";
import type { Painter } from "./painter.ts";

export interface PainterOptions {
  /** Real time: drawing takes as long as it takes. */
  readonly clock: Clock;
  /** Told why something was not drawn: `paint_failed`, `paint_timed_out`, `painter_crashed`, `paint_queue_full`. */
  readonly onFailure?: (error: OutsideError) => void;
  readonly timeLimitMs?: number;
  readonly idleMs?: number;
  readonly longestQueue?: number;
  readonly startWorker?: () => Worker;
}

type Drawing = Uint8Array | string | null;

interface Job {
  readonly request: PaintRequest;
  readonly resolve: (drawing: Drawing) => void;
}

export function createPainter(options: PainterOptions): Painter {
  const easel = new Easel(options);
  return {
    png: async (picture) => (await easel.draw({ as: "png", picture })) as Uint8Array | null,
    svg: async (picture) => (await easel.draw({ as: "svg", picture })) as string | null,
    close: () => easel.close(),
  };
}

const startPaintWorker = (): Worker => new Worker(new URL("./paint-worker.ts", import.meta.url));

class Easel {
  readonly #options: Required<PainterOptions>;
  readonly #waiting: Job[] = [];
  #current: Job | null = null;
  #worker: Worker | null = null;
  #cancelTimer: () => void = () => {};
  #isClosed = false;

  constructor(options: PainterOptions) {
    this.#options = {
      onFailure: () => {},
      ...{ timeLimitMs: 10_000, idleMs: 60_000, longestQueue: 16, startWorker: startPaintWorker },
      ...options,
    };
  }

  draw(request: PaintRequest): Promise<Drawing> {
    if (this.#isClosed) return Promise.resolve(null);
    if (this.#waiting.length >= this.#options.longestQueue) {
      this.#report("paint_queue_full", "Too many pictures are waiting.");
      return Promise.resolve(null);
    }
    return new Promise((resolve) => {
      this.#waiting.push({ request, resolve });
      if (this.#current === null) this.#next();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#endWorker();
    this.#settle(null);
    for (const { resolve } of this.#waiting.splice(0)) resolve(null);
  }

  #next(): void {
    const { clock, timeLimitMs, idleMs } = this.#options;
    this.#cancelTimer();
    const job = this.#waiting.shift();
    if (job === undefined) {
      this.#cancelTimer = this.#worker === null ? () => {} : clock.after(idleMs, () => this.#endWorker());
      return;
    }
    this.#current = job;
    this.#cancelTimer = clock.after(timeLimitMs, () =>
      this.#giveUp("paint_timed_out", `Nothing was drawn within ${timeLimitMs} ms.`),
    );
    try {
      this.#worker ??= this.#start();
      this.#worker.postMessage(job.request);
    } catch (error) {
      this.#giveUp("painter_crashed", error instanceof Error ? error.message : String(error));
    }
  }

  #start(): Worker {
    const worker = this.#options.startWorker();
    const crashed = (reason: string): void => {
      if (worker === this.#worker) this.#giveUp("painter_crashed", reason);
    };
    worker.addEventListener("message", ({ data }: MessageEvent<PaintAnswer>) => {
      if (worker === this.#worker) this.#take(data);
    });
    worker.addEventListener("error", ({ message }) => crashed(message));
    worker.addEventListener("close", () => crashed("The worker ended."));
    // A picture nobody waits for must not keep the program running.
    worker.unref();
    return worker;
  }

  #take(answer: PaintAnswer): void {
    if (!answer.isDrawn) this.#report("paint_failed", answer.reason);
    this.#settle(answer.isDrawn ? answer.drawing : null);
    this.#next();
  }

  #giveUp(code: string, reason: string): void {
    this.#endWorker();
    if (this.#current !== null) this.#report(code, reason);
    this.#settle(null);
    this.#next();
  }

  #settle(drawing: Drawing): void {
    const job = this.#current;
    this.#current = null;
    job?.resolve(drawing);
  }

  #endWorker(): void {
    this.#cancelTimer();
    const worker = this.#worker;
    this.#worker = null;
    worker?.terminate();
  }

  #report(code: string, reason: string): void {
    this.#options.onFailure(new OutsideError(code, "A picture could not be drawn.", { reason }));
  }
}
