import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SETTINGS } from "../../src/config/settings.ts";
import { loadConfig, type Settings, secretsOf } from "../../src/config.ts";
import { InputError } from "../../src/core/errors.ts";

const room = mkdtempSync(join(tmpdir(), "countersign-config-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));

type Environment = Readonly<Record<string, string>>;
let files = 0;

/** A file of its own under the room. */
function file(content: string | Uint8Array, mode = 0o600): string {
  const path = join(room, `file-${++files}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function secretsDirectory(secrets: Readonly<Record<string, string | Uint8Array>>, mode = 0o700): string {
  const path = join(room, `secrets-${++files}`);
  mkdirSync(path);
  for (const [name, content] of Object.entries(secrets)) {
    writeFileSync(join(path, name), content);
    chmodSync(join(path, name), 0o400);
  }
  chmodSync(path, mode);
  return path;
}

const load = (environment: Environment, envFile: string | null = null) =>
  loadConfig({ environment, envFile });
const settingsOf = (environment: Environment, envFile: string | null = null): Settings =>
  load(environment, envFile).settings;

/** The list of faults, one sentence each; empty when the settings can be used. */
function faultsOf(environment: Environment, envFile: string | null = null): string[] {
  try {
    load(environment, envFile);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { code, message, facts } = error as InputError;
    const [title, ...lines] = message.split("\n");
    expect([code, title]).toEqual(["bad_settings", "The settings cannot be used:"]);
    expect(facts).toEqual({ faults: lines.length });
    return lines.map((line) => line.replace(/^ {2}- /, ""));
  }
}

describe("with nothing set", () => {
  test("every declared default can be read, and what is read cannot be changed", () => {
    const { settings, warnings } = load({});
    expect(Object.keys(settings)).toEqual(Object.keys(SETTINGS));
    expect(settings).toMatchObject({
      TRADING_SYMBOL: "BTCUSDT",
      RISK_PER_TRADE: 0.005,
      TRADING_LIVE_MODE: false,
    });
    expect([warnings, Object.isFrozen(settings)]).toEqual([[], true]);
  });

  test("a .env that is not there counts as empty", () => {
    expect(faultsOf({}, join(room, "none", ".env"))).toEqual([]);
  });
});

describe("one setting that cannot be used gives one sentence that says what to do", () => {
  test.each([
    ["TRADING_SYMBOL", "ETHUSDT", "must be BTCUSDT: one process trades this symbol and no other."],
    ["TRADING_CYCLE_SECONDS", "0", "must be at least 5."],
    ["TRADING_CYCLE_SECONDS", "-60", "must be a whole number."],
    ["TRADING_CYCLE_SECONDS", "60.5", "must be a whole number."],
    ["TRADING_CYCLE_SECONDS", "999999999999", "must be at most 3600."],
    ["TRADING_CYCLE_SECONDS", "9".repeat(400), "must be a whole number."],
    ["TRADING_CYCLE_SECONDS", "６０", "must be a whole number."],
    ["RISK_PER_TRADE", "NaN", "must be a plain number such as 0.005, with at most 8 decimals."],
    ["RISK_PER_TRADE", "1e-3", "must be a plain number such as 0.005, with at most 8 decimals."],
    ["RISK_PER_TRADE", "0,005", "must be a plain number such as 0.005, with at most 8 decimals."],
    ["RISK_PER_TRADE", "0x1", "must be a plain number such as 0.005, with at most 8 decimals."],
    ["RISK_PER_TRADE", "Infinity", "must be a plain number such as 0.005, with at most 8 decimals."],
    ["RISK_PER_TRADE", "0.005000001", "must be a plain number such as 0.005, with at most 8 decimals."],
    ["RISK_PER_TRADE", "-0.005", "must be at least 0.001."],
    ["RISK_PER_TRADE", "0.5", "must be at most 0.02."],
    ["TRADING_PAPER_STARTING_EQUITY", "90000000000", "must be at most 10000000."],
    ["WEB_ENABLED", "TRUE", "must be true or false."],
    ["WEB_ENABLED", "1", "must be true or false."],
    ["WEB_ENABLED", "yes", "must be true or false."],
    ["WEB_PORT", "65536", "must be at most 65535."],
    ["WEB_HOST", "0.0.0.0", "must be this machine (127.0.0.1): the page has no sign-in yet."],
    ["APP_ENV", "production", "must be one of dev, staging, prod."],
    ["APP_TIMEZONE", "Rome", "must be a time zone such as Europe/Rome or UTC."],
    ["APP_SECRETS_DIR", "secrets", "must be an absolute path."],
    ["TRADING_LIVE_MODE", "true", "cannot be true: this version has no live trading yet."],
    ["BINANCE_MARKET_DATA_BASE_URL", "data-api.binance.vision", "must be an address such as https://host."],
    ["BINANCE_MARKET_DATA_BASE_URL", "https://user:pw@host", "must not contain a user name or password."],
    [
      "BINANCE_MARKET_DATA_BASE_URL",
      "http://data-api.binance.vision",
      "must start with https:// (http:// only for this machine).",
    ],
    ["BINANCE_STREAM_BASE_URL", "ws://host", "must start with wss:// (ws:// only for this machine)."],
    [
      "BINANCE_MARKET_DATA_BASE_URL",
      "http://127.0.0.1.evil.example",
      "must start with https:// (http:// only for this machine).",
    ],
    [
      "TRADING_ACTIVE_STRATEGY",
      "martingale",
      "must be one of trend_ema, trend_ema_fast, mean_reversion, breakout.",
    ],
  ])("%s=%s", (name, text, sentence) => {
    const faults = faultsOf({ [name]: text }).filter((fault) => !fault.includes("not a directory"));
    expect(faults).toEqual([`${name} ${sentence}`]);
  });

  test("a limit that cannot be read is one fault, not two", () => {
    expect(faultsOf({ RISK_LIMIT_PER_TRADE: "much" })).toHaveLength(1);
  });

  test("all faults are told at once, those between settings among them", () => {
    const faults = faultsOf({
      TRADING_CYCLE_SECONDS: "soon",
      WEB_ENABLED: "on",
      TRADING_SYMBL: "BTCUSDT",
      RISK_MAX_EXPOSURE: "0.6",
      RISK_MAX_DAILY_LOSS: "none",
    });
    expect(faults).toHaveLength(5);
    expect(faults.join("\n")).toContain(
      "RISK_MAX_EXPOSURE 0.6 is beyond its hard limit RISK_LIMIT_MAX_EXPOSURE 0.5.",
    );
  });

  test.each([
    ["RISK_PER_TRADE", "RISK_LIMIT_PER_TRADE", "0.01", "0.005"],
    ["RISK_MAX_EXPOSURE", "RISK_LIMIT_MAX_EXPOSURE", "0.5", "0.4"],
    ["RISK_MAX_DAILY_LOSS", "RISK_LIMIT_DAILY_LOSS", "0.05", "0.04"],
  ])("%s beyond %s", (seed, limit, value, bound) => {
    expect(faultsOf({ [seed]: value, [limit]: bound })).toEqual([
      `${seed} ${value} is beyond its hard limit ${limit} ${bound}.`,
    ]);
    expect(faultsOf({ [seed]: bound, [limit]: bound })).toEqual([]);
  });
});

describe("how a value is written", () => {
  test.each([["  60  "], ["60\n"], ["60\r\n"], ["\t60"]])("white space around %p does not count", (text) => {
    expect(settingsOf({ TRADING_CYCLE_SECONDS: text }).TRADING_CYCLE_SECONDS).toBe(60);
  });

  test.each(["", "   "])("empty (%p) means the default", (text) => {
    expect(settingsOf({ TRADING_CYCLE_SECONDS: text }).TRADING_CYCLE_SECONDS).toBe(60);
  });

  test.each(['"60"', "'60'"])("quotes that reached the environment are told of: %s", (text) => {
    expect(faultsOf({ TRADING_CYCLE_SECONDS: text })).toEqual([
      "TRADING_CYCLE_SECONDS is written with its quotes; leave them out.",
    ]);
  });

  test.each([
    "TRADING_CYCLE_SECOND",
    "RISK_PERTRADE",
    "WEB_PROT",
    "TELEGRAM_TOKEN",
    "BINANCE_KEY",
    "DB_FILE",
  ])("%s begins like a setting and is none: told, not swallowed", (name) => {
    expect(faultsOf({ [name]: "x" })).toEqual([
      `${name} is not a setting; see .env.example for the names there are.`,
    ]);
  });

  test("names that are nobody's business pass, prototype names among them", () => {
    expect(faultsOf({ PATH: "/bin", HOME: "/", toString: "x", constructor: "y", __proto__x: "z" })).toEqual(
      [],
    );
  });

  test("only this machine may be reached without encryption", () => {
    for (const host of ["localhost:1", "127.0.0.1:18080", "[::1]:5"]) {
      const url = `http://${host}`;
      expect(settingsOf({ BINANCE_MARKET_DATA_BASE_URL: url }).BINANCE_MARKET_DATA_BASE_URL).toBe(url);
    }
  });
});

