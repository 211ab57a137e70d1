import { describe, expect, test } from "bun:test";
import { enrolChat } from "../../db/chats.ts";
import { countDeliveries } from "../../db/deliveries.ts";
import { insertNotice } from "../../db/notices.ts";
import { addAccount } from "../../db/people.ts";
import type { Incoming } from "../../src/chat/platform.ts";
import { DeliveryError } from "../../src/chat/platform.ts";
import { Bench, breath, KeepingPlatform, NOON, SYSTEM, textOf } from "./bench.ts";

const ADA = "103";
const HOUR_MS = 3_600_000;
const unreachable = () => new DeliveryError({ kind: "unreachable" }, "The platform did not answer.");

/** Ada on both platforms, each with an enrolled chat. */
async function pair() {
  const telegram = new KeepingPlatform("telegram");
  const discord = new KeepingPlatform("discord");
  const bench = await Bench.started({ platforms: [telegram, discord] });
  const ada = bench.person("Ada", "admin", ADA);
  bench.database.transact(NOON, (tx) => {
    addAccount(tx, ada, { platform: "discord", accountId: ADA }, SYSTEM);
    enrolChat(tx, { platform: "telegram", chatId: "-1", threadId: "", topics: ["alerts"] }, SYSTEM);
    enrolChat(tx, { platform: "discord", chatId: "9", threadId: "", topics: ["alerts"] }, SYSTEM);
  });
  const onDiscord = (changes: Partial<Incoming> = {}): Partial<Incoming> => ({
    platform: "discord",
    chat: { platform: "discord", chatId: "9", threadId: "", isPrivate: false },
    ...changes,
  });
  const say = async (platform: KeepingPlatform, text: string): Promise<void> => {
    const changes = platform === discord ? onDiscord() : {};
    void platform.handlers!.receive(bench.incoming(ADA, text, changes));
    await breath();
    await breath();
  };
  const press = async (platform: KeepingPlatform, label: string): Promise<void> => {
    const content = { kind: "press", payload: platform.payload(label) } as const;
    const changes = platform === discord ? onDiscord({ content }) : { content };
    void platform.handlers!.receive(bench.incoming(ADA, "", changes));
    await breath();
    await breath();
  };
  const tell = (text: string): void => {
    bench.database.transact(bench.clock.now(), (tx) => {
      insertNotice(tx, { kind: "message", level: "info", topic: "alerts", facts: { title: text, text } });
    });
  };
  return { bench, telegram, discord, say, press, tell };
}

const titles = ({ sent }: KeepingPlatform): readonly (string | null)[] =>
  sent.map(({ message }) => message.title);

describe("a platform that is down for an hour", () => {
  test.each([
    ["refuses", () => unreachable()],
    ["hangs", () => new Promise<never>(() => {})],
    ["says 401", () => new DeliveryError({ kind: "unreachable" }, "Unauthorized")],
  ])(
    "and %s: the other notices nothing, and on its return everything due comes in order, once",
    async (_, fault) => {
      const { bench, telegram, discord, say, tell } = await pair();
      telegram.refuse = fault;
      for (let minute = 0; minute < 60; minute++) {
        tell(`Minute ${minute}`);
        await say(discord, "/look");
        await bench.wait(60_000);
        expect(discord.sent.filter(({ message }) => message.title === "Look")).toHaveLength(minute + 1);
        expect(titles(discord)).toContain(`Minute ${minute}`);
      }
      expect(telegram.sent).toEqual([]);
      expect(titles(discord)).toContain("Telegram cannot be reached");
      telegram.refuse = () => null;
      await bench.wait(120_000);
      const told = titles(telegram).filter((title) => title?.startsWith("Minute"));
      expect(told).toEqual(Array.from({ length: 60 }, (_, minute) => `Minute ${minute}`));
      expect(titles(discord)).toContain("Telegram is reachable again");
      expect(bench.database.read(countDeliveries)).toEqual({ due: 0, dead: 0 });
    },
  );

  test("is sent to at once when it says itself that it is back", async () => {
    const { bench, telegram, tell } = await pair();
    telegram.refuse = unreachable;
    telegram.handlers!.onStatus(false, "the connection was closed");
    tell("Something");
    await bench.wait(HOUR_MS);
    telegram.refuse = () => null;
    telegram.handlers!.onStatus(true, "connected");
    await breath();
    await bench.chat.settled();
    expect(titles(telegram)).toContain("Something");
  });

  test("shows of a card that was pressed many times meanwhile only what it became", async () => {
    const { bench, telegram, press, say } = await pair();
    await say(telegram, "/look");
    await bench.chat.settled();
    telegram.refuse = unreachable;
    for (let i = 0; i < 5; i++) await press(telegram, "Again");
    await bench.wait(HOUR_MS);
    telegram.refuse = () => null;
    await bench.wait(120_000);
    const looks = telegram.sent.filter(({ message }) => message.title === "Look");
    expect(looks.map(({ edited, externalId }) => [edited, externalId])).toEqual([
      [false, looks[0]!.externalId],
      [true, looks[0]!.externalId],
    ]);
    expect(textOf(looks[1]!.message)).toContain("sees again");
    expect(bench.database.read(countDeliveries)).toEqual({ due: 0, dead: 0 });
  });

  test("gets a question that expired meanwhile as what became of it, never as a question", async () => {
    const { bench, telegram, say } = await pair();
    telegram.refuse = unreachable;
    await say(telegram, "/harm");
    await bench.wait(HOUR_MS);
    telegram.refuse = () => null;
    await bench.wait(120_000);
    const told = telegram.sent.map(({ message }) => textOf(message));
    expect(told).toContain("/harm was not confirmed in time; nothing was done.");
    expect(told.some((one) => one.includes("Really?"))).toBeFalse();
    expect(telegram.sent.every(({ edited }) => !edited)).toBeTrue();
  });
});

describe("a platform that cannot be reached at the start", () => {
  test("is connected as soon as it can be", async () => {
    const telegram = new KeepingPlatform("telegram");
    const connect = telegram.connect.bind(telegram);
    let tries = 0;
    telegram.connect = (handlers) => {
      tries += 1;
      return tries < 4 ? Promise.reject(new Error("no route")) : connect(handlers);
    };
    const bench = await Bench.started({ platforms: [telegram] });
    expect(bench.chat.platforms()[0]).toMatchObject({ isConnected: false });
    await bench.wait(5_000 + 10_000 + 20_000);
    expect(bench.chat.platforms()[0]).toMatchObject({ isConnected: true });
    expect(bench.errors).toHaveLength(1);
    await bench.chat.stop();
  });
});
