import { afterEach, expect, test } from "bun:test";
import { commands as ours } from "../../../commands/index.ts";
import { Bench, COMMANDS } from "./bench.ts";

let bench: Bench;
afterEach(() => bench.close());

const open = async (settings: ConstructorParameters<typeof Bench>[0] = {}): Promise<Bench> => {
  bench = new Bench(settings);
  await bench.connected();
  return bench;
};

test("commands are registered with what a person chooses from or may type", async () => {
  const { fake } = await open();
  const [, lock, scheduler, grant] = fake.commands();
  expect(lock).toMatchObject({
    ...{ name: "lock", description: "What lock does", default_member_permissions: "32" },
    ...{ contexts: [0, 1], integration_types: [0] },
    options: [
      { type: 3, name: "minutes", description: "a whole number from 1 to 99", required: false },
      { type: 3, name: "reason", description: "a few words", required: false },
    ],
  });
  expect(scheduler).toMatchObject({ name: "scheduler", default_member_permissions: null });
  const start = { name: "start", value: "start" };
  expect(scheduler?.options?.[0]?.choices).toEqual([start, { name: "stop", value: "stop" }]);
  expect(scheduler?.options?.[1]).toMatchObject({ name: "job", autocomplete: true });
  expect(grant?.options?.map(({ name, required }) => [name, required])).toEqual([
    ["account", true],
    ["role", true],
    ["display-name", false],
  ]);
});

test("every command of this program is one that Discord takes", async () => {
  const { fake } = await open({ commands: ours });
  expect(fake.commands().map(({ name }) => name)).toEqual(ours.map(({ name }) => name));
  const help = fake.commands().find(({ name }) => name === "help");
  expect(help?.options?.[0]?.autocomplete).toBe(true);
});

test("with a guild of their own they stand there at once, and else in direct messages alone", async () => {
  const { fake, guild } = await open({ isInGuild: true });
  expect(fake.commands(guild.id).map(({ contexts }) => contexts)).toEqual(COMMANDS.map(() => undefined));
  expect(fake.commands().map(({ contexts }) => contexts)).toEqual(COMMANDS.map(() => [1]));
});

test("what Discord knows already is not registered again", async () => {
  const { fake } = await open({ isInGuild: true });
  expect(fake.registrations).toHaveLength(2);
  await bench.restarted();
  const gets = () => fake.calls.filter(({ method, path }) => method === "GET" && path.endsWith("/commands"));
  await fake.waitFor(() => gets().length === 4);
  await bench.send("after it");
  expect(fake.registrations).toHaveLength(2);
});

test("a refused registration is said, and tried again", async () => {
  bench = new Bench({ speed: 100 });
  bench.fake.fail("PUT /applications/*/commands", { kind: "status", status: 403, code: 50001 });
  await bench.connected();
  expect(bench.fake.commands()).toHaveLength(COMMANDS.length);
  expect(bench.warnings).toMatchObject([{ facts: { status: 403, code: 50001 } }]);
});
