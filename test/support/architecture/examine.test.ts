// Each rule of the architecture, tried on a few lines: one tree that keeps it, and trees that break it.
import { describe, expect, test } from "bun:test";
import { examine } from "./examine.ts";
import type { RuleBook, Tree } from "./rule-book.ts";

const room = { packages: [], builtins: [] };
const book: RuleBook = {
  rows: [
    { ...room, files: "src/core/", may: [], packages: ["big.js"], pure: true },
    { ...room, files: "src/risk/", may: ["src/core/"], pure: true },
    { ...room, files: "src/execution/", may: ["src/core/"], pure: true },
    { ...room, files: "src/execution/executor", may: ["src/core/", "db/"] },
    {
      ...room,
      files: "src/research/",
      may: ["src/core/", "src/execution/"],
      except: ["src/execution/executor"],
    },
    { ...room, files: "src/chat/", may: ["src/core/"], types: ["src/risk/"] },
    { ...room, files: "src/chat/context.ts", may: ["src/core/"], types: "anything" },
    {
      ...room,
      files: "src/platforms/telegram/",
      may: ["src/chat/"],
      packages: ["grammy", "@grammyjs/*"],
      builtins: "any",
    },
    { ...room, files: "src/platforms/console/", may: ["src/chat/"], builtins: ["node:readline"] },
    { ...room, files: "src/config.ts", may: [] },
    { ...room, files: "src/clock.ts", may: [] },
    { files: "src/app.ts", may: "anything", packages: "any", builtins: "any" },
    { files: "src/main.ts", may: "anything", packages: "any", builtins: "any" },
    { ...room, files: "db/", may: ["src/core/"], builtins: ["bun:sqlite"] },
    { ...room, files: "commands/", may: ["src/chat/"] },
  ],
  reserved: [
    { target: "src/app.ts", for: ["src/main.ts"] },
    { target: "src/main.ts", for: [] },
    { target: "test/", for: [] },
  ],
  homes: [{ package: "grammy", home: "src/platforms/telegram/" }],
  ambient: [
    "Date.now",
    "new Date()",
    "Date()",
    "Math.random",
    "setTimeout",
    "node:crypto.randomUUID",
    "Bun.sleep",
  ],
  exceptions: [{ file: "src/clock.ts", uses: ["Date.now"], why: "the real clock" }],
  impure: ["fetch", "WebSocket", "process", "Bun", "console", "crypto", "globalThis", "import.meta"],
  environment: { globals: ["process.env", "Bun.env", "node:process.env"], reader: "src/config.ts" },
  sqlHome: "db/",
  migrations: "db/migrations/",
  longestFile: 5,
};

const house: Tree = {
  "src/clock.ts": "export const now = () => Date.now();",
  "src/core/money.ts": "export interface Money {}\nexport const cents = 100;",
  "src/core/order.ts": 'import type { Money } from "./money.ts";\nexport type Order = Money;',
  "src/risk/gate.ts": "export interface Gate {}",
  "src/execution/paper.ts": 'import { cents } from "../core/money.ts";\nexport const fee = cents;',
  "src/execution/executor.ts": 'import { open } from "../../db/database.ts";\nopen();',
  "src/chat/command.ts": "export interface Command {}",
  "src/config.ts": "export const home = process.env.HOME;",
  "src/app.ts": 'import "./clock.ts";\nexport const app = 1;',
  "src/main.ts": 'import { app } from "./app.ts";\nconsole.log(app);',
  "db/database.ts":
    'import { Database } from "bun:sqlite";\nexport const open = () => new Database().run("SELECT 1");',
  "db/migrations/0001_start.sql": "CREATE TABLE a (b)",
};

const findingsOf = (more: Tree) => examine({ ...house, ...more }, book);

/** The one finding that these files cause, as "rule | message". */
function breaks(more: Tree): string {
  const findings = findingsOf(more);
  expect(findings).toHaveLength(1);
  return `${findings[0]?.rule} | ${findings[0]?.message}`;
}

test("a house in order has no findings", () => {
  expect(findingsOf({})).toEqual([]);
});

