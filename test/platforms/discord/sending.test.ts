import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { commandButton, picture, text, verbatim } from "../../../src/chat/message.ts";
import { png } from "../../support/discord/bot.ts";
import type { Trouble } from "../../support/discord/troubles.ts";
import { Bench } from "./bench.ts";
import type { Parts } from "./drawn.ts";

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.connected();
});
afterEach(() => bench.close());

const POST = "POST /channels/*/messages";
const PATCH = "PATCH /channels/*/messages/*";
const DELETE = "DELETE /channels/*/messages/*";
const NO_SUCH = "123456789012345678";
const seen = () => bench.fake.messages(bench.desk.id);

const CARD: Parts = { title: "RUNNING", body: [text("well")], buttons: [[commandButton("Do", "status")]] };
const PICTURED: Parts = { title: "Code", body: [picture({ of: "qr", text: "x" }, "Scan it.")] };
const LONG: Parts = { ...CARD, body: [verbatim("line of a log\n".repeat(500))] };

describe("a card", () => {
  test("is sent with its buttons, notifies nobody by name, and makes no sound when it is silent", async () => {
    const id = await bench.send({ title: "@everyone", body: [text("<@1>")] }, { isSilent: true });
    await bench.send(CARD);
    const [silent, loud] = seen();
    expect(silent).toMatchObject({ id, flags: 4096, pings: [] });
    expect(loud).toMatchObject({ flags: 0, embeds: [{ title: "RUNNING", description: "well" }] });
    expect(loud?.buttons.flat().map(({ label }) => label)).toEqual(["Do"]);
  });

  test("is replaced in place, its buttons taken away; saying the same again is no error", async () => {
    const id = await bench.send(CARD);
    expect(await bench.edit(id, "over")).toBe(id);
    expect(await bench.edit(id, "over")).toBe(id);
    expect(seen()).toMatchObject([{ id, buttons: [], embeds: [{ description: "over" }] }]);
    expect(seen()[0]?.embeds[0]?.title).toBeUndefined();
  });

  test("shows its picture, another one after an edit, and none when there is none", async () => {
    const names = () =>
      seen()[0]?.attachments.map(({ bytes, isInEmbed, description }) => [
        bytes.length,
        isInEmbed,
        description,
      ]);
    const id = await bench.send(PICTURED, { image: png(3, 3) });
    expect(names()).toEqual([[png(3, 3).length, true, "Scan it."]]);
    await bench.edit(id, PICTURED, { image: png(40, 50) });
    expect(names()).toEqual([[png(40, 50).length, true, "Scan it."]]);
    await bench.edit(id, "done");
    expect(names()).toEqual([]);
  });

  test("is removed; one that is gone already is no error", async () => {
    const id = await bench.send(CARD);
    await bench.platform.remove(bench.chat(), id);
    await bench.platform.remove(bench.chat(), id);
    expect(seen()).toEqual([]);
  });
});

describe("a card of several messages", () => {
  test("is one card to edit and to remove", async () => {
    const id = await bench.send(LONG);
    expect(seen()).toHaveLength(2);
    expect(bench.turns).toEqual([bench.desk.id]);
    expect(seen().map(({ buttons }) => buttons.length)).toEqual([0, 1]);
    const short = await bench.edit(id, CARD);
    expect(seen().map((one) => one.id)).toEqual([short]);
    const long = await bench.edit(short, LONG);
    expect(seen().map((one) => one.id)).toEqual(long.split(","));
    await bench.platform.remove(bench.chat(), long);
    expect(seen()).toEqual([]);
  });

  test("that did not get through whole leaves nothing behind", async () => {
    bench.fake.fail(POST, { kind: "slow", delayMs: 1 });
    bench.fake.fail(POST, { kind: "status", status: 500 });
    expect(await bench.failure(bench.send(LONG))).toEqual({ kind: "troubled" });
    expect(seen()).toEqual([]);
  });
});

