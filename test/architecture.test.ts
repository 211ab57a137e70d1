// Who may import whom, and what else holds for every file of the program.
// Start with `rows`: it is the house's plan, one room a line.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { examine, rules } from "./support/architecture/examine.ts";
import type { Row, RuleBook, Tree } from "./support/architecture/rule-book.ts";

const core = "src/core/";
const pipeline = [
  "src/market/",
  "src/strategy/",
  "src/risk/",
  "src/execution/",
  "src/ledger/",
  "src/metrics/",
];
const none: readonly string[] = [];

// biome-ignore format: a table is read by its columns
const rows: readonly Row[] = [
  // The words of the house
  { files: core,                         may: none, packages: ["big.js"], builtins: none, pure: true },

  // The pipeline: these rooms never import one another
  { files: "src/market/",                may: [core], packages: none, builtins: none, pure: true },
  { files: "src/market/csv",             may: [core], packages: none, builtins: ["node:fs", "node:zlib"] },
  { files: "src/market/replay",          may: [core], packages: none, builtins: ["node:fs", "node:zlib"] },
  { files: "src/strategy/",              may: [core], packages: ["zod"], builtins: none, pure: true },
  { files: "src/risk/",                  may: [core], packages: none, builtins: none, pure: true },
  { files: "src/execution/",             may: [core], packages: none, builtins: none, pure: true },
  { files: "src/execution/executor",     may: [core, "db/"], packages: none, builtins: none },
  { files: "src/execution/reconcile",    may: [core, "db/"], packages: none, builtins: none },
  { files: "src/ledger/",                may: [core], packages: none, builtins: none, pure: true },
  { files: "src/metrics/",               may: [core], packages: none, builtins: none, pure: true },

  // What may change, what is stored, who is who
  { files: "src/tunables/",              may: [core, "src/strategy/", "src/risk/"], packages: ["zod"], builtins: none, pure: true },
  { files: "db/",                        may: [core], packages: none, builtins: ["bun:sqlite", "node:fs", "node:path"] },
  { files: "src/identity/",              may: [core, "db/"], packages: ["otpauth"], builtins: ["node:crypto"] },

  // The engine and the rooms around it
  { files: "src/engine/",                may: [core, "db/", "src/tunables/", ...pipeline], packages: none, builtins: none },
  { files: "src/engine/decide",          may: [core, "src/tunables/", ...pipeline], packages: none, builtins: none, pure: true },
  { files: "src/approvals/",             may: [core, "db/", "src/tunables/", "src/identity/"], packages: ["zod"], builtins: ["node:crypto"] },
  { files: "src/approvals/policy",       may: [core, "src/tunables/"], packages: none, builtins: none, pure: true },
  { files: "src/research/",              may: [core, "src/tunables/", "src/engine/decide", ...pipeline],
                                         except: ["src/execution/executor", "src/execution/reconcile"],
                                         packages: none, builtins: ["node:os", "node:worker_threads"] },
  { files: "src/advisor/",               may: [core, "db/", "src/metrics/", "src/tunables/"], types: ["src/approvals/"],
                                         packages: ["openai", "@google/generative-ai", "@anthropic-ai/sdk", "zod"], builtins: none },

  // The outside
  { files: "src/binance/",               may: [core, "src/market/", "src/execution/broker"], packages: ["ky", "zod"], builtins: ["node:crypto"] },
  { files: "src/simulator/",             may: [core, "src/market/"], packages: ["hono"], builtins: "any" },
  { files: "src/scheduler/",             may: [core, "db/"], packages: ["croner"], builtins: none },
  { files: "src/charts/",                may: [core, "src/metrics/"], packages: ["echarts", "@resvg/resvg-js", "uqr", "@expo-google-fonts/*"], builtins: none },

  // People
  { files: "src/chat/",                  may: [core, "db/", "src/identity/", "src/engine/", "src/approvals/", "src/metrics/", "src/tunables/"],
                                         packages: ["zod"], builtins: none },
  { files: "src/chat/context.ts",        may: [core, "db/", "src/identity/", "src/engine/", "src/approvals/", "src/metrics/", "src/tunables/"],
                                         types: "anything", packages: ["zod"], builtins: none },
  { files: "commands/",                  may: [core, "src/chat/"], packages: ["zod"], builtins: none },
  { files: "src/platforms/telegram/",    may: [core, "src/chat/"], packages: ["grammy", "@grammyjs/*"], builtins: "any" },
  { files: "src/platforms/discord/",     may: [core, "src/chat/"], packages: ["discord.js"], builtins: "any" },
  { files: "src/platforms/console/",     may: [core, "src/chat/"], packages: ["picocolors", "uqr"], builtins: "any" },
  { files: "src/web/",                   may: [core, "db/", "src/engine/", "src/metrics/", "src/charts/", "src/identity/"],
                                         packages: ["hono", "htmx.org", "@fontsource-variable/inter"], builtins: ["node:crypto", "node:fs", "node:path"] },
  { files: "src/ops/",                   may: [core, "db/"], packages: ["pino", "prom-client"], builtins: "any" },

  // Where it is put together
  { files: "src/config/",                may: [core, "src/strategy/registry"], packages: ["zod"], builtins: "any" },
  { files: "src/config.ts",              may: [core, "src/config/"], packages: none, builtins: none },
  { files: "src/clock.ts",               may: [core], packages: none, builtins: none },
  { files: "src/secure-random.ts",       may: [core], packages: none, builtins: none },
  { files: "src/capabilities/",          may: "anything", packages: "any", builtins: "any" },
  { files: "src/admission.ts",           may: "anything", packages: "any", builtins: "any" },
  { files: "src/startup.ts",             may: "anything", packages: "any", builtins: "any" },
  { files: "src/jobs.ts",                may: "anything", packages: "any", builtins: "any" },
  { files: "src/app.ts",                 may: "anything", packages: "any", builtins: "any" },
  { files: "src/program/",               may: "anything", packages: "any", builtins: "any" },
  { files: "src/main.ts",                may: "anything", packages: "any", builtins: "any" },
];

