/** The code that joins a second account to a person: ten characters of Crockford's base32 (50 bits), of which only the hash is kept. */
import { createHash } from "node:crypto";
import type { Random } from "../core/random.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 10;
const TYPED = /^[0-9A-Za-z]{5}[-\s]?[0-9A-Za-z]{5}$/;

export const newLinkCode = (random: Random): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[random.integer(ALPHABET.length)]).join("");

/** In two groups, as people read and type it. */
export const shownLinkCode = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`;

/** The code as it was made: small letters, a missing hyphen, and the letters that look like digits are put right. Null for anything else. */
export function readLinkCode(typed: string): string | null {
  if (!TYPED.test(typed)) return null;
  const code = typed.replace(/[-\s]/, "").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  return [...code].every((letter) => ALPHABET.includes(letter)) ? code : null;
}

export const linkCodeHash = (code: string): Uint8Array =>
  new Uint8Array(createHash("sha256").update(code).digest());
