import { expect, test } from "bun:test";
import type { Command } from "../../../src/chat/command.ts";
import { DeliveryError, type Menu } from "../../../src/chat/platform.ts";
import { fault } from "../../support/telegram/faults.ts";
import { openDesk, TOKEN } from "./desk.ts";

const commands = ["status", "stop"].map((name) => ({
  name,
  summary: `What ${name} does`,
})) as unknown as Command[];
const menu = (accountId: string, role: Menu["role"] = "viewer"): Menu => ({
  accountId,
  role,
  commands: role === null ? [] : commands,
});
const quiet = { isConnected: false } as const;
const seen = (desk: Awaited<ReturnType<typeof openDesk>>, id: number) =>
  desk.fake.menuSeenBy(id, id).map(({ command }) => command);

test("each person sees the commands of their role, strangers none", async () => {
  const desk = await openDesk(quiet);
  await fetch(
    `${desk.fake.apiRoot}/bot${TOKEN}/setMyCommands?commands=[{"command":"old","description":"old"}]`,
  );
  await desk.platform.showMenus([menu("7")]);
  expect(desk.fake.menuSeenBy(7, 7)).toEqual([
    { command: "status", description: "What status does" },
    { command: "stop", description: "What stop does" },
  ]);
  expect(seen(desk, 8)).toEqual([]);
});

test("who has no role any more loses the menu", async () => {
  const desk = await openDesk(quiet);
  await desk.platform.showMenus([menu("7")]);
  await desk.platform.showMenus([menu("7", null)]);
  expect(seen(desk, 7)).toEqual([]);
});

test("a menu that is shown already is not sent again", async () => {
  const desk = await openDesk(quiet);
  await desk.platform.showMenus([menu("7")]);
  await desk.platform.showMenus([menu("7"), menu("8")]);
  expect(desk.fake.calls("setMyCommands")).toHaveLength(2);
  expect(desk.fake.calls("deleteMyCommands")).toHaveLength(1);
});

test("somebody who never wrote gets the menu with the first word", async () => {
  const desk = await openDesk();
  desk.fake.fail("setMyCommands", fault.refuse(400, "Bad Request: chat not found"));
  await desk.platform.showMenus([menu("7"), menu("8")]);
  expect([seen(desk, 7), seen(desk, 8)]).toEqual([[], ["status", "stop"]]);
  desk.fake.say(desk.anna, 7, "/start");
  await desk.fake.waitFor(() => seen(desk, 7).length === 2);
});

test("a Telegram that is away is told, and the next call goes on", async () => {
  const desk = await openDesk(quiet);
  desk.fake.fail("setMyCommands", fault.reset({ hasEffect: false }));
  const error = await desk.platform.showMenus([menu("7")]).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DeliveryError);
  await desk.platform.showMenus([menu("7")]);
  expect(seen(desk, 7)).toHaveLength(2);
});
