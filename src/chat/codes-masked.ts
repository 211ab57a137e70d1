/** What was typed, for the journal: codes that open something are kept there no more than any secret. */

const ONE_TIME_CODE = /(?<![0-9.])[0-9]{6}(?![0-9.])/g;
const LINK_CODE = /\b[0-9A-Z]{5}[- ]?[0-9A-Z]{5}\b/gi;

export function withoutCodes(command: string, typed: string): string {
  const masked = typed.replace(ONE_TIME_CODE, "······");
  return command === "link" ? masked.replace(LINK_CODE, "·····-·····") : masked;
}
