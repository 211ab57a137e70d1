/** What the doctor found: well, well with a hint, or to be mended. */
export interface Finding {
  readonly ok: boolean;
  readonly name: string;
  readonly detail: string;
  /** Said when it is not well. */
  readonly mend?: string;
  /** Said when it is well: what could still be done, or what will happen. */
  readonly hint?: string;
  /** Well, but worth reading, as everything with a hint is. */
  readonly isNote?: true;
}

/** Findings of one thing that is examined. */
export const findingsOf = (name: string) => ({
  well: (detail: string, hint?: string): Finding => ({
    ok: true,
    name,
    detail,
    ...(hint === undefined ? {} : { hint }),
  }),
  ill: (detail: string, mend: string): Finding => ({ ok: false, name, detail, mend }),
});
