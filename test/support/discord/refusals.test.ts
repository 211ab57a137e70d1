// What Discord refuses, with its own codes; what no correct program sends is noted as a fault.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { png, TOKEN } from "./bot.ts";
import { FakeDiscord } from "./fake-discord.ts";
import type { Channel, Person } from "./world.ts";

let fake: FakeDiscord;
let desk: Channel;
let ana: Person;

beforeAll(() => {
  fake = FakeDiscord.start({ token: TOKEN });
  fake.rateLimits.isOn = false;
  ana = fake.person({ username: "ana" });
});
beforeEach(() => {
  desk = fake.channel(fake.world.guild({ name: "Traders" }), "desk");
  fake.faults.length = 0;
});
afterAll(() => fake.stop());

interface Answer {
  readonly status: number;
  readonly code: number | undefined;
  readonly body: Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  json?: unknown,
  files: readonly [string, Buffer][] = [],
  token = TOKEN,
): Promise<Answer> {
  const form = new FormData();
  form.set("payload_json", JSON.stringify(json));
  for (const [index, [name, bytes]] of files.entries()) {
    form.set(`files[${index}]`, new File([new Uint8Array(bytes)], name));
  }
  const isForm = files.length > 0;
  const body = isForm ? form : json === undefined ? null : JSON.stringify(json);
  const type = isForm ? {} : { "content-type": "application/json" };
  const headers = { authorization: `Bot ${token}`, ...type };
  const response = await fetch(`${fake.api}/v10${path}`, { method, headers, body });
  const text = await response.text();
  const parsed = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, code: parsed["code"] as number | undefined, body: parsed };
}

const post = (json: unknown, files?: [string, Buffer][]) =>
  call("POST", `/channels/${desk.id}/messages`, json, files);
const button = (details: Record<string, unknown> = {}) => ({
  type: 2,
  style: 1,
  label: "ok",
  custom_id: "ok",
  ...details,
});
const row = (...components: unknown[]) => ({ type: 1, components });
const field = (name: string, value: string) => ({ name, value });

describe("a message is refused", () => {
  const long = { description: "x".repeat(3_001) };
  const sixRows = Array.from({ length: 6 }, (_, index) => row(button({ custom_id: `b${index}` })));
  test.each<[string, unknown, string]>([
    ["when its content is over 2000", { content: "x".repeat(2_001) }, "content"],
    ["with six rows", { components: sixRows }, "components"],
    ["when its embeds are over 6000 in all", { embeds: [long, long] }, "embeds"],
    ["when two buttons share an id", { components: [row(button(), button())] }, "duplicated"],
    ["when a button has no id", { components: [row(button({ custom_id: undefined }))] }, "custom_id"],
    ["when a button has no label", { components: [row(button({ label: "" }))] }, "label"],
    ["when a label is over 80", { components: [row(button({ label: "x".repeat(81) }))] }, "label"],
    ["when an id is over 100", { components: [row(button({ custom_id: "x".repeat(101) }))] }, "custom_id"],
    ["when a field has no name", { embeds: [{ title: "t", fields: [field(" ", "v")] }] }, "name"],
    ["when a field has no value", { embeds: [{ title: "t", fields: [field("n", "")] }] }, "value"],
    ["when an embed is empty", { embeds: [{}] }, "description"],
    [
      "when a picture has no file",
      { embeds: [{ image: { url: "attachment://a.png" } }] },
      "attachment://a.png",
    ],
    ["when a listed attachment has no file", { content: "x", attachments: [{ id: "0" }] }, "attachments"],
    ["when it is ephemeral outside an interaction", { content: "x", flags: 64 }, "flags"],
  ])("%s", async (_, body, place) => {
    const answer = await post(body);
    expect([answer.status, answer.code]).toEqual([400, 50035]);
    expect(answer.body["errors"]).toBeDefined();
    expect(fake.faults).toHaveLength(1);
    expect(fake.faults[0]).toContain(place);
    expect(fake.messages(desk.id)).toEqual([]);
  });

  test("when there is nothing in it", async () => {
    expect((await post({ content: "  " })).code).toBe(50006);
    expect(fake.faults).toHaveLength(1);
  });

  test("when its picture is broken, and taken when it is whole", async () => {
    expect((await post({}, [["a.png", png(2, 2).subarray(0, 40)]])).code).toBe(50035);
    expect((await post({}, [["a.png", png(2, 2)]])).status).toBe(200);
  });

  test("when its file is over 10 MiB", async () => {
    expect((await post({}, [["a.txt", Buffer.alloc(10 * 1024 * 1024 + 1)]])).code).toBe(40005);
  });

  test("when it is not JSON", async () => {
    const url = `${fake.api}/v10/channels/${desk.id}/messages`;
    const response = await fetch(url, {
      method: "POST",
      body: "{",
      headers: { authorization: `Bot ${TOKEN}` },
    });
    expect(await response.json()).toMatchObject({ code: 50109 });
  });
});

