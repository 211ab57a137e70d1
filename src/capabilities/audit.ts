/** The audit log for people: pages of events, and the verification of the whole chain. */
import { auditHashAt, auditHead } from "../../db/audit.ts";
import { type ChainBreak, type ChainReport, verifyChain } from "../../db/audit-chain.ts";
import { eventsPage } from "../../db/event-pages.ts";
import { insertNotice } from "../../db/notices.ts";
import { enterState, readState } from "../../db/system-state.ts";
import type { AuditCapability, EventFilter } from "../chat/house-capabilities.ts";
import { type Actor, actorLabel } from "../core/actor.ts";
import { pageOf } from "./page.ts";
import type { CapabilityParts } from "./parts.ts";
import type { Readiness } from "./readiness.ts";

type Verification = Awaited<ReturnType<AuditCapability["verify"]>>;

/** Rows between two breaths: some ten milliseconds of hashing. */
const SLICE_ROWS = 2_000;
const VERIFY: Actor = { kind: "system", name: "verify" };

export function createAuditCapability(parts: CapabilityParts, readiness: Readiness): AuditCapability {
  const { database } = parts;
  return {
    lastChecked() {
      const { at, report } = readiness.chain;
      return { ok: report.ok, at, headSeq: report.headSeq, firstBadSeq: report.firstBad?.seq ?? null };
    },
    events: (filter: EventFilter, page, size) => {
      const { rows, total } = database.read((reader) =>
        eventsPage(reader, { ...filter }, { offset: (page - 1) * size, limit: size }),
      );
      return pageOf(total, page, size, () =>
        rows.map(({ seq, at, category, type, actor, summary }) => ({
          seq,
          at,
          category,
          type,
          actor: actorLabel(actor),
          summary,
        })),
      );
    },
    async verify(progress) {
      const report = await verifyInSlices(parts, progress);
      readiness.noteChain({ at: parts.clock.now(), report });
      if (!report.ok) stopOnBreak(parts, report);
      return verificationOf(parts, readiness, report);
    },
  };
}

/** The chain up to the head as it is now, in slices that let trading go on in between. */
async function verifyInSlices(
  { database }: CapabilityParts,
  progress: Parameters<AuditCapability["verify"]>[0],
): Promise<ChainReport> {
  const head = database.read(auditHead);
  const breaks: ChainBreak[] = [];
  const acceptedBreaks: ChainBreak[] = [];
  let rows = 0;
  for (let fromSeq = 1; fromSeq <= head.seq; fromSeq += SLICE_ROWS) {
    const toSeq = Math.min(head.seq, fromSeq + SLICE_ROWS - 1);
    const slice = database.read((reader) => verifyChain(reader, { fromSeq, toSeq }));
    rows += slice.rows;
    breaks.push(...slice.breaks);
    acceptedBreaks.push(...slice.acceptedBreaks);
    progress(toSeq / head.seq, `${toSeq} of ${head.seq} events`);
    await nextTurn();
  }
  const first = breaks[0];
  return {
    ok: first === undefined,
    rows,
    headSeq: head.seq,
    headHash: database.read((reader) => auditHashAt(reader, head.seq)) ?? head.hash,
    ...(first === undefined ? {} : { firstBad: { seq: first.seq, problem: first.problem } }),
    breaks,
    acceptedBreaks,
  };
}

/** The next turn of the event loop: timers and messages that wait come first. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A log that cannot be trusted ends trading until a person has looked. */
function stopOnBreak({ clock, database }: CapabilityParts, { firstBad }: ChainReport): void {
  const reason = `The audit log does not verify at event ${firstBad?.seq} (${firstBad?.problem}).`;
  database.transact(clock.now(), (tx) => {
    if (readState(tx).state === "EMERGENCY_STOP") return;
    const cause = "audit_chain_broken";
    if (!enterState(tx, { by: "safety", cause }, reason, VERIFY).ok) return;
    insertNotice(tx, {
      kind: "recovery_problem",
      level: "critical",
      topic: "alerts",
      facts: { cause, reason },
    });
  });
}

function verificationOf(
  { database }: CapabilityParts,
  readiness: Readiness,
  report: ChainReport,
): Verification {
  const { acceptedBreaks, firstBad, headHash, headSeq, ok, rows } = report;
  const mismatches = database.read((reader) => readiness.mismatches(reader));
  const findings = [
    {
      ok,
      label: "Hash chain",
      detail:
        firstBad === undefined
          ? `${rows} events, each bound to the one before it`
          : `${report.breaks.length} break(s), the first at event ${firstBad.seq} (${firstBad.problem.replaceAll("_", " ")})`,
    },
    ...(acceptedBreaks.length === 0
      ? []
      : [
          {
            ok: true,
            label: "Known breaks",
            detail: `${acceptedBreaks.length} accepted by a person, the first at event ${acceptedBreaks[0]?.seq}`,
          },
        ]),
    {
      ok: mismatches.length === 0,
      label: "Ledger",
      detail:
        mismatches.length === 0
          ? "position and balances are the sum of the fills"
          : `position and balances differ from the fills: ${mismatches.join("; ")}`,
    },
  ];
  return { ok: ok && mismatches.length === 0, checked: rows, headSeq, headHash, findings };
}
