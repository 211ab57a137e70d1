/**
 * The bytes one audit row is hashed over, made the same way from values and from what is stored:
 * the previous hash (32 bytes), then `seq,at,` and the byte lengths of the texts, `:`, and the texts themselves.
 * The lengths stand before the texts, so no two different rows share a frame.
 */

/** In hashing order. */
const TEXTS = ["category", "type", "actor", "summary", "facts"] as const;

export type FrameTexts = Readonly<Record<(typeof TEXTS)[number], string>>;

export interface FrameRow extends FrameTexts {
  readonly prevHash: Uint8Array;
  readonly seq: number;
  readonly at: number;
}

const encoder = new TextEncoder();

export function frameOf(row: FrameRow): Uint8Array {
  const texts = TEXTS.map((name) => encoder.encode(row[name]));
  const header = encoder.encode(`${row.seq},${row.at},${texts.map((text) => text.length).join(",")}:`);
  const parts = [row.prevHash, header, ...texts];
  const frame = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    frame.set(part, end);
    end += part.length;
  }
  return frame;
}

/** The stored hash (32 bytes) and the frame as one blob: stored bytes, never text that was decoded and encoded again. */
export const STORED_FRAME_SQL = `CAST(concat(hash, prev_hash, seq, ',', at, ',',
  ${TEXTS.map((name) => `octet_length(${name})`).join(", ',', ")}, ':', ${TEXTS.join(", ")}) AS BLOB)`;

/** 1 when every value has its column's type: a flipped bit in a record header can turn a text into a blob of equal bytes. */
export const STORED_TYPES_SQL = `CAST(typeof(at) = 'integer' AND typeof(hash) = 'blob' AND typeof(prev_hash) = 'blob'
  AND length(hash) = 32 AND length(prev_hash) = 32
  AND ${TEXTS.map((name) => `typeof(${name}) = 'text'`).join(" AND ")} AS REAL)`;

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Bun.CryptoHasher("sha256").update(bytes).digest();

export const GENESIS_HASH: Uint8Array = new Uint8Array(32);
