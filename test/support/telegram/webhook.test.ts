// Webhook mode: the secret token, order, and another try after every failure.
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Server } from "bun";
import { Bot, webhookCallback } from "grammy";
import type { Update } from "grammy/types";
import { type Started, startFake, TOKEN } from "./test-call.ts";

interface Delivery {
  readonly update: Update;
  readonly secret: string | null;
}

let started: Started;
let hook: Server<undefined>;
let deliveries: Delivery[];
let respond: (count: number) => Response | Promise<Response>;

beforeEach(() => {
  started = startFake({ webhookRetryMs: 5, webhookTimeoutMs: 200 });
  deliveries = [];
  respond = () => new Response();
  hook = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const update = (await request.json()) as Update;
      deliveries.push({ update, secret: request.headers.get("X-Telegram-Bot-Api-Secret-Token") });
      return respond(deliveries.length);
    },
  });
});
afterEach(async () => {
  await started.fake.stop();
  await hook.stop(true);
});

test("updates are posted in order with the secret token, those from before included", async () => {
  const { fake, anna, call } = started;
  const first = fake.say(anna, 7, "one").updateId;
  expect(await call("setWebhook", { url: hook.url.href, secret_token: "s3cret" })).toMatchObject({
    ok: true,
  });
  const second = fake.say(anna, 7, "two").updateId;
  await fake.confirmed(second);
  expect(deliveries.map(({ update }) => update.update_id)).toEqual([first, second]);
  expect(deliveries.map(({ secret }) => secret)).toEqual(["s3cret", "s3cret"]);
  expect((await call("getWebhookInfo")).result).toMatchObject({
    url: hook.url.href,
    pending_update_count: 0,
  });
});

test.each([
  ["answers 500", () => new Response("", { status: 500 }), "Wrong response from the webhook: 500"],
  ["answers 401", () => new Response("", { status: 401 }), "Wrong response from the webhook: 401"],
  ["redirects", () => Response.redirect("http://127.0.0.1:9/"), "Wrong response from the webhook: 302"],
  ["hangs", () => new Promise<Response>(() => {}), "Read timeout expired"],
] as const)("a hook that %s gets the same update again", async (_how, fails, message) => {
  const { fake, anna, call } = started;
  respond = (count) => (count <= 2 ? fails() : new Response());
  await call("setWebhook", { url: hook.url.href });
  const { updateId } = fake.say(anna, 7, "x");
  await fake.confirmed(updateId);
  expect(deliveries.map(({ update }) => update.update_id)).toEqual([updateId, updateId, updateId]);
  expect(fake.webhookAttempts).toBe(3);
  expect((await call("getWebhookInfo")).result.last_error_message).toStartWith(message);
});

test("with a webhook there is no polling; without it the updates wait again", async () => {
  const { fake, anna, call } = started;
  respond = () => new Response("", { status: 503 });
  await call("setWebhook", { url: hook.url.href });
  expect(await call("getUpdates")).toMatchObject({
    status: 409,
    description:
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  });
  fake.say(anna, 7, "x");
  await call("deleteWebhook");
  expect((await call("getUpdates")).result).toHaveLength(1);
  await call("deleteWebhook", { drop_pending_updates: true });
  expect((await call("getUpdates")).result).toEqual([]);
  expect((await call("getWebhookInfo")).result.url).toBe("");
});

test("a webhook needs https or loopback, and a secret of plain characters", async () => {
  const { call } = started;
  expect(await call("setWebhook", { url: "http://example.org/" })).toMatchObject({
    description: "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
  });
  expect(await call("setWebhook", { url: hook.url.href, secret_token: "no spaces" })).toMatchObject({
    description: "Bad Request: secret token contains unallowed characters",
  });
});

test("grammY's own hook takes the update when it knows the secret, and is asked again when it does not", async () => {
  const { fake, anna, call } = started;
  const bot = new Bot(TOKEN, { client: { apiRoot: fake.apiRoot } });
  bot.on("message:text", (context) => context.reply(`heard ${context.message.text}`));
  const handle = webhookCallback(bot, "bun", { secretToken: "right" });
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: handle });
  await call("setWebhook", { url: server.url.href, secret_token: "wrong" });
  const { messageId } = fake.say(anna, 7, "x");
  await fake.waitFor(() => fake.webhookAttempts >= 2);
  expect(fake.messages(7)).toHaveLength(1);
  await call("setWebhook", { url: server.url.href, secret_token: "right" });
  expect((await fake.nextMessage(7, messageId)).text).toBe("heard x");
  await fake.stop();
  await server.stop(true);
});
