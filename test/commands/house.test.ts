import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { activate, insertVersion } from "../../db/config-versions.ts";
import { initialTunables } from "../../src/tunables/table.ts";
import { type Bot, labelsOf, startBot, wordsOf } from "./support/bot.ts";

let bot: Bot;
beforeEach(async () => {
  bot = await startBot();
});
afterEach(async () => {
  await bot.stop();
});

describe("status and health", () => {
  test("the status card has state, money, data age and the obvious next steps", async () => {
    const status = await bot.type("/status");
    expect(status.title).toBe("PAUSED");
    expect(wordsOf(status)).toContain("Equity: 10,000.00 USDT");
    expect(wordsOf(status)).toContain("Strategy: trend_ema, v1");
    expect(labelsOf(status)).toEqual(["Refresh", "Why", "Position", "Orders", "Resume", "Stop"]);
    expect(labelsOf(await bot.type("/status", { as: "viewer" }))).toEqual([
      "Refresh",
      "Why",
      "Position",
      "Orders",
    ]);
  });

  test("times are in the chat's zone with UTC beside them", async () => {
    expect(wordsOf(await bot.type("/status"))).toContain("1 Mar 13:00 (12:00 UTC)");
    expect(wordsOf(await bot.type("/status", { chatId: "1001" }))).toContain("1 Mar 12:00 UTC");
  });

  test("readiness is said in the title, and that nothing trades while PAUSED", async () => {
    const ready = await bot.type("/ready");
    expect(ready.title).toBe("Ready to trade");
    expect(wordsOf(ready)).toContain("nothing trades until it is RUNNING");
  });

  test("/logs shows as many lines as asked for", async () => {
    expect(wordsOf(await bot.type("/logs 1"))).not.toContain("INFO started");
    expect(wordsOf(await bot.type("/logs 5"))).toContain("INFO started");
  });

  test("/health and /version tell of the process", async () => {
    expect(wordsOf(await bot.type("/health"))).toContain("Memory: 81.0 MB");
    expect(wordsOf(await bot.type("/version"))).toContain("Bun 1.4.5");
  });
});

describe("jobs", () => {
  test("a job is stopped and started by an operator, and each switch is audited", async () => {
    await bot.type("/scheduler stop cycle", { as: "operator" });
    expect(wordsOf(await bot.type("/scheduler"))).toContain("cycle: never; off");
    expect(wordsOf(await bot.type("/status"))).toContain("Off: cycle (/scheduler)");
    await bot.type("/scheduler start cycle", { as: "operator" });
    const switches = bot.database.read((reader) =>
      reader.all<{ type: string }>("SELECT type FROM events_log WHERE category = 'job' ORDER BY seq"),
    );
    expect(switches.map(({ type }) => type)).toEqual(["job_disabled", "job_enabled"]);
  });

  test("a safety job cannot be stopped", async () => {
    expect(wordsOf(await bot.type("/scheduler stop expiry"))).toContain("cannot be stopped");
  });

  test("a failing run says why and shows on the list", async () => {
    expect(wordsOf(await bot.type("/scheduler run backup"))).toContain("backup failed: the disk is full");
    expect(wordsOf(await bot.type("/scheduler"))).toContain("backup: the disk is full (1×)");
  });

  test("a run that works says how long it took", async () => {
    expect(wordsOf(await bot.type("/scheduler run cycle"))).toContain("cycle ran in");
  });
});

describe("market", () => {
  test("the price comes with its day", async () => {
    const words = wordsOf(await bot.type("/price"));
    expect(words).toMatch(/BTCUSDT 59,[0-9]{3}\.[0-9]{2} USDT/);
    expect(words).toMatch(/24 h: \+0\.[0-9]{2} %/);
  });

  test("a market that does not answer is one sentence", async () => {
    bot.settings.isReachable = false;
    const words = wordsOf(await bot.type("/price"));
    expect(words).toContain("The market does not answer.");
    expect(wordsOf(await bot.type("/status"))).toContain("Feed: not connected: no answer");
  });

  test("/data fetch fills what is missing and says how much", async () => {
    const short = await startBot({ hasCandles: false });
    expect((await short.type("/data")).title).toBe("No candles yet");
    expect((await short.type("/data fetch 5")).title).toBe("Fetched 120 candles");
    expect(wordsOf(await short.type("/data"))).toContain("1h | 120 | 1,956 | 0");
    await short.stop();
  });
});

describe("config", () => {
  const secondVersion = (): void =>
    bot.database.transact(bot.clock.now(), (tx) => {
      const actor = { kind: "system", name: "test" } as const;
      const tunables = initialTunables({ "risk.per_trade": 0.004, "exits.trailing": true });
      activate(tx, insertVersion(tx, { baseVersion: 1, source: "human:1", tunables }, actor), actor);
    });

  test("the active version shows its tunables with units, of the active strategy alone", async () => {
    const words = wordsOf(await bot.type("/config"));
    expect(words).toContain("Config v1, active");
    expect(words).toContain("per_trade: 0.50 %");
    expect(words).toContain("pullback_bps: 30 bps");
    expect(words).not.toContain("entry_z");
  });

  test("an older version can be asked for, and compared with the active one", async () => {
    secondVersion();
    const old = await bot.type("/config 1");
    expect(old.title).toBe("Config v1");
    const compared = wordsOf(await bot.press(old, "Against active"));
    expect(compared).toContain("risk.per_trade | 0.50 % | 0.40 %");
    expect(compared).toContain("exits.trailing | off | on");
    expect(compared.split("\n").filter((line) => line.includes(" | "))).toHaveLength(3);
  });

  test("equal versions are said to be the same", async () => {
    expect(wordsOf(await bot.type("/diff 1 1"))).toContain("Versions 1 and 1 are the same.");
  });
});

