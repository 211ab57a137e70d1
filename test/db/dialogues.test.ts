import { expect, test } from "bun:test";
import { deleteDialogue, deleteDialoguesBefore, readDialogue, writeDialogue } from "../../db/dialogues.ts";
import { takeSeed } from "../../db/seeds.ts";
import { memoryDatabase, NOW } from "./test-database.ts";

test("a dialogue is kept by platform and key, replaced as it goes on, and gone when it ends", () => {
  const database = memoryDatabase();
  const read = (platform: "telegram" | "discord") =>
    database.read((reader) => readDialogue(reader, platform, "7/7"));
  database.transact(NOW, (tx) => writeDialogue(tx, "telegram", "7/7", '{"step":1}'));
  database.transact(NOW, (tx) => writeDialogue(tx, "telegram", "7/7", '{"step":2}'));
  expect([read("telegram"), read("discord")]).toEqual(['{"step":2}', null]);
  database.transact(NOW, (tx) => deleteDialogue(tx, "telegram", "7/7"));
  expect(read("telegram")).toBeNull();
});

test("dialogues nobody went on with are forgotten, the others stay", () => {
  const database = memoryDatabase();
  database.transact(NOW, (tx) => writeDialogue(tx, "telegram", "old", "{}"));
  database.transact(NOW + 1_000, (tx) => writeDialogue(tx, "telegram", "new", "{}"));
  expect(database.transact(NOW, (tx) => deleteDialoguesBefore(tx, NOW + 1_000))).toBe(1);
  expect(database.read((reader) => readDialogue(reader, "telegram", "new"))).toBe("{}");
});

test("what the settings gave once is taken once, whatever became of it", () => {
  const database = memoryDatabase();
  const take = () => database.transact(NOW, (tx) => takeSeed(tx, "chat telegram -100"));
  expect([take(), take()]).toEqual([true, false]);
});
