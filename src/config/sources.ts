/** Where settings come from: the environment, a `.env` file, and a directory with one file a secret. Every fault is collected. */
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

export interface Sources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of the `.env` file; one that does not exist counts as empty. */
  readonly envFile: string | null;
}

export interface Found {
  readonly text: string;
  readonly from: "environment" | ".env" | "secrets";
}

const LARGEST_SECRET_BYTES = 65_536;
const LARGEST_ENV_BYTES = 1_048_576;
const OTHERS = 0o077;

/** The variables of the environment and of `.env`, the environment first. A fault is one sentence. */
export function readVariables({ environment, envFile }: Sources, faults: string[]): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const [name, text] of Object.entries(readEnvFile(envFile, faults))) {
    if (text !== undefined) found.set(name, { text, from: ".env" });
  }
  for (const [name, text] of Object.entries(environment)) {
    if (text !== undefined) found.set(name, { text, from: "environment" });
  }
  return found;
}

function readEnvFile(path: string | null, faults: string[]): Record<string, string | undefined> {
  if (path === null) return {};
  const bytes = readSmallFile(path, LARGEST_ENV_BYTES, faults);
  if (bytes === null) return {};
  const text = decode(bytes, path, faults);
  return text === null ? {} : parseEnv(text.replace(/^\uFEFF/, ""));
}

/** One file a secret, named like the setting. Links, directories and files that others may read are refused. */
export function readSecrets(
  directory: string,
  names: ReadonlySet<string>,
  faults: string[],
): Map<string, Found> {
  const found = new Map<string, Found>();
  let entries: string[];
  try {
    if ((statSync(directory).mode & OTHERS) !== 0) {
      faults.push(`APP_SECRETS_DIR ${directory} can be read by others; run: chmod 700 ${directory}`);
    }
    entries = readdirSync(directory);
  } catch {
    faults.push(
      `APP_SECRETS_DIR ${directory} is not a directory that can be read; create it or remove the setting.`,
    );
    return found;
  }
  for (const name of entries) {
    if (!names.has(name)) {
      faults.push(`${join(directory, name)} is not a secret this program knows; remove it or mend its name.`);
      continue;
    }
    const text = readSecret(join(directory, name), faults);
    if (text !== null) found.set(name, { text, from: "secrets" });
  }
  return found;
}

function readSecret(path: string, faults: string[]): string | null {
  const status = lstatSync(path);
  if (!status.isFile()) {
    faults.push(`${path} must be a plain file, not a link or directory.`);
    return null;
  }
  if ((status.mode & OTHERS) !== 0) {
    faults.push(`${path} can be read by others; run: chmod 400 ${path}`);
    return null;
  }
  const bytes = readSmallFile(path, LARGEST_SECRET_BYTES, faults);
  return bytes === null ? null : (decode(bytes, path, faults)?.replace(/\r?\n$/, "") ?? null);
}

/** Null when there is no such file. */
function readSmallFile(path: string, limit: number, faults: string[]): Uint8Array | null {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return null;
  if (!status.isFile()) {
    faults.push(`${path} is a directory; it must be a file.`);
    return null;
  }
  if (status.size > limit) {
    faults.push(`${path} is larger than ${limit} bytes.`);
    return null;
  }
  try {
    return readFileSync(path);
  } catch {
    faults.push(`${path} cannot be read; check its owner.`);
    return null;
  }
}

function decode(bytes: Uint8Array, path: string, faults: string[]): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    faults.push(`${path} is not UTF-8 text.`);
    return null;
  }
}