describe("the .env file", () => {
  test("is read with a byte-order mark, quotes, comments and Windows line ends", () => {
    const path = file('\uFEFFTRADING_CYCLE_SECONDS="30"\r\n# a comment\r\nexport RISK_FEE_BPS=7.5\r\n');
    expect(settingsOf({}, path)).toMatchObject({ TRADING_CYCLE_SECONDS: 30, RISK_FEE_BPS: 7.5 });
  });

  test("gives way to the environment", () => {
    const path = file("TRADING_CYCLE_SECONDS=30\nRISK_FEE_BPS=7\n");
    expect(settingsOf({ TRADING_CYCLE_SECONDS: "45" }, path)).toMatchObject({
      TRADING_CYCLE_SECONDS: 45,
      RISK_FEE_BPS: 7,
    });
  });

  test("with a typing mistake in a name is told of like the environment", () => {
    expect(faultsOf({}, file("RISK_PER_TRAD=0.005"))).toHaveLength(1);
  });

  test.each([
    ["is a directory", () => room, "is a directory; it must be a file."],
    ["is no UTF-8", () => file(new Uint8Array([0x41, 0xff, 0xfe])), "is not UTF-8 text."],
    ["is too large", () => file("#".repeat(1_048_577)), "is larger than 1048576 bytes."],
  ])("that %s is one fault", (_name, make, sentence) => {
    const path = make();
    expect(faultsOf({}, path)).toEqual([`${path} ${sentence}`]);
  });
});

