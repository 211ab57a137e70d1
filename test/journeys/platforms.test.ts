// The same story on every platform: what people type, press and read is the same wherever they are.
import { expect, test } from "bun:test";
import { Secret, TOTP } from "otpauth";
import { PNG } from "pngjs";
import { passQuarters } from "../support/replayed-app.ts";
import { consoleSurface } from "./support/console-surface.ts";
import { discordSurface } from "./support/discord-surface.ts";
import type { Shown, Surface } from "./support/surface.ts";
import { telegramSurface } from "./support/telegram-surface.ts";

const SURFACES = { console: consoleSurface, telegram: telegramSurface, discord: discordSurface } as const;
const PEOPLES_KEY = new Uint8Array(32).fill(9).toBase64();

type Transcript = readonly (readonly [step: string, words: string])[];

/** Played once each, whichever test asks first. */
const stories = new Map<keyof typeof SURFACES, Promise<Transcript>>();

function storyOn(name: keyof typeof SURFACES): Promise<Transcript> {
  const story = stories.get(name) ?? perform(name);
  stories.set(name, story);
  return story;
}

async function perform(name: keyof typeof SURFACES): Promise<Transcript> {
  const surface = await SURFACES[name]({ environment: { APP_TOTP_KEY: PEOPLES_KEY } });
  try {
    const transcript = await play(surface);
    expect(surface.faults()).toEqual([]);
    return transcript;
  } finally {
    await surface.close();
  }
}

async function play(surface: Surface): Promise<Transcript> {
  const told: (readonly [string, string])[] = [];
  const step = async (name: string, shown: Promise<Shown>): Promise<Shown> => {
    const answer = await shown;
    told.push([name, answer.words]);
    // Lines end where each screen does.
    return { ...answer, words: answer.words.replaceAll(/\s+/g, " ") };
  };
  const { running } = surface;
  while (running.app.scheduler.isRunning("data_sync")) await Bun.sleep(1);

  await step("start", surface.types("/start"));
  const refused = await step("a stranger", surface.strangerTypes("/status"));
  expect(refused.words).toContain("I take commands from known people only.");
  const granted = await step("grant", surface.types("/grant telegram:2002 viewer Bob"));
  expect(granted.words).toContain("Bob is now viewer");
  const status = await step("status", surface.types("/status"));
  expect(status.words).toContain("PAUSED");
  expect(status.buttons.join()).toContain("Resume");

  // A device for one-time codes, before it is needed.
  const enrolment = await surface.types("/totp");
  const [seed] = /[A-Z2-7]{32}/.exec(enrolment.words.replaceAll(" ", "")) ?? [];
  const device = new TOTP({ secret: Secret.fromBase32(seed!), digits: 6, period: 30 });
  const code = (): string => device.generate({ timestamp: running.peopleClock.now() });
  const first = code();
  await step("totp", surface.fills(enrolment, "Enter the code", { code: first }));

  // Trading, until there is something to page through.
  await step("resume", surface.types("/resume"));
  for (let day = 0; day < 60 && running.app.capabilities.account.fills(1, 3).total < 8; day++)
    await passQuarters(running, 96);
  const chart = await step("chart", surface.types("/chart 1h 96"));
  expect(chart.words).toContain("BTCUSDT 1h");
  if (surface.name !== "console") {
    const { width, height } = PNG.sync.read(Buffer.from(chart.png!));
    expect([width, height]).toEqual([1200, 675]);
  }
  const paused = await step("pause", surface.types("/pause for the night"));
  expect(paused.words).toContain("for the night");
  await step("resume again", surface.types("/resume good morning"));
  const stopped = await step("stop", surface.types("/stop this looks wrong"));
  expect(stopped.words).toContain("EMERGENCY_STOP");

  const guide = await step("recover", surface.types("/recover"));
  expect(guide.words).toContain("this looks wrong");
  while (code() === first) await Bun.sleep(20);
  const recovered = await step(
    "recovered",
    surface.fills(guide, "Checked: recover…", { reason: "it was a false alarm", code: code() }),
  );
  expect(recovered.words).toContain("PAUSED");
  expect(running.app.capabilities.state.current()).toMatchObject({
    state: "PAUSED",
    reason: "it was a false alarm",
  });

  const fills = await step("fills", surface.types("/fills 3"));
  const older = await step("older fills", surface.presses(fills, "Older ▶"));
  expect(older.words).toContain("Page 2 of");
  const events = await step("events", surface.types("/events system"));
  expect(events.words).toContain("it was a false alarm");
  return told;
}

const NAMES_OF_SURFACES = Object.keys(SURFACES) as (keyof typeof SURFACES)[];

test.each(NAMES_OF_SURFACES)(
  "on %s: from the first start to a recovery with a code",
  async (name) => {
    expect(await storyOn(name)).not.toBeEmpty();
  },
  60_000,
);

/** What the platforms name differently: themselves, and their people. */
const NAMES = [
  [/\bada\b( \((Telegram|Discord)\))?/gi, "console"],
  // A picture's caption is not written where the picture is seen.
  [/\d+ candles: \S+ → \S+ USDT/g, ""],
  // The log's length depends on how many people and chats the settings let in.
  [/\d+ events/g, "events"],
  [/console account is \d+|(Telegram|Discord) id is \d+/g, "account"],
] as const;

/** What is said, whatever it is drawn with: its words and figures, without buttons and marks. */
function wordsSaid(step: string, text: string): readonly string[] {
  let plain = text.replaceAll(/\[\d+\] .+/g, " ").replaceAll(/\s+/g, " ");
  for (const [theirs, ours] of NAMES) plain = plain.replaceAll(theirs, ours);
  const words = plain.match(/[\p{L}\p{N}+−][\p{L}\p{N}.,:/#%+−-]*/gu) ?? [];
  // And so do its numbers.
  const isNumbered = (word: string): boolean => step === "events" && /^\d+$/.test(word);
  return words
    .map((word) => word.replace(/[.,:]+$/, "").toLowerCase())
    .filter((word) => !isNumbered(word))
    .toSorted();
}

test("the three transcripts say the same, step by step", async () => {
  const first = await storyOn("console");
  for (const name of NAMES_OF_SURFACES) {
    for (const [index, [step, words]] of (await storyOn(name)).entries()) {
      expect([name, step, wordsSaid(step, words)]).toEqual([name, step, wordsSaid(step, first[index]![1])]);
    }
  }
}, 120_000);
