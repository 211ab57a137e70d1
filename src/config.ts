/** Reads every setting at once, and either returns all of them, frozen, or throws one error that lists every fault. */

import { KNOWN_PREFIXES, SECRET_NAMES, SETTINGS, type Setting, type Settings } from "./config/settings.ts";
import { type Found, readSecrets, readVariables, type Sources } from "./config/sources.ts";
import { InputError } from "./core/errors.ts";

export type { Settings } from "./config/settings.ts";

export interface Config {
  readonly settings: Settings;
  /** What is worth telling but stops nothing. */
  readonly warnings: readonly string[];
}

/** The process's own environment and the `.env` beside it. */
const processSources = (): Sources => ({ environment: process.env, envFile: ".env" });

/** Throws InputError `bad_settings` whose message lists every fault, one a line; values of secrets never appear in it. */
export function loadConfig(
  sources: Sources = processSources(),
  overrides: Partial<Record<keyof Settings, string>> = {},
): Config {
  const faults: string[] = [];
  const warnings: string[] = [];
  const found = readVariables(sources, faults);
  for (const [name, text] of Object.entries(overrides)) found.set(name, { text, from: "environment" });
  addSecrets(found, faults, warnings);
  warnOfUnused(found, warnings);
  warnOfHalfSet(found, warnings);
  reportUnknown(found, faults);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS))
    values[name] = readSetting(name, setting, found, faults);
  checkTogether(values as Settings, faults);
  if (faults.length > 0) {
    const list = faults.map((fault) => `  - ${fault}`).join("\n");
    throw new InputError("bad_settings", `The settings cannot be used:\n${list}`, { faults: faults.length });
  }
  return Object.freeze({ settings: Object.freeze(values) as Settings, warnings });
}

/** The values that must never be seen, for the log's redaction; keys of bytes in the forms they are written in. */
export const secretsOf = (settings: Settings): string[] =>
  Object.entries(settings).flatMap(([name, value]: [string, unknown]) => {
    if (!SECRET_NAMES.has(name)) return [];
    if (value instanceof Uint8Array) return [value.toHex(), value.toBase64()];
    return typeof value === "string" ? [value] : [];
  });

function addSecrets(found: Map<string, Found>, faults: string[], warnings: string[]): void {
  const directory = found.get("APP_SECRETS_DIR")?.text.trim();
  const files = directory ? readSecrets(directory, SECRET_NAMES, faults) : new Map<string, Found>();
  const isProd = found.get("APP_ENV")?.text.trim() === "prod";
  for (const name of SECRET_NAMES) {
    const beside = found.get(name);
    if (beside === undefined || beside.text.trim() === "") continue;
    if (files.has(name))
      faults.push(
        `${name} is set twice: as a file in APP_SECRETS_DIR and in the ${beside.from}; keep the file.`,
      );
    else if (isProd)
      faults.push(`${name} comes from the ${beside.from}; in prod put it in a file in APP_SECRETS_DIR.`);
    else warnings.push(`${name} comes from the ${beside.from}; a file in APP_SECRETS_DIR is safer.`);
  }
  for (const [name, secret] of files) found.set(name, secret);
}

function warnOfUnused(found: ReadonlyMap<string, Found>, warnings: string[]): void {
  for (const [name, { unusedWithout: part }] of Object.entries<Setting>(SETTINGS)) {
    if (part === undefined || (found.get(name)?.text.trim() ?? "") === "") continue;
    warnings.push(`${name} is set, but this version has no ${part} yet; it is not used.`);
  }
}

/** A platform that nobody may command, or that is described without being switched on. */
function warnOfHalfSet(found: ReadonlyMap<string, Found>, warnings: string[]): void {
  const has = (name: string): boolean => (found.get(name)?.text.trim() ?? "") !== "";
  for (const platform of ["TELEGRAM", "DISCORD"]) {
    const token = `${platform}_BOT_TOKEN`;
    const others = [...found.keys()].filter((name) => name.startsWith(`${platform}_`) && name !== token);
    if (has(token) && !has(`${platform}_ADMIN_IDS`)) {
      warnings.push(
        `${token} is set without ${platform}_ADMIN_IDS: only people let in with /grant or /link can command it.`,
      );
    } else if (!has(token) && others.some(has)) {
      warnings.push(`${others.find(has)} is set without ${token}; it is not used.`);
    }
  }
}

function reportUnknown(found: ReadonlyMap<string, Found>, faults: string[]): void {
  for (const name of found.keys()) {
    if (Object.hasOwn(SETTINGS, name)) continue;
    if (KNOWN_PREFIXES.some((prefix) => name.startsWith(prefix))) {
      faults.push(`${name} is not a setting; see .env.example for the names there are.`);
    }
  }
}

function readSetting(
  name: string,
  setting: Setting,
  found: ReadonlyMap<string, Found>,
  faults: string[],
): unknown {
  const written = found.get(name)?.text.trim() ?? "";
  const text = written === "" ? setting.default : written;
  if (text === null) return null;
  if (/^(["']).*\1$/.test(text)) {
    faults.push(`${name} is written with its quotes; leave them out.`);
    return null;
  }
  const parsed = setting.schema.safeParse(text);
  if (parsed.success) return parsed.data;
  faults.push(`${name} ${parsed.error.issues[0]?.message ?? "cannot be read"}.`);
  return null;
}

/** What can only be judged with several settings in hand; one that could not be read (null) is not judged again. */
function checkTogether(settings: Settings, faults: string[]): void {
  const seeds = [
    ["RISK_PER_TRADE", "RISK_LIMIT_PER_TRADE"],
    ["RISK_MAX_EXPOSURE", "RISK_LIMIT_MAX_EXPOSURE"],
    ["RISK_MAX_DAILY_LOSS", "RISK_LIMIT_DAILY_LOSS"],
  ] as const;
  if (settings.TELEGRAM_WEBHOOK_URL !== null && settings.TELEGRAM_WEBHOOK_SECRET_TOKEN === null) {
    faults.push(
      "TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET_TOKEN: without it anybody could send updates.",
    );
  }
  for (const [seed, limit] of seeds) {
    const isReadable = settings[seed] !== null && settings[limit] !== null;
    if (isReadable && settings[seed] > settings[limit])
      faults.push(`${seed} ${settings[seed]} is beyond its hard limit ${limit} ${settings[limit]}.`);
  }
}