/** Planted, so that any message that repeats a secret shows. */
const TOKEN = "7654321098:AAplantedplantedplanted";

describe("secrets", () => {
  const inDirectory = (secrets: Readonly<Record<string, string | Uint8Array>>, rest: Environment = {}) => {
    const directory = secretsDirectory(secrets);
    return { directory, faults: faultsOf({ APP_SECRETS_DIR: directory, ...rest }) };
  };

  test("are read from one file each, without the line end", () => {
    const { directory, faults } = inDirectory({ TELEGRAM_BOT_TOKEN: `${TOKEN}\n` });
    expect(faults).toEqual([]);
    const { settings } = loadConfig({ environment: { APP_SECRETS_DIR: directory }, envFile: null });
    expect(settings.TELEGRAM_BOT_TOKEN).toBe(TOKEN);
  });

  test("in two places at once are a conflict", () => {
    const { faults } = inDirectory({ TELEGRAM_BOT_TOKEN: TOKEN }, { TELEGRAM_BOT_TOKEN: TOKEN });
    expect(faults).toContain(
      "TELEGRAM_BOT_TOKEN is set twice: as a file in APP_SECRETS_DIR and in the environment; keep the file.",
    );
  });

  test("outside of files are refused in prod", () => {
    const message = "comes from the environment; in prod put it in a file in APP_SECRETS_DIR.";
    expect(faultsOf({ APP_ENV: "prod", LLM_API_KEY: TOKEN })).toContain(`LLM_API_KEY ${message}`);
    expect(faultsOf({ APP_ENV: "dev", LLM_API_KEY: TOKEN })).not.toContain(`LLM_API_KEY ${message}`);
  });

  test("in a directory that others can read are refused, with the command that mends it", () => {
    const directory = secretsDirectory({}, 0o750);
    expect(faultsOf({ APP_SECRETS_DIR: directory })).toEqual([
      `APP_SECRETS_DIR ${directory} can be read by others; run: chmod 700 ${directory}`,
    ]);
  });

  test("in a directory that is not there are one fault", () => {
    const directory = join(room, "nowhere");
    expect(faultsOf({ APP_SECRETS_DIR: directory })).toEqual([
      `APP_SECRETS_DIR ${directory} is not a directory that can be read; create it or remove the setting.`,
    ]);
  });

  test.each([
    [
      "readable by others",
      (path: string) => {
        writeFileSync(path, TOKEN);
        chmodSync(path, 0o644);
      },
      (path: string) => `${path} can be read by others; run: chmod 400 ${path}`,
    ],
    [
      "a link",
      (path: string) => symlinkSync(file(TOKEN), path),
      (path: string) => `${path} must be a plain file, not a link or directory.`,
    ],
    [
      "a directory",
      (path: string) => mkdirSync(path),
      (path: string) => `${path} must be a plain file, not a link or directory.`,
    ],
    [
      "ten megabytes long",
      (path: string) => writeFileSync(path, TOKEN.repeat(300_000), { mode: 0o400 }),
      (path: string) => `${path} is larger than 65536 bytes.`,
    ],
    [
      "no UTF-8",
      (path: string) => writeFileSync(path, new Uint8Array([0xc3, 0x28, 0x41]), { mode: 0o400 }),
      (path: string) => `${path} is not UTF-8 text.`,
    ],
  ])("in a file that is %s are one fault", (_name, make, sentence) => {
    const directory = secretsDirectory({});
    const path = join(directory, "DISCORD_BOT_TOKEN");
    make(path);
    expect(faultsOf({ APP_SECRETS_DIR: directory })).toEqual([sentence(path)]);
  });

  test("in a file of a name nobody knows are told of", () => {
    const { directory, faults } = inDirectory({ TELEGRAM_TOKEN: TOKEN });
    expect(faults).toEqual([
      `${join(directory, "TELEGRAM_TOKEN")} is not a secret this program knows; remove it or mend its name.`,
    ]);
  });

  test("never appear in a message, however they are wrong", () => {
    const names = ["TELEGRAM_BOT_TOKEN", "BINANCE_API_SECRET", "AUTH_ADMIN_PASSWORD", "LLM_API_KEY"];
    const everywhere = Object.fromEntries(names.map((name) => [name, `"${TOKEN}"`]));
    const faults = [
      ...faultsOf({ ...everywhere, APP_ENV: "prod" }),
      ...inDirectory({ ...everywhere, [`X${names[0]}`]: TOKEN }, everywhere).faults,
      ...faultsOf(
        {},
        file(
          Object.entries(everywhere)
            .map(([name, text]) => `${name}=${text}`)
            .join("\n"),
        ),
      ),
    ];
    expect(faults.length).toBeGreaterThan(10);
    expect(faults.join("\n")).not.toContain(TOKEN);
  });
});

