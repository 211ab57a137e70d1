// Rate limits and planned troubles, felt through discord.js.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { ButtonStyle, DiscordAPIError, HTTPError, type SendableChannels } from "discord.js";
import { Bot, TOKEN } from "./bot.ts";
import { FakeDiscord } from "./fake-discord.ts";
import type { Channel } from "./world.ts";

const SPEED = 20;
let fake: FakeDiscord;
let bot: Bot;
let desk: Channel;
let channel: SendableChannels;

beforeEach(async () => {
  fake = FakeDiscord.start({ token: TOKEN, speed: SPEED });
  fake.desk.acknowledgeWithinMs = 60_000;
  desk = fake.channel(fake.guild({ name: "Traders" }), "desk");
  bot = await Bot.open(fake, { retries: 1, timeout: 300 });
  const fetched = await bot.client.channels.fetch(desk.id);
  if (!fetched?.isSendable()) throw new Error("not sendable");
  channel = fetched;
});

afterEach(async () => {
  fake.heal();
  await bot.close();
  await fake.stop();
  expect(fake.faults).toEqual([]);
});

const contents = () => fake.messages(desk.id).map((message) => message.content);
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error) => error,
  );
const POST = "POST /channels/*/messages";

describe("rate limits", () => {
  test("let five messages pass in five seconds, and discord.js waits for the rest", async () => {
    const startAt = fake.now();
    await Promise.all(Array.from({ length: 7 }, (_, index) => channel.send(`message ${index}`)));
    expect(contents()).toHaveLength(7);
    expect(fake.now() - startAt).toBeGreaterThanOrEqual(5_000);
    expect(fake.count429).toBe(0);
  });

  test("answer 429 to those who do not wait, and count edits apart from posts", async () => {
    const call = (method: string, path: string) => {
      const headers = { authorization: `Bot ${TOKEN}`, "content-type": "application/json" };
      return fetch(`${fake.api}/v10${path}`, { method, headers, body: '{"content":"x"}' });
    };
    const path = `/channels/${desk.id}/messages`;
    const answers = [];
    for (let index = 0; index < 6; index += 1) answers.push(await call("POST", path));
    expect(answers.map((answer) => answer.headers.get("x-ratelimit-remaining"))).toEqual([..."432100"]);
    const last = answers[5]!;
    expect([last.status, fake.count429]).toEqual([429, 1]);
    const body = (await last.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ global: false, message: "You are being rate limited." });
    expect(Number(body["retry_after"])).toBeLessThanOrEqual(5 / SPEED);
    expect((await call("PATCH", `${path}/${fake.messages(desk.id)[0]?.id}`)).status).toBe(200);
    fake.advance(5_000);
    expect((await call("POST", path)).status).toBe(200);
    fake.rateLimits.isOn = false;
    expect((await call("POST", path)).headers.has("x-ratelimit-limit")).toBe(false);
  });

  test("hold for all requests together at fifty a second", async () => {
    const headers = { authorization: `Bot ${TOKEN}` };
    fake.advance(1_000);
    const url = `${fake.api}/v10/users/@me`;
    const all = await Promise.all(Array.from({ length: 120 }, () => fetch(url, { headers })));
    const refused = all.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get("x-ratelimit-global")).toBe("true");
  });

  test("planned by a test are obeyed", async () => {
    fake.fail(POST, { kind: "rate limited", retryAfterMs: 120 });
    const startedAt = Date.now();
    await channel.send("late");
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(120);
    expect([fake.count429, contents()]).toEqual([1, ["late"]]);
  });
});

describe("a planned trouble", () => {
  test("of status 500 is tried again, and repeats a message that had its effect", async () => {
    fake.fail(POST, { kind: "status", status: 500 });
    await channel.send("once");
    expect(contents()).toEqual(["once"]);
    fake.fail(POST, { kind: "status", status: 502, hasEffect: true });
    await channel.send("twice");
    expect(contents()).toEqual(["once", "twice", "twice"]);
    expect(fake.history.filter((call) => call.method === "POST")).toHaveLength(3);
  });

  test.each([
    [401, 0],
    [403, 50013],
    [404, 10008],
  ])("of status %i is told with its code", async (status, code) => {
    fake.fail(POST, { kind: "status", status, code });
    const error = await failure(channel.send("x"));
    expect(error).toBeInstanceOf(DiscordAPIError);
    expect(error).toMatchObject({ status, code });
    expect(contents()).toEqual([]);
  });

  test("of a server error that stays is told after the retries", async () => {
    fake.fail("* /channels/*/messages", { kind: "status", status: 503 }, Infinity);
    expect(await failure(channel.send("x"))).toBeInstanceOf(HTTPError);
    expect(fake.calls.filter((call) => call.status === 503)).toHaveLength(2);
  });

  test("of a reset connection reaches the program as an error, with or without the effect", async () => {
    fake.fail(POST, { kind: "reset" }, 2);
    expect(await failure(channel.send("never"))).toBeInstanceOf(Error);
    fake.fail(POST, { kind: "reset", hasEffect: true }, 2);
    expect(await failure(channel.send("done"))).toBeInstanceOf(Error);
    expect(contents()[0]).toBe("done");
    expect(contents()).not.toContain("never");
  });

  test("of a hanging request ends by the client's own time-out", async () => {
    fake.fail(POST, { kind: "hang" }, 2);
    expect(await failure(channel.send("x"))).toMatchObject({ name: "AbortError" });
  });

  test("of malformed JSON is an error although the message was posted", async () => {
    fake.fail(POST, { kind: "malformed", hasEffect: true });
    expect(await failure(channel.send("x"))).toBeInstanceOf(SyntaxError);
    expect(contents()).toEqual(["x"]);
  });

  test("of slowness only takes its time", async () => {
    fake.fail(POST, { kind: "slow", delayMs: 80 });
    const startedAt = Date.now();
    await channel.send("x");
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(80);
  });

  test("on a callback makes discord.js acknowledge twice", async () => {
    const errors: unknown[] = [];
    bot.onInteraction(async (interaction) => {
      if (interaction.isButton()) errors.push(await failure(interaction.update("x")));
    });
    const button = { type: 2 as const, style: ButtonStyle.Primary as const, label: "ok", custom_id: "ok" };
    const sent = await channel.send({ components: [{ type: 1, components: [button] }] });
    fake.fail("POST /interactions/*/*/callback", { kind: "status", status: 500, hasEffect: true });
    fake.press(fake.person(), desk, sent.id, "ok");
    await fake.waitFor(() => errors.length === 1);
    expect(errors[0]).toMatchObject({ code: 40060 });
  });
});