describe("commands are refused", () => {
  const command = (details: Record<string, unknown> = {}) => ({ name: "ok", description: "d", ...details });
  const option = (details: Record<string, unknown> = {}) => ({ type: 3, ...command(details) });
  const many = Array.from({ length: 26 }, (_, index) => option({ name: `o${index}` }));
  test.each<[string, unknown]>([
    ["with an upper-case name", [command({ name: "Status" })]],
    ["with a space in the name", [command({ name: "a b" })]],
    ["without a description", [command({ description: "" })]],
    ["that stand twice", [command(), command()]],
    ["with 26 options", [command({ options: many })]],
    ["with an option twice", [command({ options: [option(), option()] })]],
    [
      "with a required option last",
      [command({ options: [option(), option({ name: "b", required: true })] })],
    ],
    [
      "with choices that stand twice",
      [
        command({
          options: [
            option({
              choices: [
                { name: "a", value: "a" },
                { name: "a", value: "b" },
              ],
            }),
          ],
        }),
      ],
    ],
    ["that are not a list", {}],
  ])("%s", async (_, body) => {
    const answer = await call("PUT", `/applications/${fake.world.bot.id}/commands`, body);
    expect([answer.status, answer.code]).toEqual([400, 50035]);
    expect(fake.faults).toHaveLength(1);
    expect(fake.commands()).toEqual([]);
  });

  test("in a guild where the bot is not, and kept by guild where it is", async () => {
    const path = (guildId: string) => `/applications/${fake.world.bot.id}/guilds/${guildId}/commands`;
    expect((await call("PUT", path("1"), [command()])).code).toBe(50001);
    const guildId = desk.guild?.id ?? "";
    const first = await call("PUT", path(guildId), [command()]);
    const second = await call("PUT", path(guildId), [command(), command({ name: "more" })]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(fake.commands(guildId).map((one) => one.name)).toEqual(["ok", "more"]);
    expect(fake.commands()).toEqual([]);
    expect(fake.registrations.map((one) => one.names.length)).toEqual([1, 2]);
    expect((await call("GET", path(guildId))).status).toBe(200);
  });
});

describe("an interaction", () => {
  const answer = (one: { id: string; facts: { token: string } }, json: unknown) =>
    call("POST", `/interactions/${one.id}/${one.facts.token}/callback`, json);
  const hook = (one: { facts: { token: string } }) => `/webhooks/${fake.world.bot.id}/${one.facts.token}`;
  const ask = () => fake.command(ana, desk, "status", {}, { isForged: true });
  const reply = { type: 4, data: { content: "hi" } };

  test("is acknowledged once, within three seconds", async () => {
    const first = ask();
    fake.advance(2_900);
    expect((await answer(first, reply)).status).toBe(204);
    expect((await answer(first, reply)).code).toBe(40060);
    expect((await first.acknowledged()).elapsedMs).toBeGreaterThanOrEqual(2_900);
    const late = ask();
    fake.advance(3_100);
    expect((await answer(late, reply)).code).toBe(10062);
    expect(fake.faults).toEqual([]);
  });

  test("has a token that dies after fifteen minutes", async () => {
    const asked = ask();
    expect((await call("PATCH", `${hook(asked)}/messages/@original`, { content: "x" })).code).toBe(10015);
    await answer(asked, { type: 5 });
    fake.advance(14 * 60_000);
    expect((await call("PATCH", `${hook(asked)}/messages/@original`, { content: "x" })).status).toBe(200);
    fake.advance(61_000);
    expect((await call("PATCH", `${hook(asked)}/messages/@original`, { content: "y" })).code).toBe(50027);
    expect((await call("POST", hook(asked), { content: "y" })).code).toBe(50027);
    expect((await call("GET", "/webhooks/1/2/messages/@original")).code).toBe(10015);
  });

  test("takes only the answers that fit it, checked like messages", async () => {
    for (const type of [1, 6, 7, 8, 10]) expect((await answer(ask(), { type })).code).toBe(50035);
    expect((await answer(ask(), { type: 4, data: { content: "x".repeat(2_001) } })).code).toBe(50035);
    expect((await answer(ask(), { type: 4 })).code).toBe(50006);
    const modal = { custom_id: "m", title: "x".repeat(46), components: [] };
    expect((await answer(ask(), { type: 9, data: modal })).code).toBe(50035);
  });

  test("is pressed only on what the person sees, unless forged", async () => {
    const { body } = await post({ content: "card", components: [row(button({ disabled: true }))] });
    const id = String(body["id"]);
    expect(() => fake.press(ana, desk, id, "ok")).toThrow("disabled");
    expect(() => fake.press(ana, desk, id, "other")).toThrow("no button");
    fake.deleteMessage(id);
    expect(() => fake.press(ana, desk, id, "ok")).toThrow("does not see");
    const forged = fake.press(ana, desk, id, "other", { isForged: true });
    expect((await answer(forged, { type: 7, data: { content: "x" } })).code).toBe(10008);
  });
});

test("the bot reaches only what it may reach", async () => {
  const posted = await post({ content: "hello" });
  const path = `/channels/${desk.id}/messages/${String(posted.body["id"])}`;
  fake.deleteMessage(String(posted.body["id"]));
  expect((await call("PATCH", path, { content: "x" })).code).toBe(10008);
  expect((await call("GET", "/channels/1")).code).toBe(10003);
  expect((await call("GET", "/users/@me", undefined, [], "wrong")).status).toBe(401);
  desk.hasAccess = false;
  expect((await post({ content: "x" })).code).toBe(50001);
  ana.acceptsDirectMessages = false;
  const opened = await call("POST", "/users/@me/channels", { recipient_id: ana.id });
  const direct = `/channels/${String(opened.body["id"])}/messages`;
  expect((await call("POST", direct, { content: "x" })).code).toBe(50007);
  expect((await call("POST", "/users/@me/channels", { recipient_id: "1" })).code).toBe(50033);
  expect(fake.faults).toEqual([]);
  expect((await call("GET", "/nothing")).status).toBe(404);
  expect(fake.faults).toEqual(["GET /nothing: no such route"]);
});
