import { expect, test } from "bun:test";
import { listChats, removeChat } from "../db/chats.ts";
import { accountPerson, listPeople, setRole } from "../db/people.ts";
import { admitFirst } from "../src/admission.ts";
import { loadConfig } from "../src/config.ts";
import type { PlatformName } from "../src/core/actor.ts";
import { ADA, memoryDatabase, NOW } from "./db/test-database.ts";

const { settings } = loadConfig({
  environment: {
    TELEGRAM_ADMIN_IDS: "1001,1002",
    TELEGRAM_CHAT_ID: "-1001234567890:7",
    DISCORD_ADMIN_IDS: "123456789012345678",
    DISCORD_CHANNEL_ID: "223456789012345678",
  },
  envFile: null,
});
const admit = (database: ReturnType<typeof memoryDatabase>, ...platforms: PlatformName[]): void =>
  admitFirst(database, NOW, settings, new Set(platforms));

test("the settings let in their admins and first chats, on the platforms that run alone", () => {
  const database = memoryDatabase();
  admit(database, "telegram");
  expect(database.read(listPeople).map(({ role, accounts }) => [role, accounts[0]?.accountId])).toEqual([
    ["admin", "1001"],
    ["admin", "1002"],
  ]);
  expect(database.read(listChats)).toMatchObject([
    {
      platform: "telegram",
      chatId: "-1001234567890",
      threadId: "7",
      topics: ["alerts", "approvals", "reports"],
    },
  ]);
  admit(database, "telegram", "discord");
  expect(database.read(listPeople)).toHaveLength(3);
  expect(database.read(listChats)).toHaveLength(2);
});

test("an admin who was revoked and a chat that was sent away stay so over restarts", () => {
  const database = memoryDatabase();
  admit(database, "telegram");
  database.transact(NOW, (tx) => {
    const person = accountPerson(tx, "telegram", "1002")!;
    expect(setRole(tx, person.id, null, ADA).ok).toBeTrue();
    removeChat(tx, { platform: "telegram", chatId: "-1001234567890", threadId: "7" }, ADA);
  });
  admit(database, "telegram");
  expect(database.read((reader) => accountPerson(reader, "telegram", "1002")?.role)).toBeNull();
  expect(database.read(listChats)).toEqual([]);
});

test("no ids let nobody in", () => {
  const database = memoryDatabase();
  const none = loadConfig({ environment: {}, envFile: null }).settings;
  admitFirst(database, NOW, none, new Set(["telegram", "discord"]));
  expect(database.read(listPeople)).toEqual([]);
});
