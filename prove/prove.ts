/** `bun run prove`: the slow proofs, at a size that fits minutes; `--release` runs them at their full size. */
import { cpus } from "node:os";
import { proveChatCrashes } from "./chat-crash.ts";
import { proveCrashes } from "./crash.ts";
import { proveFuzz } from "./fuzz-chat.ts";
import { proveMemory } from "./memory.ts";
import { proveOutages } from "./outage.ts";
import type { Proof } from "./proof.ts";

const isRelease = process.argv.includes("--release");
/** One group after the other; those of a group side by side, for an outage is mostly waiting. Memory is measured in this process, so it comes first and alone. */
const groups: readonly (readonly (() => Promise<Proof>)[])[] = [
  [() => proveMemory(isRelease ? 100_000 : 20_000)],
  [() => proveCrashes(isRelease ? 5000 : 100), () => proveOutages(isRelease)],
  [() => proveChatCrashes(isRelease ? 2000 : 200)],
  // What takes an update too long shows only where nothing else competes for the processor.
  [() => proveFuzz(isRelease ? 100_000 : 16_000)],
];

process.umask(0o077);
console.log(
  `Proofs on ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Bun ${Bun.version}\n`,
);
let failed = 0;
for (const group of groups) await Promise.all(group.map(run));
console.log(failed === 0 ? "\nall proofs hold" : `\n${failed} proofs failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function run(prove: () => Promise<Proof>): Promise<void> {
  const startedAt = performance.now();
  const { name, ok, figures, lines } = await prove();
  if (!ok) failed += 1;
  console.log(
    `${ok ? "holds" : "FAILS"}  ${name}  (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`,
  );
  for (const [figure, value] of Object.entries(figures)) console.log(`    ${figure.padEnd(28)}${value}`);
  for (const line of lines) console.log(line);
  console.log(JSON.stringify({ proof: name, ok, ...figures }));
}
