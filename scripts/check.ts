// Everything that must hold before a change is taken: format and lint, types, architecture, dead code, tests.
// One line a step, the output of the steps that fail, and at the end what the tests' report says.
// With --offline the tests run in a network namespace that has loopback alone (Linux; needs unshare and ip).
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { judgeReport } from "./test-report.ts";

const root = join(import.meta.dir, "..");
const report = ".reports/tests.xml";
const longestStepMs = 10 * 60_000;
const offline = process.argv.includes("--offline");

const bun = process.execPath;
const tool = (...words: string[]): string[] => [bun, "--no-env-file", "run", "--bun", ...words];
const tests = [
  ...[
    bun,
    "--no-env-file",
    "test",
    "--parallel=2",
    "--randomize",
    "--timeout=30000",
    "--coverage",
    "--only-failures",
  ],
  ...["--reporter=junit", `--reporter-outfile=${report}`],
];
const loopbackAlone = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

const steps: { name: string; command: string[] }[] = [
  { name: "format and lint", command: tool("biome", "check", "--error-on-warnings", ".") },
  { name: "types", command: tool("tsc", "--noEmit") },
  {
    name: "architecture",
    command: [bun, "--no-env-file", "test", "--only-failures", "test/architecture.test.ts"],
  },
  { name: "dead code", command: tool("knip") },
  { name: "tests with coverage", command: offline ? [...loopbackAlone, ...tests] : tests },
];

// What an earlier run left must not speak for this one; and bun does not create the folder.
rmSync(join(root, ".reports"), { recursive: true, force: true });
mkdirSync(join(root, ".reports"));

const failed: string[] = [];
for (const { name, command } of steps) {
  const startedAt = performance.now();
  const { succeeded, output } = await run(command);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${succeeded ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (!succeeded) {
    failed.push(name);
    console.log(output.trimEnd());
  }
}

const verdict = judgeReport(await textOf(report), testFilesOnDisk());
for (const fault of verdict.faults) console.log(`FAILED test report: ${fault}`);
if (verdict.faults.length > 0) failed.push("test report");

if (failed.length > 0) console.log(`\nFailed: ${failed.join(", ")}`);
console.log(`${verdict.passed} passed, ${verdict.failed} failed, ${verdict.skipped} skipped`);
process.exit(failed.length > 0 ? 1 : 0);

async function run(command: string[]): Promise<{ succeeded: boolean; output: string }> {
  try {
    const child = Bun.spawn(command, {
      cwd: root,
      // In CI bun refuses test.only and writes no snapshot that nobody has read.
      env: { ...process.env, CI: "1" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: longestStepMs,
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    const succeeded = (await child.exited) === 0;
    const cause = child.signalCode === null ? "" : `\nended by ${child.signalCode}`;
    return { succeeded, output: `${stdout}${stderr}${cause}` };
  } catch (error) {
    return { succeeded: false, output: `${command[0]} did not start: ${error}` };
  }
}

async function textOf(path: string): Promise<string | undefined> {
  const file = Bun.file(join(root, path));
  return (await file.exists()) ? file.text() : undefined;
}

/** Every file that bun would take for a test, wherever it stands: one outside test/ would never run. */
function testFilesOnDisk(): string[] {
  const glob = new Bun.Glob("**/*{.test,.spec,_test,_spec}.{ts,tsx,js,jsx,mts,mjs,cts,cjs}");
  return [...glob.scanSync({ cwd: root })].filter((path) => !/(^|\/)node_modules\//.test(path)).toSorted();
}
