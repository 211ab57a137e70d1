/** A progress bar on a terminal; silence elsewhere, so that a log holds results alone. */
import cliProgress from "cli-progress";

export interface Progress {
  start(total: number, what: string): void;
  update(done: number): void;
  stop(): void;
}

const SILENT: Progress = { start() {}, update() {}, stop() {} };

export function progressBar(output: NodeJS.WriteStream = process.stderr): Progress {
  if (!output.isTTY) return SILENT;
  let bar: cliProgress.SingleBar | null = null;
  return {
    start(total, what) {
      const format = `  {bar} {percentage}%  {value}/{total} ${what}  {eta_formatted} left`;
      bar = new cliProgress.SingleBar(
        { format, stream: output, hideCursor: true, clearOnComplete: true },
        cliProgress.Presets.shades_classic,
      );
      bar.start(total, 0);
    },
    update: (done) => bar?.update(done),
    stop() {
      bar?.stop();
      bar = null;
    },
  };
}