describe("imports", () => {
  const table = "rooms import only what the table allows";

  test.each([
    ["import", 'import { a } from "../risk/gate.ts";'],
    ["import type", 'import type { Gate } from "../risk/gate.ts";'],
    ["inline type", 'import { type Gate } from "../risk/gate.ts";'],
    ["for its effects", 'import "../risk/gate.ts";'],
    ["export from", 'export { a } from "../risk/gate.ts";'],
    ["export star", 'export * from "../risk/gate.ts";'],
    ["export type", 'export type { Gate } from "../risk/gate.ts";'],
    ["dynamic", 'export const a = () => import("../risk/gate.ts");'],
    ["import type in place", 'export type A = import("../risk/gate.ts").Gate;'],
    ["require", 'export const a = require("../risk/gate.ts");'],
    ["a worker's file", 'export const a = new URL("../risk/gate.ts", import.meta.url);'],
  ])("a room outside the row is seen: %s", (_form, text) => {
    const messages = findingsOf({ "src/execution/executor-extra.ts": text }).map(({ rule, message }) => [
      rule,
      message,
    ]);
    expect(messages).toEqual([
      [
        table,
        "src/execution/executor-extra.ts: line 1 imports ../risk/gate.ts, " +
          "but src/execution/executor may import its own room, src/core/, db/",
      ],
    ]);
  });

  test("the longest row decides: a file apart from its room's row", () => {
    expect(breaks({ "src/execution/fill.ts": 'import type { A } from "../../db/database.ts";' })).toContain(
      table,
    );
  });

  test("what is excepted from a row stays out", () => {
    expect(findingsOf({ "src/research/backtest.ts": 'import "../execution/paper.ts";' })).toEqual([]);
    expect(breaks({ "src/research/backtest.ts": 'import "../execution/executor.ts";' })).toContain(
      "(not src/execution/executor)",
    );
  });

  test("a row may allow types alone", () => {
    expect(findingsOf({ "src/chat/a.ts": 'import type { Gate } from "../risk/gate.ts";' })).toEqual([]);
    expect(breaks({ "src/chat/a.ts": 'import { Gate } from "../risk/gate.ts";' })).toContain(
      "types alone: src/risk/",
    );
  });

  test("the context may import every room's types, and nothing more", () => {
    const types =
      'import type { Gate } from "../risk/gate.ts";\nimport type { A } from "../../db/database.ts";';
    expect(findingsOf({ "src/chat/context.ts": types })).toEqual([]);
    expect(breaks({ "src/chat/context.ts": 'import { open } from "../../db/database.ts";' })).toContain(
      table,
    );
  });

  test("one platform does not import another", () => {
    const files = {
      "src/platforms/console/a.ts": "export {};",
      "src/platforms/telegram/a.ts": 'import "../console/a.ts";',
    };
    expect(breaks(files)).toContain(table);
  });

  test("a path outside the program, without its extension, or to nowhere", () => {
    expect(breaks({ "src/core/a.ts": 'import "../../scripts/check.ts";' })).toContain(table);
    expect(breaks({ "src/core/a.ts": 'import "./money";' })).toContain("without its extension");
    expect(breaks({ "src/core/a.ts": 'import "./nowhere.ts";' })).toContain("which does not exist");
  });

  test("a path that is computed hides what it imports", () => {
    expect(breaks({ "src/app.ts": "export const load = (a: string) => import(a);" })).toContain(
      "line 1 imports a path that is not a plain string",
    );
  });

  test("a room without a row, and a file that does not parse", () => {
    expect(breaks({ "src/attic/a.ts": "export {};" })).toContain("has no row");
    expect(breaks({ "src/core/a.ts": "export const = 1;" })).toContain("does not parse");
  });

  test("some files are for few, or for nobody", () => {
    expect(breaks({ "src/main.ts": 'import "../test/support/clock.ts";' })).toContain(
      "nothing may import test/",
    );
    const app = findingsOf({ "src/chat/a.ts": 'import "../app.ts";' }).map(({ message }) => message);
    expect(app).toContain(
      "src/chat/a.ts: line 1 imports ../app.ts, but src/main.ts alone may import src/app.ts",
    );
    const main = findingsOf({ "src/app.ts": 'import "./main.ts";\nexport const app = 1;' }).map(
      ({ message }) => message,
    );
    expect(main).toContain("src/app.ts: line 1 imports ./main.ts, but nothing may import src/main.ts");
  });
});

