import { afterAll, beforeAll, expect, test } from "bun:test";
import { commands } from "../../commands/index.ts";
import { argumentsOf } from "../../src/chat/argument-types.ts";
import { type Bot, startBot, wordsOf } from "./support/bot.ts";

let bot: Bot;
beforeAll(async () => {
  bot = await startBot();
});
afterAll(() => bot.stop());

const NO_WHOLE_NUMBERS = [
  ...["0", "-0", "-1", "+1", "01", "1.5", "1,5", "1e3", "1e-9", "0x10", "１２", "1_000", "1'000"],
  ...["12abc", "NaN", "Infinity", "9007199254740993", "99999999999999999999", "one", "٣", "²"],
];
const NO_AMOUNTS = [
  ...["0", "-5", "1e3", "0x10", "１２", "1,5", "1_000", "12abc", "Infinity", "NaN", ".5", "5.", "1e-9"],
  ...["0.123456789", "10000000.01", "90071992.54740993", "1000000001", "99999999999999", "99999999999999999"],
];
const NO_POSITIONS = [
  ...[
    "1",
    "@",
    "1@",
    "@63000",
    "-1@63000",
    "0@63000",
    "0.01@0",
    "0.01@-1",
    "0.000001@63000",
    "0.01@63000.001",
  ],
  ...[
    "1e-2@63000",
    "0,01@63000",
    "0.01@63,000",
    "0.01@@63000",
    "1@63000",
    "999999999@999999999",
    "99999999@99999999",
    "99999999.99999999@0.01",
    "０.01@63000",
  ],
];
const NO_FILTERS = [
  ...[
    "from:2026-02-30",
    "from:2026-13-01",
    "to:2026-02-28T25:00",
    "from:yesterday",
    "from:",
    "page:0",
    "page:-1",
  ],
  ...["page:1e2", "category:nonsense", "flag:x=y", "from:1d to:7d", "to:2026-2-1", "from:0d", "from:99999d"],
];
const NO_ACCOUNTS = [
  ...[
    "ada",
    "@ada",
    "<@123456789>",
    "telegram:",
    "telegram:abc",
    "telegram:-5",
    "telegram:0123456",
    "slack:123456",
  ],
  ...[
    "123e5",
    "１２３４５６",
    "telegram:123456789012345678901",
    "telegram:123:456",
    "#0",
    "#-1",
    "#99999999",
  ],
];

const lines: readonly string[] = [
  ...commands.flatMap(({ args, name }) => {
    const taken = argumentsOf(args);
    return taken.length === 0 ? [`/${name} x`, `/${name} --flag=x=y`] : [];
  }),
  ...["orders", "fills", "history", "logs", "why", "config", "unlock", "lock"].flatMap((name) =>
    NO_WHOLE_NUMBERS.map((number) => `/${name} ${number}`),
  ),
  ...NO_WHOLE_NUMBERS.flatMap((number) => [
    `/diff 1 ${number}`,
    `/orders 5 ${number}`,
    `/data fetch ${number}`,
  ]),
  ...NO_AMOUNTS.map((amount) => `/reset ${amount}`),
  ...NO_POSITIONS.map((position) => `/reset 10000 ${position}`),
  ...NO_FILTERS.map((filter) => `/events ${filter}`),
  ...NO_ACCOUNTS.flatMap((account) => [`/grant ${account} viewer`, `/revoke ${account}`]),
  ...["аdmin", "superuser", "viewer,admin", "", "' OR 1=1"].map((role) => `/grant telegram:123456 ${role}`),
  ...["go", "stоp", "--all"].map((action) => `/scheduler ${action}`),
  ...[
    "/scheduler run",
    "/scheduler run nothing",
    "/scheduler stop expiry",
    "/data refresh",
    "/metrics 5d",
    "/equity 0",
  ],
  ...["Mars/Olympus", "+02:00", "Europe/Rome; DROP TABLE chats", "../../etc/passwd"].map(
    (zone) => `/timezone ${zone}`,
  ),
  ...["/diff", "/diff 1", "/grant", "/grant telegram:123456", "/revoke", "/help nothing", "/orders 5 1 x"],
  ...[
    `/pause ${"x".repeat(501)}`,
    `/stop ${"x".repeat(5_000)}`,
    "/pause \u0000",
    "/stop \u202egnp.exe",
    "/pause a\u200bb",
  ],
  ...['/grant "telegram:123456 viewer', "/stоp", "/ѕtatus", "/pause@otherbot", "/nothing"],
];

/** The dispatch refuses most; a well-formed wish that cannot be met is answered by its command. */
const REFUSED = /^command_(refused|run)$/;

/** Short and visible, so that a report can be read. */
const shown = (line: string): string =>
  JSON.stringify(line.slice(0, 60)).replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16)}`,
  );

test.each(lines.map((line) => [shown(line), line] as const))(
  "%s gets one clear sentence and changes nothing but the journal",
  async (_, line) => {
    const before = bot.everythingElse();
    const { body, buttons, title } = await bot.type(line);
    expect({ title, buttons, blocks: body.length }).toEqual({ title: null, buttons: [], blocks: 1 });
    const [block] = body;
    const sentence = block?.kind === "text" ? block.text : "";
    expect(sentence).toMatch(/^["/A-Za-z].{9,399}[.?]$/s);
    expect(sentence).not.toContain("fault inside");
    expect(bot.everythingElse()).toBe(before);
    expect(bot.journal().type).toMatch(REFUSED);
    expect(bot.problems).toEqual([]);
  },
);

test.each([
  "@everyone <@1> [x](javascript:alert(1))",
  "<b>bold</b> & *stars*",
  "due to\nnews",
  "\"quoted\" and 'so'",
])("the reason %j is kept as it was typed", async (reason) => {
  const own = await startBot();
  await own.type("/resume");
  await own.type(`/pause ${reason}`);
  const stored = own.database.read((reader) =>
    reader.get<{ reason: string }>("SELECT reason FROM system_state"),
  );
  expect(stored?.reason).toBe(reason);
  expect(wordsOf(await own.type("/status"))).toContain(reason);
  await own.stop();
});

test("a sentence about a bad argument names the argument and shows how to type it", async () => {
  expect(wordsOf(await bot.type("/orders 1e3")).trim()).toMatch(
    /^rows must be a whole number from 1 to 25, not "1e3"\. Type \/orders \[rows\] \[page\]/i,
  );
});
