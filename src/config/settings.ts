/** Every setting there is, once: name, how its text is read, what stands when it is missing, and what it is for. */
import { isAbsolute } from "node:path";
import { z } from "zod";
import { POSITION_POLICIES } from "../core/state.ts";
import { STRATEGY_NAMES } from "../strategy/registry.ts";
import {
  address,
  decimal,
  flag,
  ids,
  key32,
  oneOf,
  snowflake,
  telegramChat,
  timeOfDay,
  timeZone,
  whole,
} from "./setting-kinds.ts";

export interface Setting {
  readonly schema: z.ZodType<unknown, string>;
  /** As text, the way it would be written; null when it may be missing. */
  readonly default: string | null;
  readonly help: string;
  /** The part of the product that reads it, where this version does not have it yet: it is accepted with a warning. */
  readonly unusedWithout?: string;
}

const setting = <Schema extends z.ZodType<unknown, string>>(
  schema: Schema,
  byDefault: string | null,
  help: string,
) => ({
  schema,
  default: byDefault,
  help,
});

/** Harmless to carry over: it is kept out of the way, with a warning, until its part is there. */
const unused = (part: string, help: string) => ({ ...setting(z.string(), null, help), unusedWithout: part });
const offOnly = (part: string, help: string) =>
  setting(
    z
      .enum(["true", "false"], { error: "must be true or false" })
      .refine((text) => text === "false", `cannot be true: this version has no ${part} yet`)
      .transform(() => false as const),
    "false",
    help,
  );

