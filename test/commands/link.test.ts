import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { accountPerson, listPeople, setRole } from "../../db/people.ts";
import type { PlatformName } from "../../src/core/actor.ts";
import { GROUP, PeopleBench } from "./support/people-bench.ts";

const ADA = "101";
const OTTO = "102";
const SOMEBODY = "777";
const MINUTE_MS = 60_000;
const ON_DISCORD = { on: "discord" } as const;

let bench: PeopleBench;
beforeEach(async () => {
  bench = await PeopleBench.started();
  bench.person("Ada", "admin", ADA);
  bench.person("Otto", "operator", OTTO);
});
afterEach(async () => {
  expect(bench.problems).toEqual([]);
  await bench.stop();
});

/** Makes a code and takes it from the card. */
async function code(accountId = ADA): Promise<string> {
  const [, made = ""] = /\/link ([0-9A-Z]{5}-[0-9A-Z]{5})/.exec(await bench.type(accountId, "/link")) ?? [];
  expect(made).toHaveLength(11);
  return made;
}

const ownerOf = (platform: PlatformName, accountId: string) =>
  bench.house.database.read((reader) => accountPerson(reader, platform, accountId));

const SYSTEM = { kind: "system", name: "test" } as const;

/** The usual refusal of people nobody knows. */
const REFUSED = "I take commands from known people only.";

