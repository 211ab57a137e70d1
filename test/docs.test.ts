import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { generatedDocs } from "../src/program/generated-docs.ts";

const ROOT = join(import.meta.dir, "..");

describe("generated pages", () => {
  for (const [path, content] of generatedDocs()) {
    test(`${path} says what the declarations say (bun run docs writes it)`, async () => {
      expect(await Bun.file(join(ROOT, path)).text()).toBe(content);
    });
  }
});

describe("written pages", () => {
  test("every link to a file of the repository leads somewhere", async () => {
    const broken: string[] = [];
    const pages = ["*.md", "docs/**/*.md"].flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(ROOT)]);
    expect(pages.length).toBeGreaterThan(10);
    for (const page of pages) {
      const text = await Bun.file(join(ROOT, page)).text();
      for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
        if (target === undefined || /^[a-z]+:/.test(target)) continue;
        const file = join(ROOT, page, "..", target);
        const isThere = existsSync(file);
        if (!isThere) broken.push(`${page} → ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});
