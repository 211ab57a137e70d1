import { expect, test } from "bun:test";
import { GrammyError, HttpError } from "grammy";
import { DeliveryError, type DeliveryFailure } from "../../../src/chat/platform.ts";
import { deliveryError } from "../../../src/platforms/telegram/failure.ts";
import { type Fault, fault } from "../../support/telegram/faults.ts";
import { CHAT, type Desk, openDesk, outgoing, TOKEN } from "./desk.ts";

const quiet = { isConnected: false } as const;

async function failureOf(calling: Promise<unknown>): Promise<DeliveryError> {
  const error = await calling.then(
    () => new Error("it worked"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryError)) throw error;
  const shown = [
    error.message,
    error.stack,
    Bun.inspect(error),
    JSON.stringify(error),
    String(error.cause),
  ].join();
  expect(shown).not.toContain("AAE-the_token");
  expect(error.message).not.toContain("http");
  return error;
}

const attempts = {
  send: ({ platform }: Desk) => platform.send(CHAT, outgoing({ title: "A" })),
  edit: ({ platform }: Desk) => platform.edit(CHAT, "5", outgoing({ title: "A" })),
  remove: ({ platform }: Desk) => platform.remove(CHAT, "5"),
};

const faults: readonly (readonly [string, Fault, DeliveryFailure])[] = [
  ["too many messages", fault.tooMany(7), { kind: "later", afterMs: 7_000 }],
  ["a fault of Telegram's own", fault.server(502), { kind: "troubled" }],
  ["a cut connection", fault.reset({ hasEffect: false }), { kind: "unreachable" }],
  ["half an answer", fault.malformed({ hasEffect: false }), { kind: "unreachable" }],
  ["an unknown token", fault.refuse(401, "Unauthorized"), { kind: "unreachable" }],
  ["a wrong address", fault.refuse(404, "Not Found"), { kind: "unreachable" }],
  ["a blocked bot", fault.refuse(403, "Forbidden: bot was blocked by the user"), { kind: "unacceptable" }],
  ["an unknown chat", fault.refuse(400, "Bad Request: chat not found"), { kind: "unacceptable" }],
];

for (const [name, ordered, expected] of faults) {
  test(`${name} is told apart when a card is sent, edited or removed`, async () => {
    const desk = await openDesk(quiet);
    for (const attempt of Object.values(attempts)) {
      desk.fake.fail("*", ordered);
      expect((await failureOf(attempt(desk))).failure).toEqual(expected);
    }
  });
}

test("each card is tried once a call: the outbox tries again", async () => {
  const desk = await openDesk(quiet);
  desk.fake.fail("sendMessage", fault.tooMany(1), 2);
  await failureOf(attempts.send(desk));
  expect(desk.fake.count429).toBe(1);
});

test("a server that cannot be reached is no message's fault", async () => {
  const desk = await openDesk(quiet);
  desk.fake.refuseConnections();
  const error = await failureOf(attempts.send(desk));
  expect(error.failure).toEqual({ kind: "unreachable" });
  expect(error.message).toStartWith("Telegram could not be reached");
});

test("a wrong token is no message's fault, and stays unsaid", async () => {
  const desk = await openDesk({ ...quiet, token: `${TOKEN}x` });
  expect((await failureOf(attempts.send(desk))).failure).toEqual({ kind: "unreachable" });
});

test("a group that became a supergroup has a new id", async () => {
  const desk = await openDesk(quiet);
  desk.fake.group({ id: -5, title: "Desk" });
  desk.fake.migrate(-5, -1005);
  const group = { platform: "telegram", chatId: "-5", threadId: "" } as const;
  const error = await failureOf(desk.platform.send(group, outgoing({ title: "A" })));
  expect(error.failure).toEqual({ kind: "moved", chatId: "-1005" });
});

test("a kicked bot and a person who never wrote are told apart from a platform that is down", async () => {
  const desk = await openDesk(quiet);
  desk.fake.person({ id: 9, firstName: "New", hasStarted: false });
  const stranger = { ...CHAT, chatId: "9" };
  expect((await failureOf(desk.platform.send(stranger, outgoing({ title: "A" })))).failure).toEqual({
    kind: "unacceptable",
  });
});

const refused = (code: number, description: string, parameters = {}) =>
  new GrammyError("Call failed", { ok: false, error_code: code, description, parameters }, "sendMessage", {});
const network = (cause: unknown) => new HttpError("Network request failed", cause as Error);

test.each([
  [
    "a message that is gone",
    refused(400, "Bad Request: message to edit not found"),
    { kind: "not_editable" },
  ],
  [
    "a message that is not ours",
    refused(400, "Bad Request: message can't be edited"),
    { kind: "not_editable" },
  ],
  ["a wait without a length", refused(429, "Too Many Requests"), { kind: "later", afterMs: null }],
  ["a fault of Telegram's", refused(500, "Internal Server Error"), { kind: "troubled" }],
  ["a refusal without words", refused(undefined as never, undefined as never), { kind: "unreachable" }],
  ["a broken connection", network(new Error("boom")), { kind: "unreachable" }],
  ["a connection without a cause", network(null), { kind: "unreachable" }],
  ["an answer that is none", new TypeError("null is not an object"), { kind: "unreachable" }],
  ["no error at all", "a text", { kind: "unreachable" }],
])("%s means what it should for the card", (_name, error, expected) => {
  expect(deliveryError(error, TOKEN).failure).toEqual(expected as DeliveryFailure);
});

test("whatever an error holds in its depths, its words hold no token", () => {
  const url = `https://api.telegram.org/bot${TOKEN}/sendMessage`;
  const causes = [
    Object.assign(new Error(`cannot connect to ${url}`), { code: "ECONNREFUSED", path: url }),
    Object.assign(new Error("x"), { code: url }),
    { message: `Request to ${url} timed out` },
  ];
  const errors = [...causes.map(network), refused(400, `Bad Request: ${url}`), new Error(url)];
  for (const error of errors) {
    const { facts, message } = deliveryError(error, TOKEN);
    expect(JSON.stringify([facts, message])).not.toContain(TOKEN);
  }
  expect(deliveryError(network(causes[0]), TOKEN).message).toBe(
    "Telegram could not be reached (ECONNREFUSED).",
  );
  expect(deliveryError(network(causes[2]), TOKEN).message).toBe("Telegram did not answer in time.");
});
