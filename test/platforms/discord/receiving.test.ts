import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { SnowflakeUtil } from "discord.js";
import { commandButton, type Prompt, text } from "../../../src/chat/message.ts";
import { Bench } from "./bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.connected();
});
afterEach(() => bench.close());

const CARD = { body: [text("card")], buttons: [[commandButton("Do", "status")]] };
const DO = "b1.1.0.0123456789abcdef";

async function card(channel = bench.desk): Promise<string> {
  return bench.send(CARD, {}, channel);
}

describe("a slash command", () => {
  test("is taken as the line it stands for, with who, where and when", async () => {
    const { fake, desk, ana } = bench;
    const asked = fake.command(ana, desk, "lock", { minutes: "30", reason: "the fed speaks" });
    expect((await asked.acknowledged()).kind).toBe("deferred reply");
    expect(bench.received).toEqual([
      {
        platform: "discord",
        updateId: asked.id,
        chat: { platform: "discord", chatId: desk.id, threadId: "", isPrivate: false },
        sender: { accountId: ana.id, label: "ana" },
        oddities: [],
        sentAt: SnowflakeUtil.timestampFrom(asked.id),
        content: { kind: "line", text: "/lock 30 the fed speaks" },
      },
    ]);
    expect(bench.read()).toEqual(["thinking"]);
  });

  test.each([
    ["status", {}, "/status"],
    ["lock", { reason: "no minutes" }, '/lock "" no minutes'],
    ["lock", { minutes: "5" }, "/lock 5"],
    ["scheduler", { job: "job_7" }, '/scheduler "" job_7'],
    ["grant", { account: "two words", role: "admin" }, '/grant "two words" admin'],
    ["grant", { account: 'a"b', role: "viewer", "display-name": "Ada L." }, '/grant "a\'b" viewer Ada L.'],
  ])("/%s %j is the line %s", async (name, options, line) => {
    await bench.fake.command(bench.ana, bench.desk, name, options).acknowledged();
    expect(bench.received[0]?.content).toEqual({ kind: "line", text: line });
  });

  test("of a name that is not ours any more is taken too, to be refused in words", async () => {
    await bench.fake
      .command(bench.ana, bench.desk, "gone", { n: 2, of: "x y" }, { isForged: true })
      .acknowledged();
    expect(bench.received[0]?.content).toEqual({ kind: "line", text: '/gone 2 "x y"' });
  });

  test("works in direct messages, which are private", async () => {
    const direct = bench.fake.directChannel(bench.ana);
    const asked = bench.fake.command(bench.ana, direct, "status");
    await asked.acknowledged();
    expect(bench.received[0]?.chat).toMatchObject({ chatId: direct.id, isPrivate: true });
    const id = await bench.send("fine", { answers: asked.id }, direct);
    await bench.edit(id, "finer", {}, direct);
    expect(bench.read(direct)).toEqual(["finer"]);
  });

  test("in a thread comes from the thread, a chat of its own", async () => {
    const thread = bench.fake.thread(bench.desk, "approvals");
    await bench.fake.command(bench.ana, thread, "status").acknowledged();
    expect(bench.received[0]?.chat).toMatchObject({ chatId: thread.id, threadId: "", isPrivate: false });
  });

  test("of a bot is marked as odd", async () => {
    const robot = bench.fake.person({ isBot: true });
    await bench.fake.command(robot, bench.desk, "status").acknowledged();
    expect(bench.received[0]?.oddities).toEqual(["bot"]);
  });

  test("that is told again is taken and acknowledged once", async () => {
    const asked = bench.fake.command(bench.ana, bench.desk, "status");
    await asked.acknowledged();
    bench.fake.redeliver(asked);
    await bench.fake.command(bench.ana, bench.desk, "status").acknowledged();
    expect(bench.received).toHaveLength(2);
    expect(bench.warnings).toEqual([]);
  });
});

describe("a refusal", () => {
  test("that follows is shown to the person alone", async () => {
    bench.refusal = "told";
    const asked = bench.fake.command(bench.ana, bench.desk, "status");
    await asked.acknowledged();
    await bench.send("Your Discord id is 7.", { answers: asked.id });
    expect(bench.whispered()).toEqual(["Your Discord id is 7."]);
    expect(bench.read()).toEqual([]);
  });

  test("of a press is shown to the person alone, beside the card", async () => {
    const id = await card();
    bench.refusal = "told";
    const pressed = bench.fake.press(bench.ana, bench.desk, id, DO);
    expect((await pressed.acknowledged()).kind).toBe("deferred update");
    await bench.send("Your Discord id is 7.", { answers: pressed.id });
    expect(bench.whispered()).toEqual(["Your Discord id is 7."]);
    expect(bench.read()).toEqual(["card"]);
  });

  test("in silence ends the person's waiting with one sentence", async () => {
    const id = await card();
    bench.refusal = "silent";
    await bench.fake.command(bench.ana, bench.desk, "status").response();
    await bench.fake.press(bench.ana, bench.desk, id, DO).response();
    expect(bench.whispered()).toEqual(
      Array(2).fill("This was not taken: I take commands from known people only."),
    );
    expect(bench.read()).toEqual(["card"]);
  });
});

