// What a rule is given: the table of rooms with its lists, and the files that were read.
import { posix } from "node:path";
import type { Import, SourceFile } from "./source-file.ts";

/** Path from the repository's root → text. */
export type Tree = Record<string, string>;

export interface Row {
  /** The files whose path begins with this; the longest match decides. */
  files: string;
  /** Beginnings of the paths that may be imported, besides the files of the same room. */
  may: readonly string[] | "anything";
  /** Taken out of `may` again. */
  except?: readonly string[];
  /** More that may be imported, with `import type` alone. */
  types?: readonly string[] | "anything";
  packages: readonly string[] | "any";
  /** What comes with the runtime: `node:…`, `bun`, `bun:…`. */
  builtins: readonly string[] | "any";
  /** No clock, chance, timer, network, environment, console: the same arguments give the same result. */
  pure?: true;
}

export interface RuleBook {
  rows: readonly Row[];
  /** Only the named files may import these; an empty list means nobody. */
  reserved: readonly { target: string; for: readonly string[] }[];
  /** Packages with one home, even where the row says "any". */
  homes: readonly { package: string; home: string }[];
  /** Globals forbidden everywhere, but for the exceptions. */
  ambient: readonly string[];
  exceptions: readonly { file: string; uses: readonly string[]; why: string }[];
  /** Globals forbidden in pure files besides the ambient ones. */
  impure: readonly string[];
  environment: { globals: readonly string[]; reader: string };
  sqlHome: string;
  migrations: string;
  longestFile: number;
}

export interface Project {
  tree: Tree;
  files: SourceFile[];
  book: RuleBook;
}

export type Check = (project: Project) => Iterable<{ file: string; message: string }>;

export interface Edge extends Import {
  from: string;
  target: string;
}

export const isRelative = (specifier: string): boolean =>
  specifier.startsWith(".") || specifier.startsWith("/");

export function edgesOf(file: SourceFile): Edge[] {
  return file.imports
    .filter(({ specifier }) => isRelative(specifier))
    .map((found) => ({
      ...found,
      from: file.path,
      target: posix.join(posix.dirname(file.path), found.specifier),
    }));
}

export function rowOf(path: string, book: RuleBook): Row | undefined {
  return book.rows
    .filter((row) => path.startsWith(row.files))
    .toSorted((a, b) => b.files.length - a.files.length)[0];
}
