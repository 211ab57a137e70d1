import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Secret, TOTP } from "otpauth";
import { DeliveryError } from "../../src/chat/platform.ts";
import { GROUP, PeopleBench, SEED_KEY } from "./support/people-bench.ts";

const ADA = "101";
const MINUTE_MS = 60_000;
const STEP_MS = 30_000;

let bench: PeopleBench;
beforeEach(async () => {
  bench = await PeopleBench.started();
  bench.person("Ada", "admin", ADA);
});
afterEach(async () => {
  expect(bench.problems).toEqual([]);
  await bench.stop();
});

/** The app on Ada's phone, set up from what the newest card shows. */
function device(words: string): { code(): string; readonly seed: Secret } {
  const [, seed = ""] = /Key, to type into the app: ([A-Z2-7]{32})/.exec(words) ?? [];
  const app = new TOTP({ secret: Secret.fromBase32(seed), period: 30, digits: 6, algorithm: "SHA1" });
  return { code: () => app.generate({ timestamp: bench.now }), seed: app.secret };
}

/** A code that is wrong now, before and after. */
const wrongFor = ({ seed }: { seed: Secret }): string => {
  const near = [-1, 0, 1].map((step) =>
    TOTP.generate({ secret: seed, timestamp: bench.now + step * STEP_MS }),
  );
  return ["731955", "731956", "731957", "731958"].find((code) => !near.includes(code))!;
};

describe("setting up", () => {
  test("shows the seed as text, as a link and as a picture, in one message", async () => {
    const words = await bench.type(ADA, "/totp");
    const { base32 } = device(words).seed;
    expect(words).toContain(`Key, to type into the app: ${base32}`);
    const link = `otpauth://totp/Countersign:Ada?issuer=Countersign&secret=${base32}&algorithm=SHA1&digits=6&period=30`;
    expect(words).toContain(`Link, to open in the app: ${link}`);
    expect(words).toContain(JSON.stringify({ of: "qr", text: link }));
    expect(words).toContain("[Enter the code] [Cancel]");
  });

  test("the first code confirms it, and the seed's message is deleted", async () => {
    const app = device(await bench.type(ADA, "/totp"));
    expect(await bench.press(ADA, "Enter the code", { code: app.code() })).toContain("are set up");
    expect(bench.telegram.removed).toHaveLength(1);
    expect(bench.telegram.readable.join()).not.toContain(app.seed.base32);
    expect(bench.telegram.readable.at(-1)).toContain("One-time codes are set up");
    expect(await bench.type(ADA, "/whoami")).toContain("One-time code: enrolled");
  });

  test("the seed stands nowhere in clear, and neither code nor seed in the audit log", async () => {
    const app = device(await bench.type(ADA, "/totp"));
    const [first, wrong] = [app.code(), wrongFor(app)];
    await bench.type(ADA, `/totp ${wrong}`);
    await bench.type(ADA, `/totp ${first}`);
    const everything = bench.stored();
    for (const form of [
      app.seed.base32,
      app.seed.hex,
      btoa(app.seed.latin1),
      encodeURIComponent(app.seed.latin1),
    ])
      expect(everything.toLowerCase()).not.toContain(form.toLowerCase());
    for (const code of [first, wrong]) expect(bench.logged()).not.toContain(code);
    expect(bench.events("one_time_code_confirmed")).toHaveLength(1);
  });

  test("a wrong code is told, and can be put right from the same card", async () => {
    const app = device(await bench.type(ADA, "/totp"));
    expect(await bench.press(ADA, "Enter the code", { code: wrongFor(app) })).toContain("wrong or was used");
    expect(await bench.press(ADA, "Enter the code", { code: app.code() })).toContain("are set up");
    expect(bench.telegram.readable.join()).not.toContain(app.seed.base32);
  });

  test("five wrong ones lock it for a quarter of an hour, the right one included", async () => {
    const app = device(await bench.type(ADA, "/totp"));
    for (let i = 0; i < 4; i++) expect(await bench.type(ADA, `/totp ${wrongFor(app)}`)).toContain("wrong");
    expect(await bench.type(ADA, `/totp ${wrongFor(app)}`)).toContain("wait 15 minutes");
    expect(await bench.type(ADA, `/totp ${app.code()}`)).toContain("wait 15 minutes");
    const again = device(await bench.type(ADA, "/totp"));
    expect(await bench.type(ADA, `/totp ${again.code()}`)).toContain("wait 15 minutes");
  });

  test("begun anew, the old seed's message goes and its codes count no more", async () => {
    const old = device(await bench.type(ADA, "/totp"));
    const fresh = device(await bench.type(ADA, "/totp"));
    expect(bench.telegram.readable.join()).not.toContain(old.seed.base32);
    expect(await bench.type(ADA, `/totp ${old.code()}`)).toContain("wrong");
    expect(await bench.type(ADA, `/totp ${fresh.code()}`)).toContain("are set up");
  });

  test("canceled, nothing is left of it", async () => {
    const app = device(await bench.type(ADA, "/totp"));
    expect(await bench.press(ADA, "Cancel")).toContain("No device was set up");
    expect(bench.telegram.readable.join()).not.toContain(app.seed.base32);
    expect(await bench.type(ADA, `/totp ${app.code()}`)).toContain("No device is being set up");
    expect(bench.stored("one_time_codes")).toBe("[[]]");
    expect(await bench.type(ADA, "/totp cancel")).toContain("No device is being set up");
  });

  test.each(["12345", "1234567", "１２３４５６", "JBSWY3DPEHPK3PXP", "123-456"])(
    "%p is no code and costs no try",
    async (typed) => {
      const app = device(await bench.type(ADA, "/totp"));
      for (let i = 0; i < 6; i++) expect(await bench.type(ADA, `/totp ${typed}`)).toContain("six digits");
      expect(bench.logged()).not.toContain(typed);
      expect(await bench.type(ADA, `/totp ${app.code()}`)).toContain("are set up");
    },
  );
});