describe("circles", () => {
  test.each([
    [
      "values",
      'import { b } from "./b.ts";\nexport const a = b;',
      'import { a } from "./a.ts";\nexport const b = () => a;',
    ],
    [
      "types",
      'import type { B } from "./b.ts";\nexport type A = B;',
      'import type { A } from "./a.ts";\nexport type B = A;',
    ],
  ])("of %s are found and shown", (_kind, a, b) => {
    expect(breaks({ "src/core/a.ts": a, "src/core/b.ts": b })).toBe(
      "imports do not run in circles | src/core/a.ts: imports itself: src/core/a.ts → src/core/b.ts → src/core/a.ts",
    );
  });

  test("through the context's types are allowed", () => {
    const files = {
      "src/chat/context.ts": 'import type { A } from "./a.ts";\nexport type Context = A;',
      "src/chat/a.ts": 'import type { Context } from "./context.ts";\nexport type A = Context;',
    };
    expect(findingsOf(files)).toEqual([]);
  });
});

describe("packages", () => {
  test.each([
    ["src/core/a.ts", 'import { z } from "zod";', "the packages: big.js"],
    ["src/core/a.ts", 'import type { Server } from "bun";', "the built-in modules: none"],
    ["src/core/a.ts", 'import { readFileSync } from "node:fs";', "the built-in modules: none"],
    ["src/platforms/console/a.ts", 'import "node:fs";', "the built-in modules: node:readline"],
    ["src/app.ts", 'import { Bot } from "grammy";', "named in src/platforms/telegram/ alone"],
  ])("%s: %s", (file, text, message) => {
    const found = breaks({ [file]: `${text}\nexport const app = 1;` });
    expect(found).toStartWith("packages stay in the rooms that may use them | ");
    expect(found).toContain(message);
  });

  test("a package's own paths and a scope's packages are covered by the row", () => {
    const text = 'import "grammy/types";\nimport "@grammyjs/menu/deep";\nimport "node:fs";';
    expect(findingsOf({ "src/platforms/telegram/a.ts": text })).toEqual([]);
  });
});

describe("pure files", () => {
  test.each([
    'fetch("http://localhost")',
    'new WebSocket("ws://localhost")',
    "process.cwd()",
    "Bun.file('a')",
    "console.log(1)",
    'crypto["subtle"]',
    "globalThis[name]",
    "import.meta.dir",
    "({ fetch })",
  ])("do not use %s", (expression) => {
    const found = breaks({ "src/risk/a.ts": `const name = "x";\nexport const a = () => ${expression};` });
    expect(found).toStartWith("pure files compute and do nothing else | src/risk/a.ts: line 2 uses ");
  });

  test("may use the same words for their own names, keys and types", () => {
    const text = [
      "export const a = (process: number, row: { console: string }) => process + row.console.length;",
      "export const b = { fetch: 1, crypto() {} };",
      "export type C = typeof fetch;",
      "export const d = new Date(0), e = Date.UTC(2026), f = Math.max(1, 2);",
    ].join("\n");
    expect(findingsOf({ "src/risk/a.ts": text })).toEqual([]);
  });

  test("import pure files alone, be it in their own room; types do no harm", () => {
    expect(breaks({ "src/execution/fill.ts": 'import "./executor.ts";' })).toContain(
      "may import pure files alone",
    );
    expect(findingsOf({ "src/execution/fill.ts": 'import type { A } from "./executor.ts";' })).toEqual([]);
  });
});

