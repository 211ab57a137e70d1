// The rules about who imports whom.
import { posix } from "node:path";
import { edgesOf, isRelative, type Project, type Row, rowOf } from "./rule-book.ts";

/** `src/risk/gate.ts` → `src/risk/`; a file at the top of src is a room of its own. */
function roomOf(path: string): string {
  return /^(src\/platforms\/[^/]+\/|src\/[^/]+\/|src\/[^/]+$|[^/]+\/)/.exec(path)?.[0] ?? path;
}

const startsWithAny = (path: string, beginnings: readonly string[] | "anything" | undefined): boolean =>
  beginnings === "anything" || (beginnings?.some((beginning) => path.startsWith(beginning)) ?? false);

export function* readableAndHoused({ tree, files, book }: Project) {
  for (const file of files) for (const fault of file.faults) yield { file: file.path, message: fault };
  for (const path of Object.keys(tree)) {
    if (!rowOf(path, book)) yield { file: path, message: "has no row in the table of rooms" };
  }
}

export function* importsByTheTable({ tree, files, book }: Project) {
  for (const file of files) {
    const row = rowOf(file.path, book);
    if (!row) continue;
    for (const { specifier, target, typeOnly, line } of edgesOf(file)) {
      const where = `line ${line} imports ${specifier}`;
      const isAllowed =
        (roomOf(target) === roomOf(file.path) || startsWithAny(target, row.may)) &&
        !startsWithAny(target, row.except);
      if (!isAllowed && !(typeOnly && startsWithAny(target, row.types))) {
        yield { file: file.path, message: `${where}, but ${row.files} may import ${sayAllowed(row)}` };
      }
      if (!posix.extname(specifier)) {
        yield { file: file.path, message: `${where} without its extension (.ts)` };
      } else if (rowOf(target, book) && !(target in tree)) {
        yield { file: file.path, message: `${where}, which does not exist` };
      }
    }
  }
}

function sayAllowed({ may, except, types }: Row): string {
  const list = may === "anything" ? "anything" : ["its own room", ...may].join(", ");
  const exceptions = except ? ` (not ${except.join(", ")})` : "";
  return types ? `${list}${exceptions}; types alone: ${[types].flat().join(", ")}` : `${list}${exceptions}`;
}

const builtinPattern = /^(node:|bun:|bun$)/;

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

const isPackage = (name: string, pattern: string): boolean =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

export function* packagesByTheTable({ files, book }: Project) {
  for (const file of files) {
    const row = rowOf(file.path, book);
    for (const { specifier, line } of file.imports) {
      if (!row || isRelative(specifier)) continue;
      const where = `line ${line} imports ${specifier}`;
      const isBuiltin = builtinPattern.test(specifier);
      const name = isBuiltin ? specifier : packageName(specifier);
      const allowed = isBuiltin ? row.builtins : row.packages;
      const home = book.homes.find((one) => isPackage(name, one.package))?.home;
      if (home !== undefined && !file.path.startsWith(home)) {
        yield { file: file.path, message: `${where}, which is named in ${home} alone` };
      } else if (allowed !== "any" && !allowed.some((pattern) => isPackage(name, pattern))) {
        const kind = isBuiltin ? "built-in modules" : "packages";
        yield {
          file: file.path,
          message: `${where}, but ${row.files} may use the ${kind}: ${allowed.join(", ") || "none"}`,
        };
      }
    }
  }
}

export function* reservedFiles({ files, book }: Project) {
  for (const edge of files.flatMap(edgesOf)) {
    for (const { target, for: users } of book.reserved) {
      if (!edge.target.startsWith(target) || startsWithAny(edge.from, users)) continue;
      const rule = users.length > 0 ? `${users.join(", ")} alone may` : "nothing may";
      yield {
        file: edge.from,
        message: `line ${edge.line} imports ${edge.specifier}, but ${rule} import ${target}`,
      };
    }
  }
}

export function* noCycles({ files, book }: Project) {
  const next = new Map<string, string[]>();
  for (const file of files) {
    const isListOfTypes = rowOf(file.path, book)?.types === "anything";
    const edges = edgesOf(file).filter(({ typeOnly }) => !(typeOnly && isListOfTypes));
    next.set(file.path, edges.map(({ target }) => target).toSorted());
  }
  const finished = new Set<string>();
  const path: string[] = [];
  function* follow(file: string): Generator<{ file: string; message: string }> {
    const start = path.indexOf(file);
    if (start >= 0) yield { file, message: `imports itself: ${[...path.slice(start), file].join(" → ")}` };
    if (start >= 0 || finished.has(file)) return;
    path.push(file);
    for (const target of next.get(file) ?? []) yield* follow(target);
    path.pop();
    finished.add(file);
  }
  for (const file of [...next.keys()].toSorted()) yield* follow(file);
}
