// Judges a test run by its JUnit report, not by its exit code alone: a file that never loaded, a report
// that was never written, or one cut short must not pass for success.

export interface Verdict {
  passed: number;
  failed: number;
  skipped: number;
  /** Why the run cannot be believed or did not succeed; empty when all is well. */
  faults: string[];
}

type Counts = Pick<Verdict, "passed" | "failed" | "skipped">;

/**
 * @param report the text of the report, undefined when there is none
 * @param filesOnDisk the test files that should have run, relative to the repository's root
 */
export function judgeReport(report: string | undefined, filesOnDisk: readonly string[]): Verdict {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  if (report === undefined) return { ...counts, faults: ["there is no test report"] };
  let root: Bun.XML.Node;
  try {
    root = Bun.XML.parse(report, { compact: false });
  } catch (error) {
    return {
      ...counts,
      faults: [`the test report cannot be read: ${error instanceof Error ? error.message : error}`],
    };
  }
  if (root.name !== "testsuites")
    return { ...counts, faults: [`the test report begins with <${root.name}>`] };

  count(root, counts);
  return {
    ...counts,
    faults: [
      ...failures(root, counts),
      ...disagreements(root, counts),
      ...filesThatDiffer(root, filesOnDisk),
      ...(counts.passed === 0 ? ["no test passed"] : []),
    ],
  };
}

const elementsIn = (node: Bun.XML.Node): Bun.XML.Node[] =>
  node.children.filter((child): child is Bun.XML.Node => typeof child === "object" && "name" in child);

function count(node: Bun.XML.Node, counts: Counts): void {
  for (const element of elementsIn(node)) {
    if (element.name === "testsuite") count(element, counts);
    else if (element.name === "testcase") counts[outcomeOf(element)]++;
  }
}

function outcomeOf(testcase: Bun.XML.Node): keyof Counts {
  const marks = elementsIn(testcase).map(({ name }) => name);
  if (marks.includes("failure") || marks.includes("error")) return "failed";
  return marks.includes("skipped") ? "skipped" : "passed";
}

function failures(root: Bun.XML.Node, counts: Counts): string[] {
  const errors = Number(root.attributes["errors"] ?? 0);
  return [
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(errors !== 0 ? [`${root.attributes["errors"]} errors outside tests`] : []),
  ];
}

/** The report's own totals against the tests it lists. */
function disagreements(root: Bun.XML.Node, counts: Counts): string[] {
  const listed: Record<string, number> = {
    tests: counts.passed + counts.failed + counts.skipped,
    failures: counts.failed,
    skipped: counts.skipped,
  };
  return Object.entries(listed)
    .filter(([total, number]) => root.attributes[total] !== String(number))
    .map(
      ([total, number]) => `the report says ${total}="${root.attributes[total] ?? ""}" and lists ${number}`,
    );
}

function filesThatDiffer(root: Bun.XML.Node, filesOnDisk: readonly string[]): string[] {
  const suites = elementsIn(root).filter(({ name }) => name === "testsuite");
  const reported = new Set(suites.map(({ attributes }) => attributes["file"] ?? ""));
  const onDisk = new Set(filesOnDisk);
  return [
    ...[...onDisk.difference(reported)].map(
      (file) => `${file} is not in the report: it did not load or has no tests`,
    ),
    ...[...reported.difference(onDisk)].map((file) => `${file} is in the report but not on disk`),
  ];
}
