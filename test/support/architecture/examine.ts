// The architecture rules as functions from a tree of files and a rule book to findings, so that each
// can be tried on a few lines in memory. test/architecture.test.ts holds the rule book of this project.
import {
  lengths,
  migrationsInOrder,
  names,
  noAmbientTimeOrChance,
  oneReaderOfEnvironment,
  purity,
  sqlAtHome,
} from "./content-rules.ts";
import {
  importsByTheTable,
  noCycles,
  packagesByTheTable,
  readableAndHoused,
  reservedFiles,
} from "./import-rules.ts";
import type { Check, RuleBook, Tree } from "./rule-book.ts";
import { readSource } from "./source-file.ts";

export interface Finding {
  rule: (typeof rules)[number]["name"];
  file: string;
  message: string;
}

export function examine(tree: Tree, book: RuleBook): Finding[] {
  const files = Object.entries(tree)
    .filter(([path]) => path.endsWith(".ts"))
    .map(([path, text]) => readSource(path, text));
  const project = { tree, files, book };
  return rules.flatMap(({ name, check }) =>
    [...check(project)].map(({ file, message }) => ({ rule: name, file, message: `${file}: ${message}` })),
  );
}

export const rules = [
  { name: "every file is readable and has a room", check: readableAndHoused },
  { name: "rooms import only what the table allows", check: importsByTheTable },
  { name: "packages stay in the rooms that may use them", check: packagesByTheTable },
  { name: "some files are imported by nobody, or by few", check: reservedFiles },
  { name: "imports do not run in circles", check: noCycles },
  { name: "pure files compute and do nothing else", check: purity },
  { name: "time and chance come from one place", check: noAmbientTimeOrChance },
  { name: "one file reads the environment", check: oneReaderOfEnvironment },
  { name: "SQL stands in one room", check: sqlAtHome },
  { name: "migrations are numbered without gaps", check: migrationsInOrder },
  { name: "names say what a file is about", check: names },
  { name: "files are short enough to read", check: lengths },
] as const satisfies readonly { name: string; check: Check }[];