describe("a press", () => {
  test("is taken with its payload and leaves the card as it is", async () => {
    const id = await card();
    const pressed = bench.fake.press(bench.ana, bench.desk, id, DO);
    expect((await pressed.acknowledged()).kind).toBe("deferred update");
    expect(bench.received[0]).toMatchObject({
      updateId: pressed.id,
      content: { kind: "press", payload: DO },
    });
    expect(bench.read()).toEqual(["card"]);
  });

  test("whose answer is another message has it posted below", async () => {
    const id = await card();
    const pressed = bench.fake.press(bench.ana, bench.desk, id, DO);
    await pressed.acknowledged();
    await bench.send("answer", { answers: pressed.id });
    expect(bench.read()).toEqual(["card", "answer"]);
  });

  test("works in direct messages", async () => {
    const direct = bench.fake.directChannel(bench.ana);
    const id = await card(direct);
    await bench.fake.press(bench.ana, direct, id, DO).acknowledged();
    expect(bench.received[0]?.chat).toMatchObject({ chatId: direct.id, isPrivate: true });
  });
});

describe("a button that asks first", () => {
  const PROMPT: Prompt = {
    title: "Recover, with a title that is longer than Discord can show",
    fields: [
      { name: "reason", label: "Reason", hint: "a few words", longest: 200, isOptional: false },
      { name: "code", label: "Code", hint: "six digits", longest: 6, isOptional: true },
    ],
  };

  test("shows its modal, and is taken with what was typed", async () => {
    const id = await card();
    bench.prompt = PROMPT;
    const modal = await bench.fake.press(bench.ana, bench.desk, id, DO).modal();
    expect(modal.title).toHaveLength(45);
    expect(modal.inputs.map(({ label, isRequired, maxLength }) => [label, isRequired, maxLength])).toEqual([
      ["Reason", true, 200],
      ["Code", false, 6],
    ]);
    expect(bench.received).toEqual([]);
    const submitted = bench.fake.submitModal(bench.ana, bench.desk, DO, { reason: "all checked" });
    expect((await submitted.acknowledged()).kind).toBe("deferred update");
    expect(bench.received).toMatchObject([
      {
        updateId: submitted.id,
        content: { kind: "press", payload: DO, answers: { reason: "all checked", code: "" } },
      },
    ]);
    await bench.edit(id, "recovered", { answers: submitted.id });
    expect(bench.read()).toEqual(["recovered"]);
  });

  test("is taken as a plain press by whom it does not ask", async () => {
    const id = await card();
    const pressed = bench.fake.press(bench.ana, bench.desk, id, DO);
    expect((await pressed.acknowledged()).kind).toBe("deferred update");
    expect(bench.received).toHaveLength(1);
  });
});

describe("while a person types", () => {
  const offered = async (option: string, partial: string, others = {}) =>
    (await bench.fake.autocomplete(bench.ana, bench.desk, "scheduler", option, partial, others)).map(
      ({ value }) => value,
    );

  test("at most 25 words that fit are offered", async () => {
    bench.completions = () => [
      "",
      "x".repeat(101),
      ...Array.from({ length: 30 }, (_, index) => `job_${index}`),
    ];
    const words = await offered("job", "jo", { action: "start" });
    expect(words).toHaveLength(25);
    expect(words[0]).toBe("job_0");
    expect(bench.completed).toEqual([{ accountId: bench.ana.id, line: "/scheduler start jo" }]);
    expect(bench.received).toEqual([]);
  });

  test("an argument left out before it keeps its place", async () => {
    await offered("job", "j");
    expect(bench.completed[0]?.line).toBe('/scheduler "" j');
  });

  test("nothing is offered when it fails", async () => {
    bench.completions = () => {
      throw new Error("the database is busy");
    };
    expect(await offered("job", "j")).toEqual([]);
  });
});

test("what could not be kept is said to the person, to be done again", async () => {
  bench.onReceive = () => {
    throw new Error("the disk is full");
  };
  await bench.fake.command(bench.ana, bench.desk, "status").response();
  expect(bench.whispered()).toEqual(["This could not be taken just now; please do it again."]);
  expect(bench.warnings).toHaveLength(1);
});
