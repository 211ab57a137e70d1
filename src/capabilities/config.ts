/** Config versions: the one in force, every earlier one, and what their values mean. */
import {
  activeVersion,
  type ConfigVersion,
  listVersions,
  newestVersion,
  versionOf,
} from "../../db/config-versions.ts";
import type { Reader } from "../../db/database.ts";
import type { ConfigCapability, ConfigVersionView } from "../chat/house-capabilities.ts";
import { invariant } from "../core/errors.ts";
import type { Parameter } from "../core/parameter.ts";
import { TUNABLES } from "../tunables/table.ts";
import { pageOf } from "./page.ts";
import type { CapabilityParts } from "./parts.ts";

export function createConfigCapability({ database }: CapabilityParts): ConfigCapability {
  const view = (reader: Reader, version: number): ConfigVersionView | null => {
    const stored = versionOf(reader, version);
    if (stored === null) return null;
    return { ...summary(stored, activeVersion(reader).version), tunables: inTableOrder(stored.tunables) };
  };
  return {
    active: () =>
      database.read((reader) => {
        const active = view(reader, activeVersion(reader).version);
        invariant(active, "config_missing", "The config version in force is not stored.");
        return active;
      }),
    version: (version) => database.read((reader) => view(reader, version)),
    versions: (page, size) =>
      database.read((reader) => {
        const total = newestVersion(reader);
        const active = activeVersion(reader).version;
        return pageOf(total, page, size, (offset, limit) =>
          listVersions(reader, { limit, beforeVersion: total - offset + 1 }).map((stored) =>
            summary(stored, active),
          ),
        );
      }),
    describe(key) {
      const parameter = TUNABLES.get(key);
      if (parameter === undefined) return null;
      const unit = "unit" in parameter ? parameter.unit : "";
      return { unit, help: parameter.help, bounds: boundsOf(parameter) };
    },
  };
}

const summary = (
  { version, baseVersion, createdAt, source }: ConfigVersion,
  active: number,
): Omit<ConfigVersionView, "tunables"> => ({
  version,
  baseVersion,
  createdAt,
  source,
  isActive: version === active,
});

/** Stored rows are sorted by key; people read them in the order they are declared in, unknown ones last. */
function inTableOrder(stored: ConfigVersionView["tunables"]): ConfigVersionView["tunables"] {
  const declared = [...TUNABLES.keys()].filter((key) => Object.hasOwn(stored, key));
  const unknown = Object.keys(stored).filter((key) => !TUNABLES.has(key));
  return Object.fromEntries([...declared, ...unknown].map((key) => [key, stored[key]!]));
}

function boundsOf(parameter: Parameter): string {
  switch (parameter.kind) {
    case "choice":
      return `one of ${parameter.options.join(", ")}`;
    case "switch":
      return "on or off";
    default:
      return `${parameter.min} to ${parameter.max}, at most ${parameter.maxStep} a step`;
  }
}