export const SETTINGS = {
  APP_ENV: setting(
    oneOf(["dev", "staging", "prod"]),
    "dev",
    "Where it runs; prod takes secrets from files only.",
  ),
  APP_TIMEZONE: setting(
    timeZone(),
    "UTC",
    "Time zone of people: chat times and reports (UTC is always shown beside it).",
  ),
  APP_SECRETS_DIR: setting(
    z.string().refine(isAbsolute, "must be an absolute path"),
    null,
    "Directory with one file a secret, named like the setting; readable by its owner only.",
  ),
  APP_TOTP_KEY: setting(
    key32(),
    null,
    "Key that seals one-time-code seeds: 32 bytes as base64 or hexadecimal; /totp needs it.",
  ),
  APP_LOG_LEVEL: setting(oneOf(["debug", "info", "warn", "error"]), "info", "How much is logged."),
  APP_LOG_FORMAT: setting(oneOf(["lines", "json"]), "lines", "Log as readable lines or as JSON."),

  BINANCE_MARKET_DATA_BASE_URL: setting(
    address("https:", "http:"),
    "https://data-api.binance.vision",
    "Public market data over REST.",
  ),
  BINANCE_STREAM_BASE_URL: setting(
    address("wss:", "ws:"),
    "wss://data-stream.binance.vision",
    "Public market data stream.",
  ),
  BINANCE_TESTNET: setting(
    flag(),
    "false",
    "Chooses the signed API's address only; market data stays as set above.",
  ),
  BINANCE_API_KEY: unused("live trading", "Key of the signed API, for live trading."),
  BINANCE_API_SECRET: unused("live trading", "Secret of the signed API, for live trading."),

  TRADING_SYMBOL: setting(
    z
      .string()
      .refine((text) => text === "BTCUSDT", "must be BTCUSDT: one process trades this symbol and no other"),
    "BTCUSDT",
    "The traded symbol.",
  ),
  TRADING_ACTIVE_STRATEGY: setting(
    oneOf(STRATEGY_NAMES as [string, ...string[]]),
    "trend_ema",
    "Strategy of config version 1 (a seed: a later difference is reported, never applied).",
  ),
  TRADING_SPOT_POSITION_MODE: setting(
    oneOf(["long_flat"]),
    "long_flat",
    "Buy only when flat, sell closes everything.",
  ),
  TRADING_PAPER_STARTING_EQUITY: setting(
    decimal(10, 10_000_000),
    "10000",
    "Quote currency of a new paper account.",
  ),
  TRADING_CYCLE_SECONDS: setting(whole(5, 3600), "60", "Seconds between trading cycles."),
  TRADING_EXIT_TIMEFRAME: setting(
    oneOf(["1m", "5m", "15m", "30m", "1h"]),
    "1m",
    "Candles on which stops and other exits act; the timing timeframe where data has none this fine.",
  ),
  TRADING_POSITION_POLICY: setting(
    oneOf(POSITION_POLICIES),
    "protect",
    "An open position while not running: protect keeps its stops, hold does nothing, flatten sells it on an emergency stop.",
  ),
  TRADING_REQUIRE_DATA_READY: setting(
    flag(),
    "true",
    "Refuse to trade until the strategy has all the candles it needs.",
  ),
  TRADING_LIVE_MODE: offOnly("live trading", "Live orders; paper trading when false."),
  PAPER_FILL_MODEL: setting(
    oneOf(["book", "slippage"]),
    "book",
    "Paper fills: walk the real order book, or the closing price with fixed slippage.",
  ),

  RISK_PER_TRADE: setting(decimal(0.001, 0.02), "0.005", "Seed: share of equity an entry buys."),
  RISK_MAX_DAILY_LOSS: setting(
    decimal(0.005, 0.1),
    "0.02",
    "Seed: realised loss of a UTC day at which entries stop.",
  ),
  RISK_MAX_EXPOSURE: setting(decimal(0.01, 1), "0.25", "Seed: largest share of equity in the position."),
  RISK_FEE_BPS: setting(decimal(0, 100), "10", "Seed: fee of a fill in basis points."),
  RISK_SLIPPAGE_BPS: setting(
    decimal(0, 100),
    "5",
    "Seed: slippage expected of a market order in basis points.",
  ),
  RISK_EQUITY_STOP: setting(
    decimal(0.01, 0.9),
    "0.2",
    "Hard limit: fall below peak equity that stops trading at once.",
  ),
  RISK_LIMIT_PER_TRADE: setting(decimal(0.001, 0.02), "0.02", "Hard limit on the per-trade share."),
  RISK_LIMIT_MAX_EXPOSURE: setting(decimal(0.01, 1), "0.5", "Hard limit on exposure."),
  RISK_LIMIT_DAILY_LOSS: setting(decimal(0.005, 0.1), "0.05", "Hard limit on the daily loss."),
  RISK_LIMIT_ORDER_NOTIONAL: setting(
    decimal(5, 10_000_000),
    "10000",
    "Hard limit: largest value of one entry.",
  ),
  RISK_LIMIT_ORDERS_PER_DAY: setting(
    whole(1, 10_000),
    "100",
    "Hard limit: orders of a UTC day after which entries stop.",
  ),

  DB_PATH: setting(
    z.string().min(1, "must name a file"),
    "./data/trading.db",
    "The database file; its folder is created.",
  ),
  DB_AUTO_MIGRATE: setting(flag(), "true", "Bring the database's tables up to date at start."),

  WEB_ENABLED: setting(flag(), "true", "Serve the read-only status page."),
  WEB_HOST: setting(
    z
      .string()
      .refine(
        (host) => /^(127(\.\d{1,3}){3}|localhost|::1)$/.test(host),
        "must be this machine (127.0.0.1): the page has no sign-in yet",
      ),
    "127.0.0.1",
    "Address the status page listens on.",
  ),
  WEB_PORT: setting(whole(1, 65_535), "8787", "Port of the status page."),

  AUTH_ENABLED: offOnly("sign-in", "Sign-in to the status page."),
  AUTH_SECRET_KEY: unused("sign-in", "Signs web sessions."),
  AUTH_ADMIN_PASSWORD: unused("sign-in", "Password of the admin on the status page."),
  AUTH_OPERATOR_PASSWORD: unused("sign-in", "Password of the operator on the status page."),
  AUTH_VIEWER_PASSWORD: unused("sign-in", "Password of the viewer on the status page."),

  APPROVAL_TIMEOUT_HOURS: unused("proposals", "Hours a proposal waits for an answer."),
  LLM_ENABLED: offOnly("model adviser", "Let a language model propose changes."),
  LLM_PROVIDER: unused("model adviser", "openai, anthropic, gemini or ollama."),
  LLM_MODEL: unused("model adviser", "The provider's model name."),
  LLM_API_KEY: unused("model adviser", "The provider's key."),
  LLM_BASE_URL: unused("model adviser", "Address of a self-hosted model or gateway."),

  TELEGRAM_BOT_TOKEN: setting(
    z.string().regex(/^\d{3,20}:[A-Za-z0-9_-]{20,}$/, "must be a token as BotFather gives it (123456:ABC…)"),
    null,
    "Token of the Telegram bot; Telegram is on when it is set.",
  ),
  TELEGRAM_ADMIN_IDS: setting(ids(), null, "Numeric user ids of the first admins on Telegram."),
  TELEGRAM_CHAT_ID: setting(
    telegramChat(),
    null,
    "First enrolled Telegram chat (approvals, alerts, reports): its numeric id, with :topic if meant.",
  ),
  TELEGRAM_API_URL: setting(
    address("https:", "http:"),
    "https://api.telegram.org",
    "Address of the Bot API; your own server's where you run one.",
  ),
  TELEGRAM_WEBHOOK_URL: setting(
    address("https:", "http:"),
    null,
    "Public address that Telegram sends updates to; long polling when left out.",
  ),
  TELEGRAM_WEBHOOK_PORT: setting(
    whole(1, 65_535),
    "8788",
    "Port on this machine that the webhook listens on.",
  ),
  TELEGRAM_WEBHOOK_SECRET_TOKEN: setting(
    z.string().regex(/^[A-Za-z0-9_-]{16,256}$/, "must be 16 to 256 letters, digits, _ or -"),
    null,
    "What Telegram must send along with every update; needed for a webhook.",
  ),
  DISCORD_BOT_TOKEN: setting(
    z.string().regex(/^[A-Za-z0-9._-]{20,}$/, "must be a bot token from Discord's developer portal"),
    null,
    "Token of the Discord bot; Discord is on when it is set.",
  ),
  DISCORD_ADMIN_IDS: setting(ids(), null, "Numeric user ids of the first admins on Discord."),
  DISCORD_CHANNEL_ID: setting(
    snowflake(),
    null,
    "First enrolled Discord channel (approvals, alerts, reports).",
  ),
  DISCORD_GUILD_ID: setting(
    snowflake(),
    null,
    "Server to register commands in, where they show at once; everywhere when left out.",
  ),
  DISCORD_API_URL: setting(
    address("https:", "http:"),
    "https://discord.com/api",
    "Address of Discord's API.",
  ),
  ALERT_ACK_MINUTES: setting(
    whole(1, 1440),
    "15",
    "Minutes a critical alert waits for a person before it is repeated, and again before trading is paused.",
  ),
  REPORT_DAILY_AT: setting(
    timeOfDay(),
    "08:00",
    "When the daily wrap is sent, and on Mondays the weekly report, in APP_TIMEZONE.",
  ),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** Secrets by name: each may come from a file; in dev from the environment too. */
export const SECRET_NAMES: ReadonlySet<string> = new Set(
  Object.keys(SETTINGS).filter((name) =>
    /_(TOKEN|API_KEY|API_SECRET|SECRET_KEY|TOTP_KEY|PASSWORD)$/.test(name),
  ),
);

/** A variable that begins like one of ours but is none is a typing mistake worth telling. */
export const KNOWN_PREFIXES: readonly string[] = [
  ...new Set(Object.keys(SETTINGS).map((name) => `${name.split("_")[0]}_`)),
];

type ReadAs<S extends Setting> = S["default"] extends null
  ? z.output<S["schema"]> | null
  : z.output<S["schema"]>;
export type Settings = { readonly [Name in SettingName]: ReadAs<(typeof SETTINGS)[Name]> };
