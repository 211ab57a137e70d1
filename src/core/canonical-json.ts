/** One text for one value: JSON with sorted keys, so that equal facts have equal bytes and equal hashes. */
import { InvariantError } from "./errors.ts";
import type { JsonValue } from "./event.ts";

/** Throws `json_not_finite` on NaN and infinities, which JSON would silently turn into null. Minus zero becomes 0. */
export function canonicalJson(value: JsonValue): string {
  switch (typeof value) {
    case "number":
      if (!Number.isFinite(value)) {
        throw new InvariantError("json_not_finite", "A number that is not finite has no JSON.", {
          value: String(value),
        });
      }
      return JSON.stringify(value);
    case "string":
    case "boolean":
      return JSON.stringify(value);
    default:
      if (value === null) return "null";
      return isList(value) ? `[${value.map(canonicalJson).join(",")}]` : canonicalObject(value);
  }
}

const isList = (value: object): value is readonly JsonValue[] => Array.isArray(value);

function canonicalObject(value: { readonly [key: string]: JsonValue }): string {
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`);
  return `{${members.join(",")}}`;
}
