// Everything people and bot say to each other, by discord.js over loopback: the fake takes part as Discord would.
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  EmbedBuilder,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { Bot, png, TOKEN } from "./bot.ts";
import { FakeDiscord } from "./fake-discord.ts";
import type { Channel, Guild, Person } from "./world.ts";

let fake: FakeDiscord;
let bot: Bot;
let guild: Guild;
let desk: Channel;
let ana: Person;

beforeEach(async () => {
  fake = FakeDiscord.start({ token: TOKEN });
  guild = fake.guild({ name: "Traders" });
  desk = fake.channel(guild, "desk");
  ana = fake.person({ username: "ana" });
  bot = await Bot.open(fake);
  await bot.client.application?.commands.set([
    {
      name: "why",
      description: "Explain a decision",
      options: [
        { type: 3, name: "order", description: "Which order", required: true, autocomplete: true },
        { type: 4, name: "n", description: "How many", minValue: 1 },
        { type: 6, name: "of", description: "Whose" },
      ],
    },
    { name: "status", description: "How it goes" },
    {
      name: "scheduler",
      description: "Jobs",
      options: [
        {
          type: 1,
          name: "run",
          description: "Run a job",
          options: [{ type: 3, name: "job", description: "Which" }],
        },
      ],
    },
  ]);
});

afterEach(async () => {
  await bot.close();
  await fake.stop();
  expect(fake.faults).toEqual([]);
  expect(bot.errors).toEqual([]);
});

const buttons = (...ids: string[]) =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(
    ids.map((id) => new ButtonBuilder().setCustomId(id).setLabel(id).setStyle(ButtonStyle.Primary)),
  );
const card = (picture: string) =>
  new EmbedBuilder()
    .setTitle("Card")
    .setImage(`attachment://${picture}`)
    .addFields({ name: "a", value: "b" });
const file = (name: string, width: number) => new AttachmentBuilder(png(width, 1), { name });

test("a command is answered with an embed, buttons and a picture", async () => {
  bot.onInteraction(async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    expect(interaction.options.getString("order")).toBe("7");
    expect(interaction.options.getInteger("n")).toBe(2);
    expect(interaction.options.getUser("of")?.username).toBe("ana");
    expect(interaction.member).not.toBeNull();
    await interaction.reply({
      embeds: [card("a.png")],
      components: [buttons("yes", "no")],
      files: [file("a.png", 3)],
    });
  });
  const asked = fake.command(ana, desk, "why", { order: "7", n: 2, of: ana.id });
  expect((await asked.acknowledged()).kind).toBe("reply");
  const seen = await fake.nextMessage(desk.id);
  expect(await asked.response()).toEqual(seen);
  expect(seen.buttons[0]?.map((button) => button.label)).toEqual(["yes", "no"]);
  expect(seen.attachments.map(({ filename, isInEmbed }) => [filename, isInEmbed])).toEqual([["a.png", true]]);
  const fetched = await fetch(seen.embeds[0]?.image?.url ?? "");
  expect(png(3, 1).equals(Buffer.from(await fetched.arrayBuffer()))).toBe(true);
});

test("a subcommand reaches the bot with its options", async () => {
  bot.onInteraction(async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    const said = `${interaction.options.getSubcommand()} ${interaction.options.getString("job")}`;
    await interaction.reply({ content: said, withResponse: true });
  });
  const asked = fake.command(ana, desk, "scheduler run", { job: "backup" });
  expect((await asked.response()).content).toBe("run backup");
});

test("what the client would not let people send is refused at their side, unless forged", () => {
  expect(() => fake.command(ana, desk, "why")).toThrow("needs order");
  expect(() => fake.command(ana, desk, "why", { order: "1", n: 0 })).toThrow("out of range");
  expect(() => fake.command(ana, desk, "why", { order: "1", x: 0 })).toThrow("no option x");
  expect(() => fake.command(ana, desk, "nothing")).toThrow("no command /nothing");
  expect(() => fake.command(ana, desk, "scheduler")).toThrow("needs a subcommand");
  expect(fake.command(ana, desk, "nothing", { x: 1 }, { isForged: true }).facts.type).toBe(2);
});

test("a press updates its card at once, or later with another picture", async () => {
  bot.onInteraction(async (interaction) => {
    if (!interaction.isButton()) return;
    if (interaction.customId === "now") {
      await interaction.update({ content: "updated", components: [buttons("later")] });
      return;
    }
    await interaction.deferUpdate();
    await interaction.editReply({ embeds: [card("b.png")], files: [file("b.png", 5)], components: [] });
  });
  const channel = await bot.client.channels.fetch(desk.id);
  if (!channel?.isSendable()) throw new Error("not sendable");
  const payload = { embeds: [card("a.png")], files: [file("a.png", 3)], components: [buttons("now")] };
  const sent = await channel.send(payload);
  const first = fake.press(ana, desk, sent.id, "now");
  expect((await first.acknowledged()).kind).toBe("update");
  expect((await first.response()).content).toBe("updated");
  expect(() => fake.press(ana, desk, sent.id, "now")).toThrow("has no button");
  const second = fake.press(ana, desk, sent.id, "later");
  const edited = await second.response();
  expect((await second.acknowledged()).kind).toBe("deferred update");
  expect(edited.attachments.map((one) => [one.filename, one.isInEmbed])).toEqual([["b.png", true]]);
  expect(edited.buttons).toEqual([]);
  expect(edited.edits).toBe(2);
});

