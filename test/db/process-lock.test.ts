// One process a database, and what kill −9 leaves of it, with real processes.
import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { auditHead } from "../../db/audit.ts";
import { verifyChain } from "../../db/audit-chain.ts";
import { openDatabase } from "../../db/database.ts";
import { integrityProblems } from "../../db/integrity.ts";
import { InputError } from "../../src/core/errors.ts";
import { NOW, temporaryDirectory } from "./test-database.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());

const PROGRAM = join(import.meta.dir, "fixtures/append-until-killed.ts");

function start(path: string, ...args: string[]) {
  return Bun.spawn([process.execPath, PROGRAM, path, ...args], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
}

/** Reads lines until one satisfies; the rest is read by `rest`. */
function linesOf(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const complete = () => text.split("\n").slice(0, -1);
  return {
    async until(count: number): Promise<void> {
      while (complete().length < count) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the program ended after ${complete().length} lines`);
        text += decoder.decode(value, { stream: true });
      }
    },
    async rest(): Promise<string[]> {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return complete();
        text += decoder.decode(value, { stream: true });
      }
    },
  };
}

function opening(path: string): unknown {
  try {
    openDatabase({ path }).close();
    return "opened";
  } catch (error) {
    return error;
  }
}

describe("one process a database", () => {
  test("a second process is refused with what to do, readers get in, and kill −9 frees it", async () => {
    const path = join(directory.path, "held/trading.db");
    const holder = start(path, "hold");
    const lines = linesOf(holder.stdout);
    await lines.until(1);

    const error = opening(path) as InputError;
    expect(error).toBeInstanceOf(InputError);
    expect(error.code).toBe("database_in_use");
    expect(error.message).toContain("stop it first");
    const reader = openDatabase({ path, readonly: true });
    expect(reader.read((r) => verifyChain(r).ok)).toBeTrue();
    reader.close();
    expect((opening(path) as InputError).code).toBe("database_in_use");

    holder.kill("SIGKILL");
    await holder.exited;
    expect(opening(path)).toBe("opened");
  });

  test("the same process cannot open it twice either, and may again after closing", () => {
    const path = join(directory.path, "twice/trading.db");
    const database = openDatabase({ path });
    expect((opening(path) as InputError).code).toBe("database_in_use");
    database.transact(NOW, (tx) => database.runScript(tx, "CREATE TABLE t (x INTEGER) STRICT"));
    database.close();
    expect(opening(path)).toBe("opened");
  });
});

describe("kill −9", () => {
  const ROUNDS = 20;

  test(`${ROUNDS} times while writing loses nothing that was acknowledged and breaks no chain`, async () => {
    const path = join(directory.path, "killed/trading.db");
    let before = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const writer = start(path);
      const lines = linesOf(writer.stdout);
      // A different place in the work each round, from the first commit to beyond an automatic checkpoint.
      await lines.until(2 + round * 13);
      writer.kill("SIGKILL");
      await writer.exited;
      const acknowledged = Number((await lines.rest()).at(-1));

      const database = openDatabase({ path });
      const { head, chain, problems } = database.read((reader) => ({
        head: auditHead(reader),
        chain: verifyChain(reader),
        problems: integrityProblems(reader),
      }));
      database.close();
      expect(acknowledged).toBeGreaterThan(before);
      // At most the one commit whose acknowledgement was cut off may be there besides.
      expect([0, 1]).toContain(head.seq - acknowledged);
      expect({ ok: chain.ok, rows: chain.rows, problems }).toEqual({
        ok: true,
        rows: head.seq,
        problems: [],
      });
      before = head.seq;
    }
  }, 60_000);
});
