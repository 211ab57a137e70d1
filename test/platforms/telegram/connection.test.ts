import { expect, test } from "bun:test";
import { OutsideError } from "../../../src/core/errors.ts";
import { fault } from "../../support/telegram/faults.ts";
import { openDesk, TOKEN, waitFor } from "./desk.ts";

const quiet = { isConnected: false } as const;

test("commands can arrive when connect has resolved, and the house is told how", async () => {
  const desk = await openDesk();
  expect(desk.statuses).toEqual([{ isConnected: true, detail: "long polling as @countersign_bot" }]);
});

test("only what can hold a command is asked for", async () => {
  const desk = await openDesk();
  await waitFor(() => desk.fake.isPolled);
  desk.fake.update({ poll_answer: {} } as never);
  const { updateId } = desk.fake.say(desk.anna, 7, "/status");
  await desk.fake.confirmed(updateId);
  expect(desk.fake.pendingCount).toBe(0);
});

test("a token that Telegram does not know is said to be so, and it ends there", async () => {
  const desk = await openDesk({ ...quiet, token: `${TOKEN}x` });
  const error = await desk.platform.connect(desk.handlers).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OutsideError);
  expect(String(error)).toContain("TELEGRAM_BOT_TOKEN");
  expect(Bun.inspect(error)).not.toContain("AAE-the_token");
  expect(desk.statuses).toEqual([]);
});

test("a Telegram that cannot be reached at the start is tried again until it can", async () => {
  const desk = await openDesk({ ...quiet, speed: 50 });
  desk.fake.refuseConnections();
  await desk.platform.connect(desk.handlers);
  expect(desk.statuses).toMatchObject([{ isConnected: false }]);
  desk.fake.acceptConnections();
  await desk.connectedAgain();
  desk.fake.say(desk.anna, 7, "/status");
  await desk.next();
});

test.each([
  [
    "another program polls",
    fault.refuse(409, "Conflict: terminated by other getUpdates request"),
    "Another program reads",
  ],
  ["the token was taken back", fault.refuse(401, "Unauthorized"), "does not know the bot token"],
  ["Telegram has a fault of its own", fault.server(502), "Telegram: Bad Gateway"],
  ["polls hang", fault.hang(), "did not answer in time"],
  ["answers come in halves", fault.malformed(), "could not be reached"],
])(
  "when %s it is told, and polling is taken up again",
  async (_what, ordered, said) => {
    const desk = await openDesk({ speed: 50 });
    desk.fake.fail("getUpdates", ordered, 2);
    const failed = await waitFor(() => desk.statuses.find(({ isConnected }) => !isConnected), 8_000);
    expect(failed.detail).toContain(said);
    desk.fake.clearFaults();
    await desk.connectedAgain();
    desk.fake.say(desk.anna, 7, "/status");
    await desk.next();
  },
  15_000,
);

test("a second program that polls with the same token is noticed", async () => {
  const desk = await openDesk({ speed: 50 });
  await waitFor(() => desk.fake.isPolled);
  await fetch(`${desk.fake.apiRoot}/bot${TOKEN}/getUpdates?timeout=0`);
  await waitFor(() => desk.statuses.some(({ detail }) => detail.startsWith("Another program")));
  await desk.connectedAgain();
});

test("a webhook that somebody set is taken away", async () => {
  const desk = await openDesk(quiet);
  await fetch(`${desk.fake.apiRoot}/bot${TOKEN}/setWebhook?url=https://elsewhere.test/`);
  await desk.platform.connect(desk.handlers);
  expect(desk.statuses.at(-1)?.isConnected).toBe(true);
});

test("Telegram's wish to wait is obeyed while polling", async () => {
  const desk = await openDesk({ speed: 50 });
  await waitFor(() => desk.fake.isPolled);
  desk.fake.fail("getUpdates", fault.tooMany(30));
  desk.fake.say(desk.anna, 7, "/status");
  await waitFor(() => desk.fake.count429 === 1);
  const before = desk.fake.time.now();
  const polls = desk.fake.pollCount;
  await waitFor(() => desk.fake.pollCount > polls);
  expect(desk.fake.time.now() - before).toBeGreaterThan(25_000);
});

test("after close nothing more is taken, what was taken is confirmed, and it is quick", async () => {
  const desk = await openDesk();
  const { updateId } = desk.fake.say(desk.anna, 7, "/status");
  await desk.next();
  const before = Date.now();
  await desk.platform.close();
  expect(Date.now() - before).toBeLessThan(1_500);
  expect(desk.fake.isPolled).toBe(false);
  await desk.fake.confirmed(updateId);
  desk.fake.say(desk.anna, 7, "/stop");
  await Bun.sleep(50);
  expect(desk.received).toHaveLength(1);
});

test("close does not wait for a Telegram that is away", async () => {
  const desk = await openDesk();
  desk.fake.say(desk.anna, 7, "/status");
  await desk.next();
  desk.fake.refuseConnections();
  const before = Date.now();
  await desk.platform.close();
  expect(Date.now() - before).toBeLessThan(2_500);
});

test("what came while nobody listened arrives after the restart, each once", async () => {
  const desk = await openDesk();
  desk.fake.say(desk.anna, 7, "/one");
  await desk.next();
  await desk.platform.close();
  desk.fake.say(desk.anna, 7, "/two");
  await desk.restart();
  await desk.next(2);
  expect(desk.received.map(({ content }) => content)).toMatchObject([{ text: "/one" }, { text: "/two" }]);
});