test("a card is edited as a channel message with a new picture", async () => {
  const channel = await bot.client.channels.fetch(desk.id);
  if (!channel?.isSendable()) throw new Error("not sendable");
  const sent = await channel.send({ embeds: [card("a.png")], files: [file("a.png", 3)] });
  await channel.messages.edit(sent.id, { embeds: [card("b.png")], files: [file("b.png", 4)] });
  const [seen] = fake.messages(desk.id);
  expect(seen?.attachments.map((one) => [one.filename, one.isInEmbed])).toEqual([["b.png", true]]);
  await channel.messages.delete(sent.id);
  expect(fake.messages(desk.id)).toEqual([]);
});

test("a deferred reply shows thinking, then its answer, then an ephemeral follow-up", async () => {
  const release = Promise.withResolvers<void>();
  bot.onInteraction(async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply();
    await release.promise;
    await interaction.editReply("done");
    await interaction.followUp({ content: "for you alone", flags: MessageFlags.Ephemeral });
    expect((await interaction.fetchReply()).content).toBe("done");
    await interaction.deleteReply();
  });
  const asked = fake.command(ana, desk, "status");
  expect((await asked.acknowledged()).kind).toBe("deferred reply");
  expect(fake.messages(desk.id)[0]?.isThinking).toBe(true);
  release.resolve();
  expect((await asked.response()).content).toBe("done");
  expect((await asked.reply(1)).content).toBe("for you alone");
  expect(fake.ephemeral(ana.id).map((message) => message.content)).toEqual(["for you alone"]);
  await fake.waitFor(() => fake.messages(desk.id).length === 0);
});

test("the first follow-up to a deferred reply takes the place of thinking", async () => {
  bot.onInteraction(async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.followUp("here");
  });
  const asked = fake.command(ana, desk, "status");
  expect((await asked.response()).content).toBe("here");
  expect(asked.ephemeralReplies()).toHaveLength(1);
  expect(fake.messages(desk.id)).toEqual([]);
});

test("a modal is shown, filled in and answered", async () => {
  const input = new TextInputBuilder().setCustomId("reason").setStyle(TextInputStyle.Short).setMaxLength(20);
  const label = new LabelBuilder().setLabel("Why?").setTextInputComponent(input);
  const modal = new ModalBuilder().setCustomId("reject:1").setTitle("Reject").addLabelComponents(label);
  bot.onInteraction(async (interaction) => {
    if (interaction.isButton()) await interaction.showModal(modal);
    if (!interaction.isModalSubmit() || !interaction.isFromMessage()) return;
    await interaction.update({ content: interaction.fields.getTextInputValue("reason"), components: [] });
  });
  const channel = await bot.client.channels.fetch(desk.id);
  if (!channel?.isSendable()) throw new Error("not sendable");
  const sent = await channel.send({ content: "card", components: [buttons("reject")] });
  const shown = await fake.press(ana, desk, sent.id, "reject").modal();
  expect(shown.title).toBe("Reject");
  expect(shown.inputs.map((one) => [one.label, one.maxLength])).toEqual([["Why?", 20]]);
  expect(() => fake.submitModal(ana, desk, "reject:1", {})).toThrow("is required");
  expect(() => fake.submitModal(ana, desk, "reject:1", { reason: "x".repeat(21) })).toThrow("characters");
  expect(() => fake.submitModal(ana, desk, "reject:2")).toThrow("sees no modal");
  const answer = fake.submitModal(ana, desk, "reject:1", { reason: "too risky" });
  expect((await answer.response()).content).toBe("too risky");
});

test("choices appear while a person types", async () => {
  bot.onInteraction(async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    const typed = interaction.options.getFocused();
    await interaction.respond([{ name: `Order ${typed}`, value: typed }]);
  });
  expect(await fake.autocomplete(ana, desk, "why", "order", "12")).toEqual([
    { name: "Order 12", value: "12" },
  ]);
});

test("a direct message carries a button, and commands work there", async () => {
  bot.onInteraction(async (interaction) => {
    expect(interaction.inGuild()).toBe(false);
    if (interaction.isButton()) await interaction.update({ content: "pressed", components: [] });
    if (interaction.isChatInputCommand()) await interaction.reply("in private");
  });
  const user = await bot.client.users.fetch(ana.id);
  const sent = await user.send({ content: "hello", components: [buttons("ok")] });
  const direct = fake.directChannel(ana);
  expect(direct.id).toBe(sent.channelId);
  expect((await fake.press(ana, direct, sent.id, "ok").response()).content).toBe("pressed");
  expect((await fake.command(ana, direct, "status").response()).content).toBe("in private");
});

test("a thread takes messages like a channel, and a redelivered interaction comes twice", async () => {
  const thread = fake.thread(desk, "approvals");
  let count = 0;
  bot.onInteraction(async (interaction) => {
    count += 1;
    if (count > 1 || !interaction.isChatInputCommand()) return;
    const place = interaction.channel;
    if (place?.isThread() === true) await place.send("in the thread");
    await interaction.reply("once");
  });
  const asked = fake.command(ana, thread, "status");
  expect((await fake.nextMessage(thread.id)).content).toBe("in the thread");
  expect((await fake.nextMessage(thread.id)).content).toBe("once");
  fake.redeliver(asked);
  await fake.waitFor(() => count === 2);
});

test("only deliberate mentions notify people", async () => {
  const channel = await bot.client.channels.fetch(desk.id);
  if (!channel?.isSendable()) throw new Error("not sendable");
  await channel.send({ content: `@everyone <@${ana.id}>`, allowedMentions: { parse: [] } });
  await channel.send({ content: `@everyone <@${ana.id}>`, allowedMentions: { parse: [], users: [ana.id] } });
  await channel.send(`@everyone <@${ana.id}>`);
  expect(fake.messages(desk.id).map((message) => message.pings)).toEqual([
    [],
    [ana.id],
    [ana.id, "everyone"],
  ]);
});
