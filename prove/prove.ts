/** `bun run prove`: the slow proofs, at a size that fits minutes; `--release` runs them at their full size. */
import { cpus } from "node:os";
import { proveCrashes } from "./crash.ts";
import { proveMemory } from "./memory.ts";
import type { Proof } from "./proof.ts";

const isRelease = process.argv.includes("--release");
const proofs: readonly (() => Promise<Proof>)[] = [
  () => proveCrashes(isRelease ? 5000 : 100),
  () => proveMemory(isRelease ? 100_000 : 20_000),
];

process.umask(0o077);
console.log(
  `Proofs on ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Bun ${Bun.version}\n`,
);
let failed = 0;
for (const prove of proofs) {
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
console.log(failed === 0 ? "\nall proofs hold" : `\n${failed} proofs failed`);
process.exitCode = failed === 0 ? 0 : 1;
