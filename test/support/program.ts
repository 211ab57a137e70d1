// The program as a process of its own: its output to wait for, its own id to end it by, nothing of our environment but the path.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closedProxy } from "./loopback.ts";

const MAIN = join(import.meta.dir, "..", "..", "src", "main.ts");
const USUAL_MS = 15_000;

export type Environment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<RunningProgram>();
const folders: string[] = [];

/** A new folder of one's own, gone with `cleanUp`. */
export function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-"));
  folders.push(folder);
  return folder;
}

/** Ends what a failed test left running, and removes the folders. */
export async function cleanUp(): Promise<void> {
  for (const program of running) await program.kill();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Only what is needed of the environment goes along: settings come from `environment` alone. */
export function startProgram(
  args: readonly string[],
  environment: Environment,
  folder: string,
): RunningProgram {
  return new RunningProgram(args, environment, folder);
}

/** Runs to the end, with nothing on standard input. */
export async function runProgram(
  args: readonly string[],
  environment: Environment,
  folder: string,
  timeoutMs = USUAL_MS,
): Promise<Ended> {
  const program = startProgram(args, environment, folder);
  program.endInput();
  return program.ended(timeoutMs);
}

export class RunningProgram {
  readonly #name: string;
  readonly #child: Bun.Subprocess<"pipe", "pipe", "pipe">;
  readonly #listeners = new Set<() => void>();
  readonly #read: Promise<unknown>;
  #stdout = "";
  #stderr = "";
  /** Both streams as they came. */
  #output = "";

  constructor(args: readonly string[], environment: Environment, folder: string) {
    this.#name = args.join(" ");
    this.#child = Bun.spawn([process.execPath, "--no-env-file", MAIN, ...args], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: folder,
        NO_COLOR: "1",
        HTTP_PROXY: closedProxy,
        HTTPS_PROXY: closedProxy,
        NO_PROXY: "localhost,127.0.0.1,::1",
        ...environment,
      },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    running.add(this);
    this.#read = Promise.all([
      this.#follow(this.#child.stdout, (text) => {
        this.#stdout += text;
      }),
      this.#follow(this.#child.stderr, (text) => {
        this.#stderr += text;
      }),
    ]);
  }

  get output(): string {
    return this.#output;
  }

  write(text: string): void {
    this.#child.stdin.write(text);
    void this.#child.stdin.flush();
  }

  endInput(): void {
    void this.#child.stdin.end();
  }

  /** The match of a pattern in what was printed so far or will be; throws after the time limit, with the output. */
  waitFor(pattern: RegExp, timeoutMs = USUAL_MS, from = 0): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(this.#output.slice(from));
        if (match !== null) end(() => resolve(match));
      };
      const timer = setTimeout(() => {
        const text = `"${this.#name}" did not print ${pattern} in time; it printed:\n${this.#output}`;
        end(() => reject(new Error(text)));
      }, timeoutMs);
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        settle();
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Types a line and returns everything printed since, once the pattern was. */
  async ask(line: string, pattern: RegExp, timeoutMs = USUAL_MS): Promise<string> {
    const from = this.#output.length;
    this.write(`${line}\n`);
    await this.waitFor(pattern, timeoutMs, from);
    return this.#output.slice(from);
  }

  signal(signal: "SIGTERM" | "SIGINT"): void {
    this.#child.kill(signal);
  }

  /** Waits for the end; a program that does not end in time is killed and the test fails. */
  async ended(timeoutMs = USUAL_MS): Promise<Ended> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#child.kill("SIGKILL");
    }, timeoutMs);
    await Promise.all([this.#child.exited, this.#read]);
    clearTimeout(timer);
    running.delete(this);
    if (isLate) throw new Error(`"${this.#name}" did not end in time; it printed:\n${this.#output}`);
    return { code: this.#child.exitCode ?? -1, stdout: this.#stdout, stderr: this.#stderr };
  }

  /** kill −9, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
    running.delete(this);
  }

  async #follow(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      take(text);
      this.#output += text;
      for (const listener of this.#listeners) listener();
    }
  }
}
