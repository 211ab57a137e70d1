/** Time-based one-time codes (RFC 6238) as every authenticator app knows them: SHA-1, six digits, 30 seconds, one step either way. */
import { Secret, TOTP } from "otpauth";
import type { Random } from "../core/random.ts";
import { randomBytes } from "./random-bytes.ts";

const ISSUER = "Countersign";
const PERIOD_SECONDS = 30;
/** A phone's clock may be half a minute off, and typing takes its time. */
const WINDOW = 1;
/** As long as SHA-1's output (RFC 4226, section 4). */
const SEED_BYTES = 20;

export const newSeed = (random: Random): Uint8Array => randomBytes(random, SEED_BYTES);

/** The counter a code stands for at an instant, null when it is wrong. The same code gives the same counter again: whoever takes it must remember. */
export function counterOf(seed: Uint8Array, code: string, at: number): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null;
  const delta = codesOf(seed, "").validate({ token: code, timestamp: at, window: WINDOW });
  return delta === null ? null : Math.floor(at / (PERIOD_SECONDS * 1000)) + delta;
}

export interface ShownSeed {
  /** To be typed into an app by hand. */
  readonly base32: string;
  /** What a QR code carries. */
  readonly link: string;
}

export function shownSeed(seed: Uint8Array, label: string): ShownSeed {
  const codes = codesOf(seed, label);
  return { base32: codes.secret.base32, link: codes.toString() };
}

const codesOf = (seed: Uint8Array, label: string): TOTP =>
  new TOTP({
    issuer: ISSUER,
    label,
    secret: new Secret({ buffer: Uint8Array.from(seed).buffer }),
    algorithm: "SHA1",
    digits: 6,
    period: PERIOD_SECONDS,
  });
