import { describe, expect, test } from "bun:test";
import { judgeReport } from "../../scripts/test-report.ts";

const good = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="4" assertions="3" failures="0" skipped="1" time="0.1">
  <testsuite name="test/a.test.ts" file="test/a.test.ts" tests="3" failures="0" skipped="1">
    <testcase name="&lt;failure/&gt; &amp; more" classname="" file="test/a.test.ts" />
    <testsuite name="a group" file="test/a.test.ts" tests="2" failures="0" skipped="1">
      <testcase name="one" classname="a group" file="test/a.test.ts" />
      <testcase name="later" classname="a group" file="test/a.test.ts"><skipped message="TODO" /></testcase>
    </testsuite>
  </testsuite>
  <testsuite name="test/b.test.ts" file="test/b.test.ts" tests="1" failures="0" skipped="0">
    <testcase name="b" classname="" file="test/b.test.ts" />
  </testsuite>
</testsuites>`;
const files = ["test/a.test.ts", "test/b.test.ts"];

const oneTest = '<testcase name="b" classname="" file="test/b.test.ts" />';
const failing = (mark: string, totals: string) =>
  good
    .replace(oneTest, `<testcase name="b" classname="" file="test/b.test.ts">${mark}</testcase>`)
    .replace('failures="0"', totals);

test("a good report passes, and every test in it is counted", () => {
  expect(judgeReport(good, files)).toEqual({ passed: 3, failed: 0, skipped: 1, faults: [] });
});

describe("refused", () => {
  test("no report at all", () => {
    expect(judgeReport(undefined, files)).toEqual({
      passed: 0,
      failed: 0,
      skipped: 0,
      faults: ["there is no test report"],
    });
  });

  test.each([
    ["empty", ""],
    ["cut short", good.slice(0, good.length / 2)],
    ["not XML", "4 pass\n0 fail"],
    ["an unclosed element", good.replace("</testsuites>", "")],
  ])("a report that is %s", (_what, report) => {
    const { faults } = judgeReport(report, files);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toStartWith("the test report cannot be read: ");
  });

  test("another kind of document", () => {
    expect(judgeReport("<html/>", files).faults).toEqual(["the test report begins with <html>"]);
  });

  test("a failure", () => {
    const report = failing('<failure type="AssertionError" message="no" />', 'failures="1"');
    expect(judgeReport(report, files)).toEqual({ passed: 2, failed: 1, skipped: 1, faults: ["1 failed"] });
  });

  test("an error", () => {
    const report = failing("<error />", 'failures="1" errors="1"');
    expect(judgeReport(report, files).faults).toEqual(["1 failed", "1 errors outside tests"]);
  });

  test("an error outside the tests", () => {
    const report = good.replace('failures="0"', 'failures="0" errors="2"');
    expect(judgeReport(report, files).faults).toEqual(["2 errors outside tests"]);
  });

  test("totals that say more or less than is listed", () => {
    expect(judgeReport(good.replace('tests="4"', 'tests="5"'), files).faults).toEqual([
      'the report says tests="5" and lists 4',
    ]);
    expect(judgeReport(good.replace('failures="0"', 'failures="1"'), files).faults).toEqual([
      'the report says failures="1" and lists 0',
    ]);
    expect(judgeReport(good.replace(' tests="4"', ""), files).faults).toEqual([
      'the report says tests="" and lists 4',
    ]);
  });

  test("a test file that is missing from the report", () => {
    expect(judgeReport(good, [...files, "test/c.test.ts"]).faults).toEqual([
      "test/c.test.ts is not in the report: it did not load or has no tests",
    ]);
  });

  test("a file in the report that is not on disk", () => {
    expect(judgeReport(good, ["test/a.test.ts"]).faults).toEqual([
      "test/b.test.ts is in the report but not on disk",
    ]);
  });

  test("a run in which nothing passed", () => {
    expect(judgeReport('<testsuites tests="0" failures="0" skipped="0" />', []).faults).toEqual([
      "no test passed",
    ]);
  });
});