describe("after a quarter of an hour", () => {
  test("the first code comes too late", async () => {
    const app = device(await bench.type(ADA, "/totp"));
    await bench.wait(15 * MINUTE_MS - 1);
    expect(await bench.type(ADA, `/totp ${wrongFor(app)}`)).toContain("wrong");
    await bench.wait(1);
    expect(await bench.type(ADA, `/totp ${app.code()}`)).toContain("15 minutes are over");
  });

  test("housekeeping deletes the message and the seed, and leaves what is younger or confirmed", async () => {
    const app = device(await bench.type(ADA, "/totp"));
    bench.person("Otto", "operator", "102");
    const confirmed = device(await bench.type("102", "/totp"));
    await bench.type("102", `/totp ${confirmed.code()}`);
    await bench.wait(10 * MINUTE_MS);
    bench.person("Vera", "viewer", "103");
    const young = device(await bench.type("103", "/totp"));
    await bench.wait(5 * MINUTE_MS);
    expect(bench.expireEnrolments()).toBe(1);
    await bench.chat.settled();
    const readable = bench.telegram.readable.join();
    expect(readable).not.toContain(app.seed.base32);
    expect(readable).toContain(young.seed.base32);
    expect(bench.expireEnrolments()).toBe(0);
    expect(await bench.type("103", `/totp ${young.code()}`)).toContain("are set up");
  });

  test("a message that could not be sent until then shows no seed", async () => {
    bench.telegram.refuse = () => new DeliveryError({ kind: "unreachable" }, "No route.");
    await bench.type(ADA, "/totp");
    await bench.wait(15 * MINUTE_MS);
    expect(bench.telegram.sent).toEqual([]);
    bench.telegram.refuse = () => null;
    await bench.wait(MINUTE_MS);
    await bench.chat.settled();
    expect(bench.telegram.lastText).toContain("This seed is not shown any more");
  });
});

describe("a device that stands", () => {
  test("is not replaced in chat: only the machine can take it away", async () => {
    const app = device(await bench.type(ADA, "/totp"));
    await bench.type(ADA, `/totp ${app.code()}`);
    for (const line of ["/totp", "/totp cancel", "/totp 123456"])
      expect(await bench.type(ADA, line)).toContain("people reset-code 1");
    expect(bench.stored("one_time_codes")).not.toBe("[[]]");
  });
});

test("a group sees no seed and takes no code", async () => {
  await bench.type(ADA, "/here alerts", { chat: GROUP });
  await bench.press(ADA, "Post it here", undefined, { chat: GROUP });
  const app = device(await bench.type(ADA, "/totp"));
  for (const line of ["/totp", `/totp ${app.code()}`, "/totp cancel"])
    expect(await bench.type(ADA, line, { chat: GROUP })).toContain("write to me privately");
  expect(await bench.type(ADA, `/totp ${app.code()}`)).toContain("are set up");
});

test("without a key nothing is set up, and the answer says how to make one", async () => {
  const keyless = await PeopleBench.started({ seedKey: null });
  keyless.person("Ada", "admin", ADA);
  expect(await keyless.type(ADA, "/totp")).toContain("$APP_SECRETS_DIR/APP_TOTP_KEY");
  expect(keyless.stored("one_time_codes")).toBe("[[]]");
  expect(await keyless.type(ADA, "/whoami")).not.toContain("[Set up codes]");
  await keyless.stop();
});

test("the tests' key has the length that keys have", () => {
  expect(SEED_KEY).toHaveLength(32);
});