describe("audit", () => {
  test("events are filtered by category, person, text and time", async () => {
    await bot.type("/resume looking good", { as: "operator" });
    expect(wordsOf(await bot.type("/events system"))).toContain("PAUSED → RUNNING: looking good");
    expect(wordsOf(await bot.type("/events actor:#2"))).not.toContain("First start");
    expect(wordsOf(await bot.type("/events actor:#3"))).toContain("No event matches");
    expect(wordsOf(await bot.type('/events "looking good"'))).toContain("looking good");
    expect(wordsOf(await bot.type("/events to:2026-02-28"))).not.toContain("First start");
    expect(wordsOf(await bot.type("/events from:1d First"))).toContain("First start");
    expect(wordsOf(await bot.type("/events from:2026-03-02"))).toContain("No event matches");
  });

  test("the next page keeps the filters", async () => {
    for (let i = 0; i < 12; i++) await bot.type("/version");
    const first = await bot.type("/events chat");
    const second = await bot.press(first, "Older ▶");
    expect(second.title).toBe("Events: chat");
    expect(wordsOf(second)).toContain("Page 2 of 2");
  });

  test("/verify names the events checked and the head's hash", async () => {
    const verified = await bot.type("/verify", { as: "viewer" });
    expect(verified.title).toBe("The audit log is intact");
    expect(wordsOf(verified)).toMatch(/Hash: [0-9a-f]{64}/);
  });
});

describe("people", () => {
  test("/whoami tells everyone their own role and id", async () => {
    const words = wordsOf(await bot.type("/whoami", { as: "viewer" }));
    expect(words).toContain("Role: viewer");
    expect(words).toContain("telegram: 1003");
  });

  test("account ids are shown to admins alone", async () => {
    expect(wordsOf(await bot.type("/roles"))).toContain("telegram:1002");
    expect(wordsOf(await bot.type("/roles", { as: "viewer" }))).not.toContain("telegram:1002");
  });

  test("a viewer is granted at once, a higher role after a question", async () => {
    expect((await bot.type("/grant 5555 viewer Eve")).title).toBe("Eve is now viewer");
    const question = await bot.type("/grant 5555 operator");
    expect(wordsOf(question)).toContain("instead of viewer");
    expect((await bot.press(question, "Make them operator")).title).toBe("Eve is now operator");
  });

  test("who was granted a role may use it at once", async () => {
    await bot.type("/grant 6666 viewer");
    const shown = await bot.send({ kind: "line", text: "/whoami" }, { as: "stranger" });
    expect(wordsOf(shown.at(-1)!)).toContain("Role: viewer");
  });

  test("/revoke asks, then takes the role", async () => {
    const question = await bot.type("/revoke #3");
    expect(wordsOf(question)).toContain("Take the role viewer from Vera?");
    await bot.press(question, "Revoke");
    expect(await bot.send({ kind: "line", text: "/status" }, { as: "viewer" })).toHaveLength(1);
    expect(wordsOf(await bot.type("/roles"))).toContain("#3 Vera | revoked");
  });

  test("the last admin cannot be revoked, and is told what to do", async () => {
    const answer = await bot.press(await bot.type("/revoke #1"), "Revoke");
    expect(wordsOf(answer)).toContain("That is the last admin; make somebody else admin first.");
    expect(wordsOf(await bot.type("/whoami"))).toContain("Role: admin");
  });

  test("a chat's time zone is changed by an operator, from the next card on", async () => {
    await bot.type("/timezone America/New_York", { as: "operator" });
    expect(wordsOf(await bot.type("/timezone"))).toContain("Now: 1 Mar 07:00 (12:00 UTC)");
  });

  test("a chat that is not enrolled has no time zone of its own", async () => {
    expect(wordsOf(await bot.type("/timezone UTC", { chatId: "1001" }))).toContain("Only an enrolled chat");
  });
});

describe("help", () => {
  test("lists what the role may use, and no more", async () => {
    const words = wordsOf(await bot.type("/help", { as: "viewer" }));
    expect(words).toContain("/why");
    expect(words).not.toContain("/flatten");
  });

  test("explains one command with its arguments and examples", async () => {
    const words = wordsOf(await bot.type("/help /orders"));
    expect(words).toContain("/orders [rows] [page]");
    expect(words).toContain("/orders 8 2");
  });

  test("the menu offers a viewer nothing that changes anything", async () => {
    const labels = labelsOf(await bot.type("/menu", { as: "viewer" }));
    for (const harmful of ["Pause", "Resume", "STOP", "Recover"]) expect(labels).not.toContain(harmful);
  });

  test("/tg_info gives the ids that the settings ask for", async () => {
    expect(wordsOf(await bot.type("/tg_info"))).toContain("Chat id: -100");
  });
});
