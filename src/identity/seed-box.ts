/**
 * A one-time-code seed at rest: AES-256-GCM under the installation's key, bound to its person and to when it was sealed.
 * Layout: version (1 byte), instant (8, epoch ms, big-endian), nonce (12), the sealed seed, tag (16).
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { invariant, type Result, refusal, success } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { randomBytes } from "./random-bytes.ts";

const SEED_KEY_BYTES = 32;

const VERSION = 1;
const HEADER_BYTES = 9;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = "aes-256-gcm";
/** No key of ours seals anything else; should one ever, its boxes are not seeds. */
const PURPOSE = new TextEncoder().encode("one-time-code seed");

export interface Sealing {
  readonly key: Uint8Array;
  /** Unguessable outside tests: a nonce that comes twice under one key gives both seeds away. */
  readonly random: Random;
  readonly personId: number;
  readonly seed: Uint8Array;
  /** Epoch ms. */
  readonly at: number;
}

export function sealSeed({ key, random, personId, seed, at }: Sealing): Uint8Array {
  assertKey(key);
  const header = new Uint8Array(HEADER_BYTES);
  header[0] = VERSION;
  new DataView(header.buffer).setBigUint64(1, BigInt(at));
  const nonce = randomBytes(random, NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(header, personId));
  const sealed = Buffer.concat([cipher.update(seed), cipher.final()]);
  return new Uint8Array(Buffer.concat([header, nonce, sealed, cipher.getAuthTag()]));
}

/** The seed; refused alike when the box is damaged, another person's, or was sealed under another key. */
export function openSeed(
  key: Uint8Array,
  personId: number,
  box: Uint8Array,
): Result<Uint8Array, "seed_unreadable"> {
  assertKey(key);
  const unreadable = refusal("seed_unreadable", { personId });
  if (sealedAt(box) === null) return unreadable;
  const nonce = box.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(box.subarray(0, HEADER_BYTES), personId));
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  const sealed = box.subarray(HEADER_BYTES + NONCE_BYTES, -TAG_BYTES);
  try {
    return success(new Uint8Array(Buffer.concat([decipher.update(sealed), decipher.final()])));
  } catch {
    return unreadable;
  }
}

/** When it was sealed, as the box itself says (only `openSeed` proves it); null for what is no box of ours. */
export function sealedAt(box: Uint8Array): number | null {
  if (box.length <= HEADER_BYTES + NONCE_BYTES + TAG_BYTES || box[0] !== VERSION) return null;
  const at = Number(new DataView(box.buffer, box.byteOffset, HEADER_BYTES).getBigUint64(1));
  return Number.isSafeInteger(at) ? at : null;
}

function boundTo(header: Uint8Array, personId: number): Uint8Array {
  const person = new Uint8Array(8);
  new DataView(person.buffer).setBigUint64(0, BigInt(personId));
  return Buffer.concat([PURPOSE, header, person]);
}

function assertKey(key: Uint8Array): void {
  const facts = { bytes: key.length };
  invariant(key.length === SEED_KEY_BYTES, "seed_key_length", "The key for seeds must have 32 bytes.", facts);
}