describe("a stranger with a code", () => {
  test("becomes the person who made it, with that person's role, and can use it at once", async () => {
    const answer = await bench.type(SOMEBODY, `/link ${await code()}`, ON_DISCORD);
    expect(answer).toContain("You are Ada here now");
    expect(ownerOf("discord", SOMEBODY)).toMatchObject({ label: "Ada", role: "admin" });
    expect(await bench.type(SOMEBODY, "/whoami", ON_DISCORD)).toContain("Role: admin");
  });

  test("may type it small, without the hyphen, and with the letters that look like digits", async () => {
    const typed = (await code()).replace("-", "").toLowerCase().replaceAll("0", "o").replaceAll("1", "l");
    expect(await bench.type(SOMEBODY, `link ${typed}`, ON_DISCORD)).toContain("You are Ada here now");
  });

  test("is told to everyone who hears alerts, and audited as the stranger's doing", async () => {
    await bench.type(ADA, "/here alerts");
    await bench.type(SOMEBODY, `/link@countersign_bot ${await code()}`, ON_DISCORD);
    const notice = bench.telegram.readable.at(-1) ?? "";
    expect(notice).toContain("An account is now Ada's");
    expect(notice).toContain(`discord:${SOMEBODY}`);
    const [event] = bench.events("account_linked");
    expect(event?.actor).toEqual({ kind: "stranger", platform: "discord", accountId: SOMEBODY });
    expect(event?.facts).toMatchObject({ accountId: SOMEBODY, platform: "discord", fromPersonId: null });
  });

  test("finds it used up the second time, whoever tries", async () => {
    const made = await code();
    await bench.type(SOMEBODY, `/link ${made}`, ON_DISCORD);
    expect(await bench.type("778", `/link ${made}`, ON_DISCORD)).toContain(REFUSED);
    expect(ownerOf("discord", "778")).toBeNull();
    expect(await bench.type(OTTO, `/link ${made}`)).toContain("That code is not valid");
    expect(ownerOf("telegram", OTTO)?.label).toBe("Otto");
  });

  test("is linked once when two race for it", async () => {
    const line = { kind: "line", text: `/link ${await code()}` } as const;
    const [one, two] = ["777", "778"].map((id) => bench.incoming(id, line, ON_DISCORD));
    await Promise.all([bench.give(one!), bench.give(two!)]);
    expect(["777", "778"].filter((id) => ownerOf("discord", id) !== null)).toEqual(["777"]);
  });

  test("is answered once when the platform hands the same message over again", async () => {
    const message = bench.incoming(SOMEBODY, { kind: "line", text: `/link ${await code()}` }, ON_DISCORD);
    await bench.give(message);
    expect(await bench.give(message)).toBe("");
    await bench.type(SOMEBODY, "/version", ON_DISCORD);
    expect(bench.discord.readable.join()).not.toContain("not valid");
    expect(bench.events("account_linked")).toHaveLength(1);
  });

  test("finds it useless after ten minutes", async () => {
    const [late, early] = [await code(ADA), await code(OTTO)];
    await bench.wait(10 * MINUTE_MS - 1);
    expect(await bench.type("778", `/link ${early}`, ON_DISCORD)).toContain("You are Otto here now");
    await bench.wait(1);
    expect(await bench.type(SOMEBODY, `/link ${late}`, ON_DISCORD)).toContain(REFUSED);
  });

  test("finds the first code useless once a second was made", async () => {
    const first = await code();
    const second = await code();
    expect(await bench.type(SOMEBODY, `/link ${first}`, ON_DISCORD)).toContain(REFUSED);
    expect(await bench.type("778", `/link ${second}`, ON_DISCORD)).toContain("You are Ada here now");
  });

  test("gets nothing from somebody whose role was taken meanwhile", async () => {
    const made = await code(OTTO);
    bench.house.transact((tx) => setRole(tx, ownerOf("telegram", OTTO)!.id, null, SYSTEM));
    expect(await bench.type(SOMEBODY, `/link ${made}`, ON_DISCORD)).toContain(REFUSED);
  });

  test("cannot bring back an account whose person was revoked", async () => {
    bench.person("Rex", null, SOMEBODY, "discord");
    expect(await bench.type(SOMEBODY, `/link ${await code()}`, ON_DISCORD)).toContain(REFUSED);
    expect(ownerOf("discord", SOMEBODY)).toMatchObject({ label: "Rex", role: null });
  });

  test.each([
    ["in a group", { chat: GROUP }],
    ["forwarded", { changes: { oddities: ["forwarded"] } }],
    ["edited", { changes: { oddities: ["edited"] } }],
    ["by a bot", { changes: { oddities: ["bot"] } }],
  ] as const)("is not heard %s, and the code stays good", async (_, how) => {
    const made = await code();
    const sending = { ...ON_DISCORD, ...how } as Parameters<PeopleBench["type"]>[2];
    expect(await bench.type(SOMEBODY, `/link ${made}`, sending)).not.toContain("You are");
    expect(ownerOf("discord", SOMEBODY)).toBeNull();
    expect(await bench.type("778", `/link ${made}`, ON_DISCORD)).toContain("You are Ada here now");
  });

  test.each([
    "/link",
    "/link now please",
    "please /link {code}",
    "/link {code} now",
    "/grant {code}",
    "{code}",
  ])("says nothing but exactly that: %s", async (line) => {
    const text = line.replace("{code}", await code());
    expect(await bench.type(SOMEBODY, text, ON_DISCORD)).toContain(REFUSED);
    expect(ownerOf("discord", SOMEBODY)).toBeNull();
  });

  test("hears the same refusal for a code that was near as for anything else, as seldom", async () => {
    const made = await code();
    const near = `${made.slice(0, -1)}${made.endsWith("0") ? "2" : "0"}`;
    const first = await bench.type(SOMEBODY, `/link ${near}`, ON_DISCORD);
    expect(first).toBe(
      await bench.type("778", "hello", ON_DISCORD).then((other) => other.replace("778", SOMEBODY)),
    );
    expect(await bench.type(SOMEBODY, `/link ${near}`, ON_DISCORD)).toBe("");
  });
});

describe("guessing", () => {
  const WRONG = "00000-00000";

  test("ends after five wrong codes from an account in an hour: not even the right one is looked up", async () => {
    const made = await code();
    for (let i = 0; i < 5; i++) await bench.type(SOMEBODY, `/link ${WRONG}`, ON_DISCORD);
    expect(await bench.type(SOMEBODY, `/link ${made}`, ON_DISCORD)).not.toContain("You are");
    expect(await bench.type("778", `/link ${made}`, ON_DISCORD)).toContain("You are Ada here now");
    await bench.wait(60 * MINUTE_MS);
    expect(await bench.type(SOMEBODY, `/link ${await code()}`, ON_DISCORD)).toContain("You are Ada here now");
  });

  test("is held back for known people too", async () => {
    for (let i = 0; i < 5; i++) expect(await bench.type(OTTO, `/link ${WRONG}`)).toContain("not valid");
    expect(await bench.type(OTTO, `/link ${await code()}`)).toContain("not valid");
    expect(ownerOf("telegram", OTTO)?.label).toBe("Otto");
  });
});

