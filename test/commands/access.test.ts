import { afterAll, beforeAll, expect, test } from "bun:test";
import { commands } from "../../commands/index.ts";
import type { NeededRole } from "../../src/chat/command.ts";
import { ROLES, type Role } from "../../src/core/actor.ts";
import { type Bot, startBot, wordsOf } from "./support/bot.ts";

let bot: Bot;
beforeAll(async () => {
  bot = await startBot();
});
afterAll(() => bot.stop());

const isBelow = (role: Role, needed: NeededRole): boolean =>
  needed !== "anyone" && ROLES.indexOf(role) < ROLES.indexOf(needed);

// biome-ignore format: a table is read by its columns
const NEEDED: Readonly<Record<NeededRole, readonly string[]>> = {
  anyone: ["whoami", "link", "help", "start", "menu", "cancel", "tg_info"],
  viewer: [
    "status", "ready", "history", "scheduler", "price", "data", "position", "orders", "fills", "metrics", "equity", "daily",
    "weekly", "monthly", "why", "locks", "config", "diff", "events", "verify", "roles", "timezone",
    "report", "alerts", "heartbeat", "totp", "chart",
  ],
  operator: ["pause", "resume", "stop", "health", "logs", "version", "cycle", "lock", "unlock", "ack", "mute", "notify"],
  admin: ["recover", "flatten", "reset", "grant", "revoke", "here"],
};

test("every command needs the role it should, and none is left out", () => {
  const declared = commands.map(({ name, role }) => `${name} ${role}`).toSorted();
  const wanted = Object.entries(NEEDED).flatMap(([role, names]) => names.map((name) => `${name} ${role}`));
  expect(declared).toEqual(wanted.toSorted());
});

test("what only looks is not refused when it arrives late, and whatever changes something is marked so", () => {
  const changing = commands.filter(({ effects }) => effects === "change").map(({ name }) => name);
  expect(changing.toSorted()).toEqual(
    [
      ...["cancel", "cycle", "data", "flatten", "grant", "lock", "pause", "recover", "reset", "resume"],
      ...["revoke", "scheduler", "stop", "timezone", "unlock"],
      ...["ack", "alerts", "heartbeat", "mute", "notify"],
      ...["link", "totp", "here"],
    ].toSorted(),
  );
});

/** Lines whose words need more than the command's own name does. */
const HIGHER: readonly (readonly [string, Role])[] = [
  ["/scheduler start", "operator"],
  ["/scheduler stop cycle", "operator"],
  ["/scheduler run backup", "operator"],
  ["/data fetch", "operator"],
  ["/data fetch 30", "operator"],
  ["/timezone UTC", "operator"],
  ["/alerts order_filled off", "operator"],
  ["/alerts price 70000", "operator"],
  ["/heartbeat 6", "operator"],
];

const belowTheirRole = [
  ...commands.flatMap(({ examples, role }) => examples.map((line) => [line, role] as const)),
  ...HIGHER,
].flatMap(([line, needed]) =>
  ROLES.filter((role) => isBelow(role, needed)).map((role) => [role, line] as const),
);

test("there is something to refuse for every role below admin", () => {
  expect(new Set(belowTheirRole.map(([role]) => role))).toEqual(new Set<Role>(["viewer", "operator"]));
});

test.each(belowTheirRole)(
  "a %s is refused %s, told so in one sentence, and nothing changes",
  async (role, line) => {
    const before = bot.everythingElse();
    const answer = await bot.type(line, { as: role });
    expect(wordsOf(answer)).toMatch(/needs the role (operator|admin); yours is (viewer|operator)/);
    expect(bot.everythingElse()).toBe(before);
    const event = bot.journal();
    expect(event.type).toBe("command_denied");
    expect(event.actor).toMatchObject({ kind: "person", platform: "telegram" });
    expect(event.facts).toMatchObject({ code: "role_too_low", command: line.slice(1).split(" ")[0]! });
  },
);

const allLines = commands.map(({ examples }) => examples[0]!);

test.each(allLines)("a stranger gets nothing from %s, and nothing changes", async (line) => {
  const before = bot.everythingElse();
  const shown = await bot.send({ kind: "line", text: line }, { as: "stranger" });
  // One refusal with their own id; after that, silence.
  for (const card of shown) expect(wordsOf(card)).toContain("6666");
  expect(shown.length).toBeLessThanOrEqual(1);
  expect(bot.everythingElse()).toBe(before);
});

test("the first refusal of a stranger is answered once and is in the audit log", async () => {
  const own = await startBot();
  const shown = [
    ...(await own.send({ kind: "line", text: "/start" }, { as: "stranger" })),
    ...(await own.send({ kind: "line", text: "/start" }, { as: "stranger" })),
  ];
  expect(shown).toHaveLength(1);
  expect(wordsOf(shown[0]!)).toContain("6666");
  const rows = own.database.read((reader) =>
    reader.all<{ actor: string }>("SELECT actor FROM events_log WHERE type = 'stranger_refused'"),
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]!.actor).toContain("6666");
  await own.stop();
});

const reading = commands.filter(({ effects }) => effects === "read");

test.each(reading.flatMap(({ examples }) => examples))(
  "%s answers and changes nothing but the journal",
  async (line) => {
    const before = bot.everythingElse();
    await bot.type(line);
    expect(bot.everythingElse()).toBe(before);
  },
);

test.each(commands.flatMap(({ examples, name }) => examples.map((line) => [line, name] as const)))(
  "%s is journalled with who sent it",
  async (line, name) => {
    await bot.type(line);
    const event = bot.journal();
    expect(event.type).toMatch(/^command_(run|asked|refused)$/);
    expect(event.actor).toEqual({ kind: "person", personId: 1, platform: "telegram", accountId: "1001" });
    expect(event.facts["command"]).toBe(name);
    expect(bot.problems).toEqual([]);
  },
);

const changing = commands.filter(
  ({ effects, evenLate, name }) => effects === "change" && !evenLate && name !== "recover",
);

test.each(changing.map(({ examples }) => examples.at(-1)!))(
  "%s is not done when it arrives an hour late",
  async (line) => {
    const before = bot.everythingElse();
    const answer = await bot.type(line, { at: bot.clock.now() - 3_600_000 });
    expect(wordsOf(answer)).toContain("after you sent it, so it was not done");
    expect(bot.everythingElse()).toBe(before);
  },
);

test("/stop is done however late it arrives", async () => {
  const late = await startBot();
  await late.type("/resume");
  await late.type("/stop", { at: late.clock.now() - 86_400_000 });
  expect(late.state()).toBe("EMERGENCY_STOP");
  await late.stop();
});