const book: RuleBook = {
  rows,

  reserved: [
    { target: "src/jobs.ts", for: ["src/app.ts"] },
    { target: "src/app.ts", for: ["src/main.ts", "src/program/"] },
    { target: "src/program/", for: ["src/main.ts", "src/program/"] },
    { target: "src/main.ts", for: [] },
    { target: "test/", for: [] },
    { target: "scripts/", for: [] },
  ],

  homes: [
    { package: "bun:sqlite", home: "db/" },
    { package: "grammy", home: "src/platforms/telegram/" },
    { package: "@grammyjs/*", home: "src/platforms/telegram/" },
    { package: "discord.js", home: "src/platforms/discord/" },
    { package: "openai", home: "src/advisor/" },
    { package: "@google/generative-ai", home: "src/advisor/" },
    { package: "@anthropic-ai/sdk", home: "src/advisor/" },
    { package: "croner", home: "src/scheduler/" },
  ],

  ambient: [
    ...[
      "Date.now",
      "new Date()",
      "Date()",
      "performance.now",
      "Bun.nanoseconds",
      "process.hrtime",
      "node:perf_hooks",
    ],
    ...["Math.random", "crypto.randomUUID", "crypto.getRandomValues", "Bun.randomUUIDv7"],
    ...[
      "node:crypto.randomUUID",
      "node:crypto.randomBytes",
      "node:crypto.randomInt",
      "node:crypto.randomFillSync",
    ],
    ...["node:crypto.getRandomValues", "node:crypto.webcrypto"],
    ...["setTimeout", "setInterval", "Bun.sleep", "Bun.sleepSync", "node:timers", "node:timers/promises"],
    ...["bun.sleep", "bun.sleepSync", "bun.nanoseconds", "bun.randomUUIDv7"],
  ],
  exceptions: [
    { file: "src/clock.ts", uses: ["Date.now", "setTimeout"], why: "the clock port's real implementation" },
    {
      file: "src/secure-random.ts",
      uses: ["crypto.getRandomValues"],
      why: "the random port's unguessable implementation",
    },
  ],

  impure: [
    ...["fetch", "WebSocket", "Worker", "process", "Bun", "console", "crypto", "performance", "globalThis"],
    ...["setImmediate", "queueMicrotask", "navigator", "require", "import.meta"],
  ],

  environment: {
    globals: ["process.env", "Bun.env", "import.meta.env", "node:process.env", "bun.env"],
    reader: "src/config.ts",
  },

  sqlHome: "db/",
  migrations: "db/migrations/",
  longestFile: 300,
};

const root = join(import.meta.dir, "..");

async function readTree(): Promise<Tree> {
  const tree: Tree = {};
  for await (const path of new Bun.Glob("{src,commands,db}/**/*").scan({
    cwd: root,
    onlyFiles: true,
    dot: true,
  })) {
    tree[path] = await Bun.file(join(root, path)).text();
  }
  return tree;
}

const tree = await readTree();
const findings = examine(tree, book);

test.each(rules.map(({ name }) => name))("%s", (rule) => {
  expect(findings.filter((finding) => finding.rule === rule).map(({ message }) => message)).toEqual([]);
});

test("the program was read at all", () => {
  expect(Object.keys(tree)).toContain("src/main.ts");
  expect(Object.keys(tree).filter((path) => path.startsWith("db/migrations/"))).not.toBeEmpty();
});

test("every exception says why", () => {
  expect(book.exceptions.filter(({ why }) => why.length < 10)).toEqual([]);
});
