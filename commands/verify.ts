import { z } from "zod";
import type { Command } from "../src/chat/command.ts";
import { card, checklist, commandButton, fields, text } from "../src/chat/message.ts";

const args = z.object({});

export const verify = {
  name: "verify",
  group: "audit",
  role: "viewer",
  summary: "Check the audit chain, and the books against the fills",
  args,
  examples: ["/verify"],
  effects: "read",
  async run(context) {
    const { checked, findings, headHash, headSeq, ok } = await context.audit.verify(context.progress);
    const { format } = context;
    return card({
      title: ok ? "The audit log is intact" : "The audit log is BROKEN",
      tone: ok ? "good" : "danger",
      body: [
        ...(ok
          ? []
          : [text("Do not trade on this database: keep a copy, and compare it with the latest backup.")]),
        checklist(
          findings.map(({ detail, label, ok: isWell }) => ({
            ok: isWell,
            label: `${label}: ${detail}`,
            note: null,
          })),
        ),
        fields([
          ["Checked", `${format.count(checked)} events`],
          ["Head", `#${headSeq}`],
          ["Hash", headHash],
        ]),
      ],
      buttons: [[commandButton("Check again", "verify"), commandButton("Events", "events")]],
      footer: format.instant(context.now),
    });
  },
} satisfies Command<typeof args>;