describe("a known person's account with a code", () => {
  test("becomes the code owner's, and who is left without an account loses the role", async () => {
    bench.person("Ada on Discord", "viewer", "201", "discord");
    const answer = await bench.type("201", `/link ${await code()}`, ON_DISCORD);
    expect(answer).toContain("You are Ada here now");
    expect(answer).toContain("Before: #3 Ada on Discord, viewer");
    expect(answer).toContain(`Accounts: discord:201, telegram:${ADA}`);
    const people = bench.house.database.read(listPeople);
    expect(people.map(({ label, role }) => [label, role])).toContainEqual(["Ada on Discord", null]);
  });

  test("never raises the code's owner: an admin who types an operator's code becomes an operator", async () => {
    bench.person("Eve", "admin", "201", "discord");
    expect(await bench.type("201", `/link ${await code(OTTO)}`, ON_DISCORD)).toContain("Role: operator");
    expect(ownerOf("discord", "201")).toMatchObject({ label: "Otto", role: "operator" });
  });

  test("of the last admin stays where it is", async () => {
    expect(await bench.type(ADA, `/link ${await code(OTTO)}`)).toContain("last admin");
    expect(ownerOf("telegram", ADA)).toMatchObject({ label: "Ada", role: "admin" });
  });

  test("is not its own: the code is used up by that", async () => {
    const made = await code();
    expect(await bench.type(ADA, `/link ${made}`)).toContain("yours already");
    expect(await bench.type(SOMEBODY, `/link ${made}`, ON_DISCORD)).toContain(REFUSED);
  });

  test("typed where others read along joins nothing and is used up", async () => {
    await bench.type(ADA, "/here alerts", { chat: GROUP });
    await bench.press(ADA, "Post it here", undefined, { chat: GROUP });
    expect(await bench.type(ADA, "/link", { chat: GROUP })).toContain("write to me privately");
    const made = await code();
    expect(await bench.type(OTTO, `/link ${made}`, { chat: GROUP })).toContain("write to me privately");
    expect(await bench.type(OTTO, `/link ${made}`)).toContain("not valid");
  });
});

test("no code that still works stands in the audit log, and none at all among the link codes", async () => {
  const made = await code();
  await bench.type(SOMEBODY, `/link ${await code(OTTO)}`, ON_DISCORD);
  expect(`${bench.logged()}${bench.stored("inbox", "link_codes")}`).not.toContain(made);
  expect(bench.stored("link_codes")).not.toContain(made.replace("-", ""));
});

describe("/link remove", () => {
  const join = async (): Promise<void> =>
    void (await bench.type(SOMEBODY, `/link ${await code()}`, ON_DISCORD));

  test("asks, then makes one of one's accounts a stranger's", async () => {
    await join();
    expect(await bench.type(ADA, `/link remove discord:${SOMEBODY}`)).toContain("Take discord 777 from Ada?");
    expect(await bench.press(ADA, "Remove it")).toContain("Still theirs: telegram:101");
    expect(ownerOf("discord", SOMEBODY)).toBeNull();
    expect(bench.events("account_unlinked")).toHaveLength(1);
  });

  test("leaves everybody one account, and the one that is asked from", async () => {
    expect(await bench.type(OTTO, `/link remove telegram:${OTTO}`)).toContain("only account");
    await join();
    expect(await bench.type(ADA, `/link remove telegram:${ADA}`)).toContain("asking from that account");
  });

  test("of somebody else's account is an admin's", async () => {
    await bench.type(SOMEBODY, `/link ${await code(OTTO)}`, ON_DISCORD);
    bench.person("Vera", "viewer", "103");
    expect(await bench.type("103", `/link remove discord:${SOMEBODY}`)).toContain("no account of yours");
    await bench.type(ADA, `/link remove discord:${SOMEBODY}`);
    expect(await bench.press(ADA, "Remove it")).toContain("Was: #2 Otto's");
    expect(ownerOf("discord", SOMEBODY)).toBeNull();
  });
});
