import { describe, expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { enrolChat } from "../../../db/chats.ts";
import { insertNotice } from "../../../db/notices.ts";
import { VirtualClock } from "../../../src/clock.ts";
import { ensureConsoleOwner } from "../../../src/identity/people.ts";
import { CONSOLE_CHAT, type ConsoleOptions, createConsole } from "../../../src/platforms/console/console.ts";
import { Bench, freshDatabase, NOON, SMALL_COMMANDS, SYSTEM } from "../../chat/bench.ts";

interface Session {
  readonly bench: Bench;
  readonly input: PassThrough;
  /** Resolves when the input has ended and everything was answered. */
  readonly ended: Promise<void>;
  printed(): string;
}

async function session(options: Partial<ConsoleOptions> = {}): Promise<Session> {
  const database = freshDatabase();
  const clock = new VirtualClock(NOON);
  database.transact(NOON, (tx) => {
    ensureConsoleOwner(tx);
    enrolChat(tx, { ...CONSOLE_CHAT, topics: ["alerts", "approvals", "reports"] }, SYSTEM);
  });
  const input = new PassThrough();
  const output = new PassThrough();
  let printed = "";
  output.on("data", (chunk) => {
    printed += String(chunk);
  });
  let onEnd = (): void => {};
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  const terminal = createConsole({
    ...{ input, output, clock, onEnd },
    isInteractive: false,
    hasColours: false,
    commands: SMALL_COMMANDS,
    ...options,
  });
  const bench = await Bench.started({ database, clock, platforms: [terminal] });
  return { bench, input, ended, printed: () => printed };
}

async function transcript(lines: readonly string[], options: Partial<ConsoleOptions> = {}): Promise<string> {
  const { input, ended, printed } = await session(options);
  input.end(lines.join("\n"));
  await ended;
  return printed();
}

describe("a script", () => {
  test("is answered line by line, in order, with buttons pressed by number", async () => {
    const printed = await transcript(["/look", "1", "harm because", "2", "2", "nonsense here", ""]);
    expect(`\n${printed}`).toBe(`
> /look
┌ Look
│ console sees everything
│
└ [1] Again  [2] Act

> 1
┌ Look
│ console sees again
│
└ [1] Again  [2] Act

> harm because
┌ Really?
│
│ [1] Cancel  [2] Do it
└ Answer within 1 min.

> 2
╶ Harm is done.

> 2
╶ There is no button 2 now; /help lists the commands.

> nonsense here
╶ There is no /nonsense; /help lists the commands.

`);
  });

  test("a notice that comes between takes further numbers, and never one that waits for a press", async () => {
    const { bench, input, printed } = await session();
    const untilPrinted = async (text: string): Promise<void> => {
      for (let i = 0; i < 500 && !printed().includes(text); i++) await Bun.sleep(1);
      expect(printed()).toContain(text);
    };
    input.write("harm because\n");
    await untilPrinted("[1] Cancel  [2] Do it");
    bench.database.transact(bench.clock.now(), (tx) =>
      insertNotice(tx, { kind: "data_stale", level: "warning", topic: "alerts", facts: { ageMs: 300_000 } }),
    );
    await untilPrinted("[3] Data");
    input.write("2\n");
    await untilPrinted("Harm is done.");
    input.end();
  });

  test("what the terminal's own person did is answered once, not told again as a notice", async () => {
    const { bench, input, ended, printed } = await session();
    const facts = { from: "PAUSED", to: "RUNNING", reason: "go", actor: "person:1@console" };
    bench.database.transact(bench.clock.now(), (tx) => {
      insertNotice(tx, { kind: "state_changed", level: "info", topic: "alerts", facts });
      insertNotice(tx, {
        kind: "state_changed",
        level: "info",
        topic: "alerts",
        facts: { ...facts, actor: "job:x" },
      });
    });
    input.end("look\n");
    await ended;
    expect(printed().split("┌ RUNNING").length - 1).toBe(1);
  });

  test("with an identity that holds no role is refused", async () => {
    const printed = await transcript(["/act"], { account: { accountId: "stranger", label: "someone" } });
    expect(printed).toContain("known people only. Your console account is stranger");
    expect(printed).not.toContain("Done.");
  });

  test("that ends in the middle of a line still has that line answered", async () => {
    expect(await transcript(["/act"])).toContain("Done.");
  });

  test.each(["quit", "exit", "/quit", " EXIT "])(
    "ends at %p: what was asked before is answered, what follows is not",
    async (word) => {
      const { input, ended, printed } = await session();
      input.write(`/act\n${word}\n/look\n`);
      await ended;
      expect(printed()).toContain("Done.");
      expect(printed()).not.toContain("/look");
    },
  );

  test("with hostile lines goes on", async () => {
    const printed = await transcript(["/l\u200book", "\u001b[2J", "/look \u202eabc", "/act"]);
    expect(printed).toContain("Done.");
    expect(printed.match(/invisible or control characters/g)).toHaveLength(3);
  });
});

describe("whoever owns the process", () => {
  test("is an admin, made once and restored when the role was taken", () => {
    const database = freshDatabase();
    const first = database.transact(NOON, (tx) => ensureConsoleOwner(tx));
    const second = database.transact(NOON, (tx) => ensureConsoleOwner(tx));
    expect(first).toEqual({ id: 1, label: "console", role: "admin" });
    expect(second).toEqual(first);
  });
});

test("a notice is printed while nothing was asked", async () => {
  const { bench, printed, input } = await session();
  bench.database.transact(NOON, (tx) =>
    insertNotice(tx, { kind: "data_fresh", level: "info", topic: "alerts", facts: {} }),
  );
  await bench.chat.settled();
  expect(printed()).toContain("╶ Market data is fresh again");
  input.end();
});

describe("a person at the terminal", () => {
  test("sees the prompt again, with what was being typed, after a notice", async () => {
    const { bench, input, printed } = await session({ isInteractive: true });
    input.write("/lo");
    await new Promise((resolve) => setImmediate(resolve));
    bench.database.transact(NOON, (tx) =>
      insertNotice(tx, { kind: "data_fresh", level: "info", topic: "alerts", facts: {} }),
    );
    await bench.chat.settled();
    const after = printed().slice(printed().indexOf("Market data"));
    expect(after).toContain("countersign> ");
    expect(after).toContain("/lo");
    input.write("ok\r");
    await new Promise((resolve) => setImmediate(resolve));
    await bench.chat.settled();
    expect(printed()).toContain("console sees everything");
  });

  test("leaves by typing quit", async () => {
    const { ended, input } = await session({ isInteractive: true });
    input.write("quit\r");
    expect(await ended.then(() => "ended")).toBe("ended");
  });

  test("leaves with Ctrl-D", async () => {
    const { ended, input } = await session({ isInteractive: true });
    input.write("\u0004");
    expect(await ended.then(() => "ended")).toBe("ended");
  });

  test("completes a command with Tab", async () => {
    const { bench, input, printed } = await session({ isInteractive: true });
    input.write("/loo\t");
    await new Promise((resolve) => setImmediate(resolve));
    input.write("\r");
    await new Promise((resolve) => setImmediate(resolve));
    await bench.chat.settled();
    expect(printed()).toContain("console sees everything");
  });
});
