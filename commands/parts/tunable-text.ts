import type { CommandContext } from "../../src/chat/context.ts";
import type { ParameterValue } from "../../src/core/parameter.ts";

/** A tunable's value with its unit: `0.5 %`, `30 bps`, `on`; “–” where a version has none. */
export function tunableText(
  { config, format }: CommandContext,
  key: string,
  value: ParameterValue | undefined,
): string {
  if (value === undefined) return "–";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  const unit = config.describe(key)?.unit ?? "";
  if (unit === "fraction") return format.percent(value);
  return `${value}${unit === "" ? "" : ` ${unit}`}`;
}
