/** docs/strategies.md says what the declarations say. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultsOf } from "../../src/core/parameter.ts";
import { STRATEGIES } from "../../src/strategy/registry.ts";

const page = readFileSync(join(import.meta.dir, "../../docs/strategies.md"), "utf8");

test.each(STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
  "%s is documented with its reasons and its warm-up",
  (name, strategy) => {
    expect(page).toContain(`\n## ${name}\n`);
    for (const reason of Object.keys(strategy.reasons)) expect(page).toContain(`\`${reason}\``);
    const { timingWarmup, regime, regimeWarmup } = strategy.needs(defaultsOf(strategy.parameters));
    expect(page).toContain(`| ${name} | ${timingWarmup} | ${regime ? regimeWarmup : "–"} |`);
  },
);
