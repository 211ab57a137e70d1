/**
 * Verifies the audit chain row by row over the stored bytes. It finds every change, drop, swap, insertion and copy
 * inside the log; a cut tail or an older copy is a valid chain, and only checkpoints held elsewhere show it.
 */
import type { Actor } from "../src/core/actor.ts";
import { auditHead } from "./audit.ts";
import { GENESIS_HASH, STORED_FRAME_SQL, STORED_TYPES_SQL } from "./audit-frame.ts";
import type { AuditRow, Reader, Tx } from "./transaction.ts";

export type ChainProblem = "wrong_type" | "number_missing" | "hash_mismatch" | "link_broken";

export interface ChainBreak {
  readonly seq: number;
  readonly problem: ChainProblem;
  /** The hash of the row as it was found, so that an accepted break cannot hide a later change to the same row. */
  readonly digest: string;
}

export interface ChainReport {
  /** No break, or only such as a person accepted (`acceptChainBreaks`). */
  readonly ok: boolean;
  readonly rows: number;
  readonly headSeq: number;
  readonly headHash: string;
  readonly firstBad?: { readonly seq: number; readonly problem: ChainProblem };
  /** Breaks nobody accepted, at most `MOST_BREAKS`; verification ends there. */
  readonly breaks: readonly ChainBreak[];
  readonly acceptedBreaks: readonly ChainBreak[];
}

export interface VerifyOptions {
  /** First row to check; the hash stored in the row before it is trusted. Default 1. */
  readonly fromSeq?: number;
  /** Last row to check, to verify a long log in slices. Default the last. */
  readonly toSeq?: number;
  readonly onProgress?: (rows: number) => void;
}

const PAGE_ROWS = 10_000;
const MOST_BREAKS = 1_000;

const PAGE_SQL = `SELECT CAST(seq AS REAL), ${STORED_FRAME_SQL}, ${STORED_TYPES_SQL}
  FROM events_log WHERE seq >= $from AND seq <= $to ORDER BY seq LIMIT ${PAGE_ROWS}`;
type PageRow = readonly [seq: number, hashAndFrame: Uint8Array, hasTypes: number];

export function verifyChain(reader: Reader, options: VerifyOptions = {}): ChainReport {
  const walk = new Walk(reader, options.fromSeq ?? 1);
  const to = options.toSeq ?? Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = reader.values<PageRow>(PAGE_SQL, { from: walk.expectedSeq, to });
    for (const row of page) walk.check(row);
    if (page.length > 0) options.onProgress?.(walk.rows);
    if (page.length < PAGE_ROWS || walk.breaks.length >= MOST_BREAKS) break;
  }
  return reportOf(reader, walk);
}

class Walk {
  readonly breaks: ChainBreak[] = [];
  rows = 0;
  expectedSeq: number;
  /** The stored hash of the row before. */
  #previous: Uint8Array;
  readonly #computed = new Uint8Array(32);

  constructor(reader: Reader, fromSeq: number) {
    this.expectedSeq = fromSeq;
    const before = reader.get<{ hash: Uint8Array }>(
      "SELECT CAST(hash AS BLOB) AS hash FROM events_log WHERE seq = $seq",
      {
        seq: fromSeq - 1,
      },
    );
    this.#previous = before?.hash ?? GENESIS_HASH;
  }

  check([seq, hashAndFrame, hasTypes]: PageRow): void {
    Bun.SHA256.hash(hashAndFrame.subarray(32), this.#computed);
    const problem = this.#problemOf(seq, hashAndFrame, hasTypes);
    if (problem !== null) this.breaks.push({ seq, problem, digest: this.#computed.toHex() });
    this.#previous = hashAndFrame;
    this.expectedSeq = seq + 1;
    this.rows++;
  }

  get head(): { seq: number; hash: Uint8Array } {
    return { seq: this.expectedSeq - 1, hash: this.#previous.subarray(0, 32) };
  }

  #problemOf(seq: number, hashAndFrame: Uint8Array, hasTypes: number): ChainProblem | null {
    if (hasTypes !== 1) return "wrong_type";
    if (seq !== this.expectedSeq) return "number_missing";
    if (!sameHash(hashAndFrame, 0, this.#computed)) return "hash_mismatch";
    if (!sameHash(hashAndFrame, 32, this.#previous)) return "link_broken";
    return null;
  }
}

function sameHash(bytes: Uint8Array, start: number, hash: Uint8Array): boolean {
  for (let i = 0; i < 32; i++) if (bytes[start + i] !== hash[i]) return false;
  return true;
}

function reportOf(reader: Reader, walk: Walk): ChainReport {
  const accepted = walk.breaks.length === 0 ? null : acceptedKeys(reader, walk.breaks);
  const breaks = walk.breaks.filter((found) => !accepted?.has(keyOf(found)));
  const first = breaks[0];
  return {
    ok: first === undefined,
    rows: walk.rows,
    headSeq: walk.head.seq,
    headHash: walk.head.hash.toHex(),
    ...(first === undefined ? {} : { firstBad: { seq: first.seq, problem: first.problem } }),
    breaks,
    acceptedBreaks: walk.breaks.filter((found) => accepted?.has(keyOf(found))),
  };
}

const keyOf = ({ seq, problem, digest }: ChainBreak): string => `${seq} ${problem} ${digest}`;

/** What people accepted, told by rows that are themselves unbroken. */
function acceptedKeys(reader: Reader, breaks: readonly ChainBreak[]): Set<string> {
  const broken = new Set(breaks.map(({ seq }) => seq));
  const keys = new Set<string>();
  const sql = `SELECT seq, facts FROM events_log WHERE type = 'audit_break_accepted' AND json_valid(facts) ORDER BY seq`;
  for (const { seq, facts } of reader.all<{ seq: number; facts: string }>(sql)) {
    if (broken.has(seq)) continue;
    const { breaks: named } = JSON.parse(facts) as { breaks?: readonly ChainBreak[] };
    for (const one of named ?? []) keys.add(keyOf(one));
  }
  return keys;
}

/** A person's word that these breaks are known: the log goes on from here, and the row names the head it found. */
export function acceptChainBreaks(
  tx: Tx,
  breaks: readonly ChainBreak[],
  reason: string,
  actor: Actor,
): AuditRow {
  const head = auditHead(tx);
  return tx.audit({
    category: "audit",
    type: "audit_break_accepted",
    actor,
    summary: `Accepted ${breaks.length} known break${breaks.length === 1 ? "" : "s"} of the audit chain: ${reason}`,
    facts: {
      reason,
      headSeq: head.seq,
      headHash: head.hash,
      breaks: breaks.map(({ seq, problem, digest }) => ({ seq, problem, digest })),
    },
  });
}
