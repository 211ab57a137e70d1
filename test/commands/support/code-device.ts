// Ada's device for one-time codes: a real TOTP (RFC 6238, 30 s, 6 digits) with a seed of the tests' own.
import { Secret, TOTP } from "otpauth";

const PERIOD_MS = 30_000;
const device = new TOTP({ secret: Secret.fromHex("00112233445566778899aabbccddeeff00112233"), period: 30 });

export const codeAt = (at: number): string => device.generate({ timestamp: at });

/** The counter a code stands for, one step either way; null when it is wrong. */
export function counterOf(code: string, at: number): number | null {
  const delta = device.validate({ token: code, timestamp: at, window: 1 });
  return delta === null ? null : Math.floor(at / PERIOD_MS) + delta;
}