describe("time and chance", () => {
  test.each([
    "Date.now()",
    "new Date()",
    "new Date",
    "Date()",
    "globalThis.Date.now()",
    'Date["now"]()',
    "[1].map(Date.now)",
    "Math.random()",
    "setTimeout(() => {}, 1)",
    "Bun.sleep(1)",
  ])("%s is forbidden outside the exceptions", (expression) => {
    expect(breaks({ "commands/a.ts": `export const a = () => ${expression};` })).toStartWith(
      "time and chance come from one place | commands/a.ts: line 1 uses ",
    );
  });

  test.each([
    'import { randomUUID } from "node:crypto";\nexport const a = randomUUID;',
    'import crypto from "node:crypto";\nexport const a = crypto.randomUUID();',
    'import * as chance from "node:crypto";\nexport const a = chance.randomUUID();',
    "const { now } = Date;\nexport const a = now;",
  ])("taking it apart does not hide it: %s", (text) => {
    expect(breaks({ "src/platforms/telegram/a.ts": text })).toContain("take time from the clock port");
  });

  test("an instant that is given is no clock", () => {
    expect(
      findingsOf({ "commands/a.ts": "export const a = (at: number) => new Date(at).toISOString();" }),
    ).toEqual([]);
  });

  test("an exception covers its own file and its own names", () => {
    expect(breaks({ "src/clock.ts": "export const a = [Date.now(), Math.random()];" })).toContain(
      "Math.random",
    );
  });

  test("an exception that nothing needs is reported", () => {
    expect(breaks({ "src/clock.ts": "export const a = 1;" })).toContain("no longer uses Date.now");
    const rest: Tree = { ...house, "src/app.ts": "export const app = 1;" };
    delete rest["src/clock.ts"];
    expect(examine(rest, book).map(({ message }) => message)).toEqual([
      "src/clock.ts: does not exist: take its exception out of the list",
    ]);
  });
});

describe("the environment", () => {
  test.each([
    "export const a = process.env.HOME;",
    'export const a = process["env"];',
    "export const a = Bun.env;",
    "const { env } = process;\nexport const a = env;",
    'import { env } from "node:process";\nexport const a = env;',
  ])("is read by the configuration alone: %s", (text) => {
    expect(breaks({ "src/app.ts": `${text}\nexport const app = 1;` })).toContain(
      "src/config.ts alone reads the environment",
    );
  });
});

describe("SQL", () => {
  test.each([
    '"SELECT * FROM orders"',
    '"PRAGMA journal_mode"',
    '"BEGIN"',
    '"WITH a AS (SELECT 1)"',
    "`\n  INSERT INTO orders VALUES (1)`",
    "`INSERT OR REPLACE INTO a`",
    "`UPDATE orders SET a = 1`",
    "`DELETE FROM orders`",
    "`CREATE TABLE orders (a)`",
    "`CREATE UNIQUE INDEX a`",
  ])("outside db is found: %s", (literal) => {
    expect(breaks({ "commands/a.ts": `export const a = ${literal};` })).toContain("holds SQL");
  });

  test.each(['"Select a strategy"', '"UPDATE available"', '"DELETE"', '"BEGINNER"', '"PRAGMATIC"'])(
    "is not seen in plain words: %s",
    (literal) => expect(findingsOf({ "commands/a.ts": `export const a = ${literal};` })).toEqual([]),
  );

  test("files stay in db too", () => {
    expect(breaks({ "src/core/orders.sql": "" })).toContain("SQL belongs in db/");
  });
});

describe("migrations", () => {
  test.each([
    ["a gap", "db/migrations/0003_more.sql", "should stand"],
    ["a number twice", "db/migrations/0001_twice.sql", "should stand"],
    ["another form of name", "db/migrations/2-more.sql", "0001_what_it_does.sql"],
    ["another kind of file", "db/migrations/0002_more.ts", "0001_what_it_does.sql"],
  ])("%s is found", (_fault, file, message) => {
    expect(breaks({ [file]: "" })).toContain(message);
  });
});

describe("names and lengths", () => {
  test.each([
    ["src/core/Money.ts", "not kebab-case"],
    ["src/core/order_book.ts", "not kebab-case"],
    ["src/core/bigThings/a.ts", "not kebab-case"],
    ["src/core/utils.ts", "says nothing"],
    ["src/core/helpers/a.ts", "says nothing"],
    ["src/core/order-utils.ts", "says nothing"],
    ["src/core/index.ts", "no index.ts"],
  ])("%s: %s", (file, message) => {
    expect(breaks({ [file]: "export {};" })).toContain(message);
  });

  test("commands may have its list in index.ts", () => {
    expect(findingsOf({ "commands/index.ts": "export {};" })).toEqual([]);
  });

  test("a long file is found, a generated one is not", () => {
    const long = "export {};\n".repeat(6);
    expect(breaks({ "src/core/long.ts": long })).toContain("has 6 lines, more than 5");
    expect(findingsOf({ "src/core/long.ts": `// Generated from the table.\n${long}` })).toEqual([]);
    expect(findingsOf({ "src/core/long.ts": "export {};\n".repeat(5) })).toEqual([]);
  });
});