test("switching on a part that this version lacks is refused; what would only lie idle is told and kept out", () => {
  const on = {
    AUTH_ENABLED: "true",
    LLM_ENABLED: "true",
    TRADING_LIVE_MODE: "true",
  };
  const faults = faultsOf(on);
  expect(faults).toHaveLength(3);
  for (const name of Object.keys(on)) expect(faults.join("\n")).toContain(name);
  const idle = {
    LLM_PROVIDER: "openai",
    APPROVAL_TIMEOUT_HOURS: "2",
    BINANCE_API_KEY: TOKEN,
  };
  const { warnings } = loadConfig({ environment: idle, envFile: null });
  for (const name of Object.keys(idle)) {
    expect(warnings.join("\n")).toContain(`${name} is set, but this version has no`);
  }
  expect(warnings.join("\n")).not.toContain(TOKEN);
});

describe("a chat platform", () => {
  const settingsOf = (environment: Environment) => loadConfig({ environment, envFile: null });

  test("is read with its people and its first chat", () => {
    const { settings } = settingsOf({
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_ADMIN_IDS: "1001, 1002",
      TELEGRAM_CHAT_ID: "-1001234567890:7",
      DISCORD_CHANNEL_ID: "123456789012345678",
    });
    expect(settings.TELEGRAM_ADMIN_IDS).toEqual(["1001", "1002"]);
    expect(settings.TELEGRAM_CHAT_ID).toEqual({ chatId: "-1001234567890", threadId: "7" });
    expect(settings.DISCORD_CHANNEL_ID).toBe("123456789012345678");
  });

  test.each([
    ["TELEGRAM_BOT_TOKEN", "hello", "BotFather"],
    ["TELEGRAM_ADMIN_IDS", "@ada", "numeric ids"],
    ["TELEGRAM_ADMIN_IDS", "1001;1002", "numeric ids"],
    ["TELEGRAM_CHAT_ID", "my group", "numeric chat id"],
    ["TELEGRAM_API_URL", "http://api.example", "https://"],
    ["TELEGRAM_WEBHOOK_SECRET_TOKEN", "short", "16 to 256"],
    ["DISCORD_BOT_TOKEN", "a b", "developer portal"],
    ["DISCORD_CHANNEL_ID", "general", "Discord id"],
    ["DISCORD_GUILD_ID", "12", "Discord id"],
    ["APP_TOTP_KEY", "short", "32 bytes"],
    ["REPORT_DAILY_AT", "8am", "time of day"],
    ["ALERT_ACK_MINUTES", "0", "at least 1"],
  ])("whose %s is %j is refused with what it must be", (name, text, hint) => {
    const faults = faultsOf({ [name]: text });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(name);
    expect(faults[0]).toContain(hint);
  });

  test("with a webhook needs the secret that keeps others out", () => {
    const hook = { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_WEBHOOK_URL: "https://bot.example/hook" };
    expect(faultsOf(hook).join()).toContain("TELEGRAM_WEBHOOK_SECRET_TOKEN");
    expect(faultsOf({ ...hook, TELEGRAM_WEBHOOK_SECRET_TOKEN: "0123456789abcdef" })).toEqual([]);
  });

  test("that nobody may command, or that is not switched on, is told", () => {
    expect(settingsOf({ TELEGRAM_BOT_TOKEN: TOKEN }).warnings.join()).toContain("without TELEGRAM_ADMIN_IDS");
    expect(settingsOf({ DISCORD_ADMIN_IDS: "123456789012345678" }).warnings.join()).toContain(
      "DISCORD_ADMIN_IDS is set without DISCORD_BOT_TOKEN",
    );
  });

  test("seals one-time codes with a key in either form, which is a secret in both", () => {
    const bytes = new Uint8Array(32).fill(7);
    for (const text of [bytes.toHex(), bytes.toBase64()]) {
      const { settings } = settingsOf({ APP_TOTP_KEY: text });
      expect(settings.APP_TOTP_KEY).toEqual(bytes);
      expect(secretsOf(settings)).toEqual([bytes.toHex(), bytes.toBase64()]);
    }
  });
});
