// The rules about what a file holds: its globals, SQL, name and length.
import { edgesOf, type Project, rowOf } from "./rule-book.ts";

const isGlobal = (name: string, listed: string): boolean => name === listed || name.startsWith(`${listed}.`);

export function* purity({ files, book }: Project) {
  for (const file of files) {
    if (!rowOf(file.path, book)?.pure) continue;
    for (const { name, line } of file.globals) {
      if ([...book.impure, ...book.ambient].some((listed) => isGlobal(name, listed))) {
        yield {
          file: file.path,
          message: `line ${line} uses ${name}, but this file is pure: take it as an argument`,
        };
      }
    }
    for (const { typeOnly, target, specifier, line } of edgesOf(file)) {
      const row = rowOf(target, book);
      if (row && !row.pure && !typeOnly) {
        yield {
          file: file.path,
          message: `line ${line} imports ${specifier}, but a pure file may import pure files alone`,
        };
      }
    }
  }
}

export function* noAmbientTimeOrChance({ tree, files, book }: Project) {
  for (const file of files) {
    const excepted = book.exceptions
      .filter((exception) => exception.file === file.path)
      .flatMap(({ uses }) => uses);
    for (const { name, line } of file.globals) {
      const listed = book.ambient.find((one) => isGlobal(name, one));
      if (listed !== undefined && !excepted.includes(listed)) {
        yield {
          file: file.path,
          message: `line ${line} uses ${name}: take time from the clock port, chance from a seeded source`,
        };
      }
    }
    for (const unused of excepted.filter(
      (listed) => !file.globals.some(({ name }) => isGlobal(name, listed)),
    )) {
      yield { file: file.path, message: `no longer uses ${unused}: take its exception out of the list` };
    }
  }
  for (const { file } of book.exceptions) {
    if (!(file in tree)) yield { file, message: "does not exist: take its exception out of the list" };
  }
}

export function* oneReaderOfEnvironment({ files, book: { environment } }: Project) {
  for (const file of files) {
    if (file.path === environment.reader) continue;
    for (const { name, line } of file.globals) {
      if (environment.globals.some((listed) => isGlobal(name, listed))) {
        yield {
          file: file.path,
          message: `line ${line} reads ${name}: ${environment.reader} alone reads the environment`,
        };
      }
    }
  }
}

// --- SQL, names, lengths

const sql =
  /^\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?(TABLE|INDEX|TRIGGER|VIEW)\s|PRAGMA\s|BEGIN\b|WITH\s+\w+\s+AS\s*\(|VACUUM\b)/;

export function* sqlAtHome({ tree, files, book }: Project) {
  for (const file of files) {
    if (file.path.startsWith(book.sqlHome)) continue;
    for (const { value, line } of file.strings) {
      if (sql.test(value))
        yield { file: file.path, message: `line ${line} holds SQL: it belongs in ${book.sqlHome}` };
    }
  }
  for (const path of Object.keys(tree)) {
    if (path.endsWith(".sql") && !path.startsWith(book.sqlHome)) {
      yield { file: path, message: `SQL belongs in ${book.sqlHome}` };
    }
  }
}

export function* migrationsInOrder({ tree, book }: Project) {
  const found = Object.keys(tree).filter((path) => path.startsWith(book.migrations));
  let expected = 1;
  for (const path of found.toSorted()) {
    const number = /^(\d{4})_[a-z0-9]+(_[a-z0-9]+)*\.sql$/.exec(path.slice(book.migrations.length))?.[1];
    if (number === undefined) yield { file: path, message: "a migration is named 0001_what_it_does.sql" };
    else if (Number(number) !== expected++) {
      yield {
        file: path,
        message: `comes where migration ${String(expected - 1).padStart(4, "0")} should stand`,
      };
      expected = Number(number) + 1;
    }
  }
}

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const emptyWords = /^(utils?|helpers?|services?|managers?|common|misc|.*-(utils?|helpers?))$/;

export function* names({ tree, book }: Project) {
  for (const path of Object.keys(tree)) {
    if (path.startsWith(book.migrations)) continue;
    const words = path.split("/").map((part) => part.replace(/(?<=.)\..*$/, ""));
    for (const word of words) {
      if (!kebabCase.test(word)) yield { file: path, message: `"${word}" is not kebab-case` };
      if (emptyWords.test(word)) yield { file: path, message: `"${word}" says nothing about what is inside` };
    }
    if (/^src\/(.*\/)?index\.ts$/.test(path))
      yield { file: path, message: "there is no index.ts inside src" };
  }
}

export function* lengths({ files, book }: Project) {
  for (const { path, text } of files) {
    const lines = text.trimEnd().split("\n").length;
    const isGenerated = /^(\/\/|\/\*\*?) ?generated\b/i.test(text);
    if (lines > book.longestFile && !isGenerated) {
      yield {
        file: path,
        message: `has ${lines} lines, more than ${book.longestFile}: split it by what a reader looks for`,
      };
    }
  }
}
