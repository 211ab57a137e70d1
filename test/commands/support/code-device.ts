// Ada's device for one-time codes: a real TOTP (RFC 6238, 30 s, 6 digits) with a seed of the tests' own.
import { Secret, TOTP } from "otpauth";

export const SEED = Uint8Array.fromHex("00112233445566778899aabbccddeeff00112233");
const device = new TOTP({ secret: new Secret({ buffer: SEED.buffer }), period: 30 });

export const codeAt = (at: number): string => device.generate({ timestamp: at });
