// The smaller methods, the chats a bot can reach, and the calls that are wrong from the start.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Started, startFake, TOKEN } from "./test-call.ts";

let started: Started;

beforeEach(() => {
  started = startFake();
});
afterEach(() => started.fake.stop());

test("the bot is who its token says", async () => {
  expect((await started.call("getMe")).result).toMatchObject({
    id: 4242,
    is_bot: true,
    username: "countersign_bot",
  });
});

test.each([
  ["bot1:wrong/getMe", 401, "Unauthorized"],
  [`bot${TOKEN}/getEverything`, 404, "Not Found: method not found"],
  ["getMe", 404, "Not Found"],
])("a call of /%s is refused", async (path, status, description) => {
  const response = await fetch(`${started.fake.apiRoot}/${path}`);
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ ok: false, error_code: status, description });
});

test("parameters come as JSON, as a form, in parts or in the address", async () => {
  const { fake } = started;
  const url = `${fake.apiRoot}/bot${TOKEN}/sendMessage`;
  const reply_markup = JSON.stringify({ inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] });
  const form = { chat_id: "7", text: "x", disable_notification: "true", reply_markup };
  const parts = new FormData();
  for (const [name, value] of Object.entries(form)) parts.append(name, value);
  const bodies = [new URLSearchParams(form), parts];
  for (const body of bodies) expect((await fetch(url, { method: "POST", body })).status).toBe(200);
  expect((await fetch(`${url}?${new URLSearchParams(form)}`)).status).toBe(200);
  expect(fake.messages(7)).toHaveLength(3);
  for (const message of fake.messages(7))
    expect(message).toMatchObject({ text: "x", isSilent: true, buttons: [[{ label: "Yes", data: "y" }]] });
});

test("a body that is no object is refused", async () => {
  const url = `${started.fake.apiRoot}/bot${TOKEN}/getMe`;
  const headers = { "content-type": "application/json" };
  for (const body of ["{", "[]", "null"])
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(400);
});

test("unknown methods and parameters are faults of the bot", async () => {
  const { fake, call } = started;
  await call("sendMessage", { chat_id: 7, text: "x", colour: "red" });
  await call("sendVoice");
  expect(fake.faults).toEqual(["sendMessage: unknown parameter colour", "unknown method sendVoice"]);
  expect(fake.history).toHaveLength(1);
});

test("whom the bot cannot reach, it is told in Telegram's words", async () => {
  const { fake, call } = started;
  fake.person({ id: 8, firstName: "Stranger", hasStarted: false });
  fake.group({ id: -5, title: "Desk" });
  fake.supergroup({ id: -1006, title: "Floor" });
  fake.block(7);
  fake.kickBot(-5);
  fake.kickBot(-1006);
  const refusal = async (chat_id: unknown) => {
    const { status, description } = await call("sendMessage", { chat_id, text: "x" });
    return `${status} ${description}`;
  };
  expect(await refusal(7)).toBe("403 Forbidden: bot was blocked by the user");
  expect(await refusal(8)).toBe("403 Forbidden: bot can't initiate conversation with a user");
  expect(await refusal(-5)).toBe("403 Forbidden: bot was kicked from the group chat");
  expect(await refusal(-1006)).toBe("403 Forbidden: bot was kicked from the supergroup chat");
  expect(await refusal(999)).toBe("400 Bad Request: chat not found");
  expect(await refusal("nobody")).toBe("400 Bad Request: chat not found");
  fake.readmit(7);
  expect((await call("sendMessage", { chat_id: 7, text: "x" })).status).toBe(200);
});

test("a group that became a supergroup says where it went", async () => {
  const { fake, anna, call } = started;
  fake.group({ id: -5, title: "Desk", members: [anna] });
  fake.migrate(-5, -1005);
  expect(await call("sendMessage", { chat_id: -5, text: "x" })).toMatchObject({
    status: 400,
    description: "Bad Request: group chat was upgraded to a supergroup chat",
    parameters: { migrate_to_chat_id: -1005 },
  });
  expect((await call("sendMessage", { chat_id: -1005, text: "x" })).ok).toBe(true);
  expect((await call("getUpdates")).result).toMatchObject([
    { message: { chat: { id: -5 }, migrate_to_chat_id: -1005 } },
    { message: { chat: { id: -1005 }, migrate_from_chat_id: -5 } },
  ]);
});