describe("what Discord says to a message", () => {
  const refused = (status: number, code: number): Trouble => ({ kind: "status", status, code });
  test.each<[string, Trouble, object]>([
    ["an unknown channel", refused(404, 10003), { kind: "unacceptable" }],
    ["no access", refused(403, 50001), { kind: "unacceptable" }],
    ["closed direct messages", refused(403, 50007), { kind: "unacceptable" }],
    ["missing permissions", refused(403, 50013), { kind: "unacceptable" }],
    ["a refused token", refused(401, 0), { kind: "unreachable" }],
    ["a proxy's refusal", refused(403, 0), { kind: "unreachable" }],
    ["a failing server", refused(503, 0), { kind: "troubled" }],
    ["a broken connection", { kind: "reset" }, { kind: "unreachable" }],
    ["half an answer", { kind: "malformed" }, { kind: "unreachable" }],
  ])("%s", async (_, trouble, failure) => {
    bench.fake.fail(POST, trouble);
    expect(await bench.failure(bench.send(CARD))).toEqual(failure as never);
    await bench.send("next");
    expect(bench.read().at(-1)).toBe("next");
  });

  test("asks to wait as long as it says, and is not asked again by itself", async () => {
    bench.fake.fail(POST, { kind: "rate limited", retryAfterMs: 2_500 });
    const failure = await bench.failure(bench.send(CARD));
    expect(failure.kind).toBe("later");
    if (failure.kind === "later") expect(failure.afterMs).toBeWithin(2_500, 2_700);
    expect(bench.fake.count429).toBe(1);
  });

  test("a channel's limit is kept without running into it", async () => {
    bench.fake.rateLimits.isOn = true;
    for (let count = 0; count < 5; count += 1) await bench.send(`${count}`);
    const failure = await bench.failure(bench.send("one too many"));
    expect(failure.kind).toBe("later");
    expect(bench.fake.count429).toBe(0);
  });

  test.each<[number, object]>([
    [10008, { kind: "not_editable" }],
    [50005, { kind: "not_editable" }],
    [50001, { kind: "unacceptable" }],
  ])("an edit refused with %d", async (code, failure) => {
    const id = await bench.send(CARD);
    bench.fake.fail(PATCH, refused(403, code));
    expect(await bench.failure(bench.edit(id, "new"))).toEqual(failure as never);
  });

  test("a removal refused for good is no removal", async () => {
    bench.fake.fail(DELETE, refused(403, 50013));
    expect(await bench.failure(bench.platform.remove(bench.chat(), NO_SUCH))).toEqual({
      kind: "unacceptable",
    });
  });

  test("ids that are none are refused before Discord is asked", async () => {
    const nowhere = { platform: "discord", chatId: "../users/@me", threadId: "" } as const;
    expect(await bench.failure(bench.platform.remove(nowhere, NO_SUCH))).toEqual({ kind: "unacceptable" });
    expect(await bench.failure(bench.edit("../..", "x"))).toEqual({ kind: "not_editable" });
    expect(bench.fake.calls.filter(({ path }) => path.includes(".."))).toEqual([]);
  });
});

describe("an embed that Discord does not take", () => {
  test("is sent once more as plain words with its buttons", async () => {
    bench.fake.fail(POST, { kind: "status", status: 400, code: 50035 });
    const id = await bench.send(CARD);
    expect(seen()).toMatchObject([{ id, content: "**RUNNING**\nwell", embeds: [] }]);
    expect(seen()[0]?.buttons).toHaveLength(1);
    await bench.edit(id, "an embed again");
    expect(seen()).toMatchObject([{ content: "", embeds: [{ description: "an embed again" }] }]);
  });

  test("is given up when the plain words are not taken either", async () => {
    bench.fake.fail(POST, { kind: "status", status: 400, code: 50035 }, 2);
    expect(await bench.failure(bench.send(CARD))).toEqual({ kind: "unacceptable" });
    expect(bench.fake.calls.filter(({ method }) => method === "POST")).toHaveLength(2);
  });
});
