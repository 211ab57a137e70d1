/** What a proof reports: whether it holds, its figures, and lines for people. */
export interface Proof {
  readonly name: string;
  readonly ok: boolean;
  readonly figures: Readonly<Record<string, number>>;
  readonly lines: readonly string[];
}
