// The gateway's ways to live and to fail, with discord.js on the other end.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Client, Events, GatewayIntentBits } from "discord.js";
import { Bot, TOKEN } from "./bot.ts";
import { FakeDiscord } from "./fake-discord.ts";
import type { GatewayEvent } from "./gateway.ts";
import type { Channel, Person } from "./world.ts";

let fake: FakeDiscord;
let desk: Channel;
let ana: Person;
let bots: Bot[];

beforeEach(() => {
  fake = FakeDiscord.start({ token: TOKEN });
  desk = fake.channel(fake.guild({ name: "Traders" }), "desk");
  ana = fake.person({ username: "ana" });
  bots = [];
});

afterEach(async () => {
  for (const bot of bots) await bot.close();
  await fake.stop();
  expect(fake.faults).toEqual([]);
});

async function connect(): Promise<{ bot: Bot; heard: string[] }> {
  const bot = await Bot.open(fake);
  bots.push(bot);
  const heard: string[] = [];
  bot.client.on(Events.InteractionCreate, (interaction) => {
    heard.push(interaction.isChatInputCommand() ? interaction.commandName : "?");
  });
  return { bot, heard };
}

const ask = (name: string) => fake.command(ana, desk, name, {}, { isForged: true });
const count = (what: GatewayEvent["what"]) => fake.gateway.log.filter((event) => event.what === what).length;

test("a bot that logs in sees its guilds, channels and those that come later", async () => {
  const { bot } = await connect();
  expect(bot.client.guilds.cache.map((guild) => guild.name)).toEqual(["Traders"]);
  expect(bot.client.channels.cache.has(desk.id)).toBe(true);
  const created = new Promise<string>((resolve) => {
    bot.client.once(Events.ChannelCreate, (channel) => resolve(channel.name));
  });
  const alerts = fake.channel(desk.guild!, "alerts");
  expect(await created).toBe("alerts");
  const left = new Promise((resolve) => bot.client.once(Events.GuildDelete, resolve));
  fake.deleteChannel(alerts);
  fake.kickBot(desk.guild!);
  await left;
  expect(bot.client.channels.cache.has(alerts.id)).toBe(false);
});

describe("a lost connection", () => {
  test("is resumed, and what was missed is replayed in order", async () => {
    const { heard } = await connect();
    fake.closeGateways(4000);
    ask("one");
    ask("two");
    await fake.waitFor(() => heard.length === 2);
    expect(heard).toEqual(["one", "two"]);
    expect([count("identify"), count("resume")]).toEqual([1, 1]);
  });

  test("is resumed after op 7", async () => {
    const { heard } = await connect();
    fake.gateway.requestReconnect();
    ask("one");
    await fake.waitFor(() => count("resume") === 1 && heard.length === 1);
    expect(count("identify")).toBe(1);
  });

  test("is resumed after op 9 when that says it can be", async () => {
    const { heard } = await connect();
    fake.gateway.invalidateSessions(true);
    ask("one");
    await fake.waitFor(() => count("resume") === 1 && heard.length === 1);
    expect(count("identify")).toBe(1);
  });

  test("starts a new session after op 9 that cannot be resumed, and what was missed is gone", async () => {
    const { heard } = await connect();
    fake.gateway.invalidateSessions(false);
    ask("lost");
    await fake.waitFor(() => count("identify") === 2 && fake.gateway.isConnected, 10_000);
    ask("heard");
    await fake.waitFor(() => heard.length === 1);
    expect(heard).toEqual(["heard"]);
  }, 15_000);

  test("is noticed when heartbeats are no longer acknowledged", async () => {
    fake.gateway.heartbeatIntervalMs = 60;
    await connect();
    await fake.waitFor(() => count("heartbeat") >= 2);
    fake.gateway.acknowledgesHeartbeats = false;
    await fake.waitFor(() => {
      if (count("resume") > 0) fake.gateway.acknowledgesHeartbeats = true;
      return count("resume") > 0 && fake.gateway.isConnected;
    });
    expect(count("identify")).toBe(1);
  });

  test("comes back on the same port after the server was away", async () => {
    const { heard } = await connect();
    const { api } = fake;
    await fake.refuseConnections();
    ask("meanwhile");
    await Bun.sleep(50);
    fake.acceptConnections();
    expect(fake.api).toBe(api);
    await fake.waitFor(() => heard.length === 1);
    expect(heard).toEqual(["meanwhile"]);
    expect(count("identify")).toBe(1);
  });
});

describe("logging in fails", () => {
  const login = async (token: string): Promise<unknown> => {
    const bot = Bot.create(fake);
    bots.push(bot);
    return bot.client.login(token).then(
      () => null,
      (error) => error,
    );
  };

  test("with a wrong token, by 401", async () => {
    expect(await login("wrong")).toMatchObject({ message: "An invalid token was provided." });
  });

  test("with a token that the gateway refuses, by 4004", async () => {
    fake.gateway.closesNewWith = 4004;
    expect(await login(TOKEN)).toMatchObject({ message: "Authentication failed" });
  });

  test("with intents that the bot was not given, by 4014", async () => {
    const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.MessageContent];
    const client = new Client({ intents, rest: { api: fake.api, retries: 0 } });
    await expect(client.login(TOKEN)).rejects.toThrow(/disallowed intents/i);
    await client.destroy();
  });

  test("when no sessions are left for today", async () => {
    fake.gateway.startLimit.remaining = 0;
    expect(await login(TOKEN)).toMatchObject({ message: expect.stringMatching(/sessions remaining/i) });
  });

  test("when nobody listens", async () => {
    await fake.refuseConnections();
    expect(await login(TOKEN)).toBeInstanceOf(Error);
  });
});

test("a gateway that never says hello leaves the login waiting, and one that closes first is tried again", async () => {
  fake.hangGateway();
  const bot = Bot.create(fake);
  bots.push(bot);
  let isReady = false;
  bot.client.once(Events.ClientReady, () => {
    isReady = true;
  });
  const login = bot.client.login(TOKEN);
  await fake.waitFor(() => count("connect") === 1);
  await Bun.sleep(30);
  expect(isReady).toBe(false);
  fake.hangGateway(false);
  fake.closeGateways(4002);
  await login;
  await fake.connected();
});

test("frames that no client sends are closed with their code and noted as faults", async () => {
  const closeCode = (frame: string): Promise<number> => {
    const socket = new WebSocket(fake.gateway.url);
    socket.addEventListener("open", () => socket.send(frame));
    return new Promise((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  };
  expect(await closeCode("not json")).toBe(4002);
  expect(await closeCode('{"op":99}')).toBe(4001);
  expect(await closeCode('{"op":3}')).toBe(4003);
  expect(await closeCode('{"op":2,"d":{"token":"wrong"}}')).toBe(4004);
  expect(fake.faults.splice(0)).toHaveLength(3);
});
