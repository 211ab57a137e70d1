import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Secret, TOTP } from "otpauth";
import { listChats } from "../../db/chats.ts";
import { readState } from "../../db/system-state.ts";
import { GROUP, PeopleBench } from "./support/people-bench.ts";

const ADA = "101";
const VERA = "103";

let bench: PeopleBench;
beforeEach(async () => {
  bench = await PeopleBench.started();
  bench.person("Ada", "admin", ADA);
  bench.person("Vera", "viewer", VERA);
});
afterEach(async () => {
  expect(bench.problems).toEqual([]);
  await bench.stop();
});

const inGroup = { chat: GROUP } as const;
const inThread = { chat: { ...GROUP, threadId: "7" } } as const;
const heard = () =>
  bench.house.database
    .read(listChats)
    .map(({ chatId, threadId, topics }) => `${chatId}/${threadId}: ${topics.join(" ")}`);

describe("/here", () => {
  test("alone says what the chat hears, and changes nothing", async () => {
    const words = await bench.type(ADA, "/here", inGroup);
    expect(words).toContain("This chat is not enrolled");
    expect(words).toContain("[+ approvals] [+ alerts] [+ reports] [+ all]");
    expect(heard()).toEqual([]);
  });

  test("in a private chat enrols at once", async () => {
    const words = await bench.type(ADA, "/here alerts reports");
    expect(words).toContain("Hears alerts and reports\nalerts: stops, fills, faults and strangers");
    expect(heard()).toEqual([`${ADA}/: alerts reports`]);
  });

  test("in a group asks first, and says that every member reads what is posted", async () => {
    expect(await bench.type(ADA, "/here alerts", inGroup)).toContain("Every member of this chat");
    expect(heard()).toEqual([]);
    const enrolled = await bench.press(ADA, "Post it here", undefined, inGroup);
    expect(enrolled).toContain("Hears alerts");
    expect(enrolled).toContain("[+ approvals] [+ reports] [+ all]");
    expect(heard()).toEqual(["-100/: alerts"]);
  });

  test("adds topics by buttons, and asks nothing for what is heard already", async () => {
    await bench.type(ADA, "/here alerts", inGroup);
    await bench.press(ADA, "Post it here", undefined, inGroup);
    await bench.press(ADA, "+ all", undefined, inGroup);
    expect(await bench.press(ADA, "Post it here", undefined, inGroup)).toContain(
      "Hears approvals, alerts and reports",
    );
    expect(await bench.type(ADA, "/here alerts", inGroup)).toContain("Hears approvals, alerts and reports");
  });

  test("enrols a topic of a group by itself, and off forgets that one alone", async () => {
    await bench.type(ADA, "/here alerts", inGroup);
    await bench.press(ADA, "Post it here", undefined, inGroup);
    await bench.type(ADA, "/here reports", inThread);
    await bench.press(ADA, "Post it here", undefined, inThread);
    expect(heard()).toEqual(["-100/: alerts", "-100/7: reports"]);
    await bench.type(ADA, "/here off", inThread);
    expect(await bench.press(ADA, "Forget it", undefined, inThread)).toContain("is forgotten");
    expect(heard()).toEqual(["-100/: alerts"]);
  });

  test("off in the group itself forgets its topics too, and says when nobody hears anything then", async () => {
    for (const how of [inGroup, inThread]) {
      await bench.type(ADA, "/here alerts", how);
      await bench.press(ADA, "Post it here", undefined, how);
    }
    const question = await bench.type(ADA, "/here off", inGroup);
    expect(question).toContain("All its 2 topics and threads are forgotten.");
    expect(question).toContain("No other chat hears anything then.");
    await bench.press(ADA, "Forget it", undefined, inGroup);
    expect(heard()).toEqual([]);
    expect(await bench.type(VERA, "/status", inGroup)).toContain("not enrolled");
  });

  test("is an admin's, in an enrolled chat and elsewhere", async () => {
    for (const line of ["/here", "/here alerts", "/here off"])
      expect(await bench.type(VERA, line, inGroup)).toContain("needs the role admin");
    expect(heard()).toEqual([]);
  });

  test("off where nothing was enrolled changes nothing", async () => {
    expect(await bench.type(ADA, "/here off")).toContain("was not enrolled; nothing changed");
  });
});

