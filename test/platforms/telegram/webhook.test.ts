import { expect, test } from "bun:test";
import { connect } from "node:net";
import { OutsideError } from "../../../src/core/errors.ts";
import { freePort } from "../../support/free-port.ts";
import { type Desk, openDesk, TOKEN, waitFor } from "./desk.ts";

const SECRET = "a-secret_that-is-long";

async function openHooked(more: Parameters<typeof openDesk>[0] = {}): Promise<Desk & { url: string }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/telegram/hook`;
  return Object.assign(await openDesk({ webhook: { publicUrl: url, secret: SECRET, port }, ...more }), {
    url,
  });
}

const post = (url: string, headers: Record<string, string>, body = "{}") =>
  fetch(url, { method: "POST", headers, body });
const known = { "X-Telegram-Bot-Api-Secret-Token": SECRET };

test("commands and presses arrive at the webhook, in their order", async () => {
  const desk = await openHooked();
  expect(desk.statuses).toEqual([{ isConnected: true, detail: "webhook as @countersign_bot" }]);
  expect(desk.fake.calls("setWebhook")[0]?.parameters).toMatchObject({
    secret_token: SECRET,
    max_connections: 1,
  });
  const { updateId } = desk.fake.say(desk.anna, 7, "/status");
  const press = desk.fake.press(desk.anna, 7, 1, "b1.1.0.0123456789abcdef");
  await desk.fake.confirmed(updateId);
  await desk.fake.answerTo(press);
  expect(desk.received.map(({ content }) => content.kind)).toEqual(["line", "press"]);
});

test("whoever does not know the secret is turned away", async () => {
  const desk = await openHooked();
  const update = JSON.stringify({
    update_id: 1,
    message: { message_id: 1, date: 1, chat: { id: 7, type: "private" }, from: { id: 7 }, text: "/stop" },
  });
  const given: Record<string, string>[] = [
    {},
    { "X-Telegram-Bot-Api-Secret-Token": "" },
    { "X-Telegram-Bot-Api-Secret-Token": `${SECRET}x` },
  ];
  for (const headers of given) expect((await post(desk.url, headers, update)).status).toBe(401);
  expect((await post(`${desk.url}/other`, known, update)).status).toBe(404);
  expect((await fetch(desk.url, { headers: known })).status).toBe(405);
  expect((await post(desk.url, known, "{no json")).status).toBe(400);
  expect(desk.received).toEqual([]);
  expect((await post(desk.url, known, update)).status).toBe(200);
  expect(desk.received).toHaveLength(1);
});

test("whoever does not know the secret is turned away before the body is read", async () => {
  const desk = await openHooked();
  const { pathname, port } = new URL(desk.url);
  const answered = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", reject);
    socket.on("data", (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    // The body that is announced never comes.
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n`,
    );
  });
  expect(answered).toStartWith("HTTP/1.1 401");
});

test("without a secret it does not start", async () => {
  for (const secret of ["", "with spaces"]) {
    const port = await freePort();
    const desk = await openDesk({
      isConnected: false,
      webhook: { publicUrl: `http://127.0.0.1:${port}/`, secret, port },
    });
    const error = await desk.platform.connect(desk.handlers).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OutsideError);
    expect(desk.fake.calls("setWebhook")).toEqual([]);
  }
});

test("a port that is taken is said to be so", async () => {
  const other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("mine") });
  const webhook = { publicUrl: "https://x.test/", secret: SECRET, port: other.port! };
  const desk = await openDesk({ isConnected: false, webhook });
  const error = await desk.platform.connect(desk.handlers).catch((reason: unknown) => reason);
  expect(String(error)).toContain(`cannot listen on 127.0.0.1:${other.port}`);
  await other.stop(true);
});

test("what could not be kept is delivered again", async () => {
  const desk = await openHooked();
  desk.failures = 2;
  const { updateId } = desk.fake.say(desk.anna, 7, "/pause");
  await desk.fake.confirmed(updateId);
  expect(desk.received).toMatchObject([{ content: { text: "/pause" } }]);
  expect(desk.fake.webhookAttempts).toBe(3);
});

test("a webhook that another program set elsewhere is told and set again", async () => {
  const desk = await openHooked({ speed: 200 });
  await fetch(`${desk.fake.apiRoot}/bot${TOKEN}/setWebhook?url=https://elsewhere.test/`);
  const failed = await waitFor(() => desk.statuses.find(({ isConnected }) => !isConnected));
  expect(failed.detail).toBe("Another program set this bot's webhook elsewhere.");
  await desk.connectedAgain();
  expect(desk.fake.calls("setWebhook").at(-1)?.parameters["url"]).toBe(desk.url);
});

test("a Telegram that cannot reach the webhook is told of, and when it can again", async () => {
  const desk = await openHooked({ speed: 100 });
  desk.failures = 1_000_000;
  desk.fake.say(desk.anna, 7, "/status");
  const failed = await waitFor(() => desk.statuses.find(({ isConnected }) => !isConnected));
  expect(failed.detail).toContain("Wrong response from the webhook: 500");
  desk.failures = 0;
  await desk.connectedAgain();
  await desk.next();
});

test("after close nothing more is taken, and Telegram keeps it for the next start", async () => {
  const desk = await openHooked();
  await desk.platform.close();
  const { updateId } = desk.fake.say(desk.anna, 7, "/status");
  await Bun.sleep(30);
  expect(desk.received).toEqual([]);
  await desk.restart();
  await desk.fake.confirmed(updateId);
  expect(desk.received).toHaveLength(1);
});