test("members of a chat are known by their standing", async () => {
  const { fake, anna, call } = started;
  fake.group({ id: -5, title: "Desk", members: [anna] });
  const statusOf = async (user_id: number) =>
    (await call("getChatMember", { chat_id: -5, user_id })).result?.status;
  expect(await statusOf(7)).toBe("member");
  for (const status of ["creator", "administrator", "restricted", "kicked", "left"] as const) {
    fake.setMember(-5, 7, status);
    expect(await statusOf(7)).toBe(status);
  }
  expect(await statusOf(fake.me.id)).toBe("administrator");
  expect((await call("getChatMember", { chat_id: -5, user_id: 99 })).description).toBe(
    "Bad Request: user not found",
  );
  expect((await call("getChat", { chat_id: -5 })).result).toMatchObject({
    id: -5,
    type: "group",
    title: "Desk",
  });
});

test("the bot shows that it types, where it may", async () => {
  const { call } = started;
  expect((await call("sendChatAction", { chat_id: 7, action: "typing" })).result).toBe(true);
  expect((await call("sendChatAction", { chat_id: 7, action: "dancing" })).status).toBe(400);
});

test("commands are kept by scope and language, and a person sees the narrowest list", async () => {
  const { fake, call } = started;
  fake.person({ id: 9, firstName: "Otto", languageCode: "de" });
  const list = (name: string) => [{ command: name, description: `does ${name}` }];
  const set = async (name: string, rest: object) =>
    expect((await call("setMyCommands", { commands: list(name), ...rest })).result).toBe(true);
  await set("all", {});
  await set("alle", { language_code: "de" });
  await set("mine", { scope: { type: "chat", chat_id: 7 } });
  expect([...fake.commands.keys()]).toEqual(["default", "default@de", "chat:7"]);
  expect(fake.menuSeenBy(7, 7)).toEqual(list("mine"));
  expect(fake.menuSeenBy(9, 9)).toEqual(list("alle"));
  expect((await call("getMyCommands")).result).toEqual(list("all"));
  await call("deleteMyCommands", { scope: { type: "chat", chat_id: 7 } });
  expect(fake.menuSeenBy(7, 7)).toEqual(list("all"));
});

test("in a group the member's own list comes before the administrators' and the group's", async () => {
  const { fake, anna, call } = started;
  fake.group({ id: -5, title: "Desk", members: [anna] });
  const scopes = [
    { type: "all_group_chats" },
    { type: "all_chat_administrators" },
    { type: "chat", chat_id: -5 },
    { type: "chat_administrators", chat_id: -5 },
    { type: "chat_member", chat_id: -5, user_id: 7 },
  ];
  for (const scope of scopes)
    await call("setMyCommands", { scope, commands: [{ command: scope.type, description: "x" }] });
  const seen = () => fake.menuSeenBy(7, -5)[0]?.command;
  expect(seen()).toBe("chat_member");
  await call("deleteMyCommands", { scope: scopes[4] });
  expect(seen()).toBe("chat");
  fake.setMember(-5, 7, "administrator");
  expect(seen()).toBe("chat_administrators");
});

test.each([
  [[{ command: "Stop", description: "x" }], "BOT_COMMAND_INVALID"],
  [[{ command: "a".repeat(33), description: "x" }], "BOT_COMMAND_INVALID"],
  [[{ command: "stop", description: "" }], "BOT_COMMAND_DESCRIPTION_INVALID"],
  [[{ command: "stop", description: "x".repeat(257) }], "BOT_COMMAND_DESCRIPTION_INVALID"],
  [
    Array.from({ length: 101 }, (_, index) => ({ command: `c${index}`, description: "x" })),
    "BOT_COMMANDS_TOO_MUCH",
  ],
])("a command list is checked (case %#)", async (commands, reason) => {
  expect((await started.call("setMyCommands", { commands })).description).toBe(`Bad Request: ${reason}`);
  expect(started.fake.commands.size).toBe(0);
});

test.each([
  [{ type: "everywhere" }, "can't parse BotCommandScope: Unsupported type specified"],
  [{ type: "chat" }, "can't parse BotCommandScope: a field is missing"],
  [{ type: "chat", chat_id: 999 }, "chat not found"],
])("the scope %j is refused", async (scope, reason) => {
  expect((await started.call("setMyCommands", { commands: [], scope })).description).toBe(
    `Bad Request: ${reason}`,
  );
});