describe("who is who", () => {
  test("/whoami offers to join another account and to set up codes, in private only", async () => {
    expect(await bench.type(VERA, "/whoami")).toContain("[Join another account] [Set up codes]");
    await bench.type(ADA, "/here alerts", inGroup);
    await bench.press(ADA, "Post it here", undefined, inGroup);
    expect(await bench.type(VERA, "/whoami", inGroup)).not.toContain("[Join another account]");
  });

  test("/roles shows everybody on which platforms people are, and their ids to admins alone", async () => {
    expect(await bench.type(ADA, "/roles")).toContain(`#2 Vera | viewer | telegram:${VERA}`);
    expect(await bench.type(VERA, "/roles")).toContain("#2 Vera | viewer | telegram\n");
  });

  test("/roles pages a crowd", async () => {
    for (let i = 0; i < 9; i++) bench.person(`Guest ${i}`, "viewer", `9${i}`);
    const first = await bench.type(ADA, "/roles");
    expect(first).toContain("Page 1 of 2, 11 people.");
    expect(first).not.toContain("Guest 8");
    const second = await bench.press(ADA, "After ▶");
    expect(second).toContain("#11 Guest 8");
    expect(second).toContain("[◀ Before]");
    expect(await bench.type(ADA, "/roles 3")).toContain("There is no page 3; the last is 2.");
  });
});

describe("/recover on a phone", () => {
  const state = (): string => bench.house.database.read(readState).state;
  beforeEach(() => void bench.type(ADA, "/stop it looked wrong"));

  test("the button asks for the reason, and without a device a question follows", async () => {
    const guide = await bench.type(ADA, "/recover");
    expect(guide).toContain("[Checked: recover…]");
    expect(guide).toContain("/totp, in a private chat");
    const reason = "the exchange is back, balances agree";
    const question = await bench.press(ADA, "Checked: recover…", { reason });
    expect(question).toContain("Leave the emergency stop?");
    expect(state()).toBe("EMERGENCY_STOP");
    const label = question.includes("[Recover anyway]") ? "Recover anyway" : "Recover";
    expect(await bench.press(ADA, label)).toContain(`Reason: ${reason}`);
    expect(state()).toBe("PAUSED");
  });

  test("with a device it asks for the code too, and that is the confirmation", async () => {
    const [, seed = ""] = /app: ([A-Z2-7]{32})/.exec(await bench.type(ADA, "/totp")) ?? [];
    const app = new TOTP({ secret: Secret.fromBase32(seed) });
    await bench.type(ADA, `/totp ${app.generate({ timestamp: bench.now })}`);
    expect(await bench.type(ADA, "/recover")).not.toContain("/totp, in a private chat");
    const press = (code: string) =>
      bench.press(ADA, "Checked: recover…", { code, reason: "understood and mended" });
    const used = app.generate({ timestamp: bench.now });
    expect(await press(used)).toContain("was used before");
    expect(state()).toBe("EMERGENCY_STOP");
    await bench.wait(30_000);
    await bench.type(ADA, "/recover");
    expect(await press(app.generate({ timestamp: bench.now }))).toContain("Reason: understood and mended");
    expect(state()).toBe("PAUSED");
    expect(bench.logged()).not.toContain(used);
  });

  test("an empty reason recovers nothing", async () => {
    await bench.type(ADA, "/recover");
    expect(await bench.press(ADA, "Checked: recover…", { reason: " " })).toContain("a few more words");
    expect(state()).toBe("EMERGENCY_STOP");
  });
});
