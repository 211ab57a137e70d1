// Reads one TypeScript source as the architecture rules need it: what it imports, which globals it
// touches, and its string literals. A parser does the reading, so `import type`, `export … from`,
// dynamic imports and import types are all seen.
import { parseSync } from "oxc-parser";

export interface Import {
  specifier: string;
  /** Erased before the program runs. */
  typeOnly: boolean;
  line: number;
}

export interface Global {
  /** `Date.now`, `new Date()`, `process.env.HOME`, `fetch`; taken from a module: `node:crypto.randomUUID`. */
  name: string;
  line: number;
}

export interface SourceFile {
  path: string;
  text: string;
  imports: Import[];
  globals: Global[];
  strings: { value: string; line: number }[];
  faults: string[];
}

export function readSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  const file: SourceFile = { path, text, imports: [], globals: [], strings: [], faults: [] };
  for (const error of errors) file.faults.push(`does not parse: ${error.message}`);

  const lineOf = lineCounter(text);
  const declared = new Set<string>();
  const modules = new Map<string, string>();
  visitAll(program as unknown as Node, (node) => {
    for (const name of namesDeclaredBy(node)) declared.add(name);
    for (const [name, module] of modulesNamedBy(node)) modules.set(name, module);
    for (const { specifier, typeOnly } of importsOf(node)) {
      const line = lineOf(node);
      if (specifier === undefined) file.faults.push(`line ${line} imports a path that is not a plain string`);
      else file.imports.push({ specifier, typeOnly, line });
    }
  });
  visitValues(program as unknown as Node, undefined, "", (node, parent, field) => {
    for (const value of stringsOf(node)) file.strings.push({ value, line: lineOf(node) });
    for (const name of namesUsedBy(node, parent, field)) {
      const [head = "", ...rest] = name.replace(/^globalThis\./, "").split(".");
      const module = modules.get(head);
      const global = [module ?? head, ...rest].join(".");
      if (module !== undefined || !declared.has(head))
        file.globals.push({ name: global, line: lineOf(node) });
    }
  });
  return file;
}

// --- the syntax tree (ESTree with TypeScript's nodes, whose types all begin with TS)

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

type See = (node: Node, parent: Node | undefined, field: string) => void;

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

const nodesIn = (value: unknown): Node[] => (Array.isArray(value) ? value : [value]).filter(isNode);

function lineCounter(text: string): (node: Node) => number {
  const ends = [...text.matchAll(/\n/g)].map((match) => match.index);
  return (node) => ends.filter((end) => end < node.start).length + 1;
}

function visitAll(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const value of Object.values(node)) for (const child of nodesIn(value)) visitAll(child, see);
}

const wrappersOfValues = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
  "TSParameterProperty",
  "TSEnumDeclaration",
  "TSEnumBody",
  "TSEnumMember",
  "TSExportAssignment",
]);

/** What is left when the types are erased. */
function visitValues(node: Node, parent: Node | undefined, field: string, see: See): void {
  if (node.type.startsWith("TS") && !wrappersOfValues.has(node.type)) return;
  see(node, parent, field);
  for (const [name, value] of Object.entries(node)) {
    for (const child of nodesIn(value)) visitValues(child, node, name, see);
  }
}

const literal = (node: unknown): string | undefined =>
  isNode(node) && node.type === "Literal" && typeof node["value"] === "string" ? node["value"] : undefined;

const argumentsOf = (node: Node): unknown[] => node["arguments"] as unknown[];

/** `Date.now` for a plain name or a chain of plain members, undefined for anything else. */
function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  switch (node.type) {
    case "Identifier":
      return String(node["name"]);
    case "MetaProperty":
      return `${nameOf(node["meta"])}.${nameOf(node["property"])}`;
    case "ChainExpression":
    case "TSNonNullExpression":
    case "ParenthesizedExpression":
      return nameOf(node["expression"]);
    case "MemberExpression": {
      const object = nameOf(node["object"]);
      const property = node["computed"] ? literal(node["property"]) : nameOf(node["property"]);
      return object === undefined || property === undefined ? undefined : `${object}.${property}`;
    }
    default:
      return undefined;
  }
}

// --- imports

function importsOf(node: Node): { specifier: string | undefined; typeOnly: boolean }[] {
  const specifier = literal(node["source"]);
  switch (node.type) {
    case "ImportDeclaration":
      return [{ specifier, typeOnly: node["importKind"] === "type" }];
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
      return isNode(node["source"]) ? [{ specifier, typeOnly: node["exportKind"] === "type" }] : [];
    case "ImportExpression":
      return [{ specifier, typeOnly: false }];
    case "TSImportType":
      return [{ specifier, typeOnly: true }];
    case "TSExternalModuleReference":
      return [{ specifier: literal(node["expression"]), typeOnly: false }];
    case "CallExpression":
      return ["require", "import.meta.require"].includes(nameOf(node["callee"]) ?? "")
        ? [{ specifier: literal(argumentsOf(node)[0]), typeOnly: false }]
        : [];
    case "NewExpression":
      return workerModule(node);
    default:
      return [];
  }
}

/** `new URL("./worker.ts", import.meta.url)` loads a module as surely as an import does. */
function workerModule(node: Node): { specifier: string; typeOnly: boolean }[] {
  const [path, base] = argumentsOf(node);
  const specifier = literal(path);
  if (nameOf(node["callee"]) !== "URL" || nameOf(base) !== "import.meta.url") return [];
  return specifier?.endsWith(".ts") ? [{ specifier, typeOnly: false }] : [];
}

// --- globals: every plain name that the file does not declare itself

function namesDeclaredBy(node: Node): string[] {
  switch (node.type) {
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return namesInPattern(node["local"]);
    case "VariableDeclarator":
      return namesInPattern(node["id"]);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return [node["id"], ...nodesIn(node["params"])].flatMap(namesInPattern);
    case "ClassDeclaration":
    case "ClassExpression":
      return namesInPattern(node["id"]);
    case "CatchClause":
      return namesInPattern(node["param"]);
    default:
      return [];
  }
}

function namesInPattern(node: unknown): string[] {
  if (!isNode(node)) return [];
  switch (node.type) {
    case "Identifier":
      return [String(node["name"])];
    case "ObjectPattern":
      return nodesIn(node["properties"]).flatMap((item) => namesInPattern(item["value"] ?? item["argument"]));
    case "ArrayPattern":
      return nodesIn(node["elements"]).flatMap(namesInPattern);
    case "AssignmentPattern":
      return namesInPattern(node["left"]);
    case "RestElement":
      return namesInPattern(node["argument"]);
    case "TSParameterProperty":
      return namesInPattern(node["parameter"]);
    default:
      return [];
  }
}

function namesUsedBy(node: Node, parent: Node | undefined, field: string): string[] {
  switch (node.type) {
    case "ImportDeclaration":
      return namesTakenFromModule(node);
    case "VariableDeclarator":
      return namesTakenApart(node);
    case "NewExpression":
      return nameOf(node["callee"]) === "Date" && argumentsOf(node).length === 0 ? ["new Date()"] : [];
    case "CallExpression":
      return nameOf(node["callee"]) === "Date" ? ["Date()"] : [];
    case "Identifier":
    case "MemberExpression": {
      const name = nameOf(node);
      return name === undefined || isOnlyALabel(node, parent, field) ? [] : [name];
    }
    default:
      return [];
  }
}

/** Part of a longer chain, a key, a label, or a name being imported or exported. */
function isOnlyALabel(node: Node, parent: Node | undefined, field: string): boolean {
  if (!parent) return false;
  if (parent.type === "MemberExpression")
    return field === "property" ? !parent["computed"] : nameOf(parent) !== undefined;
  if (field === "key") return node.type === "Identifier" && !parent["computed"];
  return field === "label" || /^(Import|Export).*Specifier$|^MetaProperty$/.test(parent.type);
}

/** `import { randomUUID } from "node:crypto"` */
function namesTakenFromModule(node: Node): string[] {
  const module = packageOf(node);
  if (module === undefined) return [];
  return nodesIn(node["specifiers"])
    .map((specifier) => nameOf(specifier["imported"]))
    .filter((name) => name !== undefined)
    .map((name) => `${module}.${name}`);
}

/** `import crypto from "node:crypto"` and `import * as crypto …`: what follows the name is the module's. */
function modulesNamedBy(node: Node): [name: string, module: string][] {
  const module = packageOf(node);
  if (module === undefined) return [];
  return nodesIn(node["specifiers"])
    .filter((specifier) => specifier["imported"] === undefined)
    .flatMap((specifier) => namesInPattern(specifier["local"]))
    .map((name) => [name, module]);
}

function packageOf(node: Node): string | undefined {
  const module = node.type === "ImportDeclaration" ? literal(node["source"]) : undefined;
  return module === undefined || module.startsWith(".") || node["importKind"] === "type" ? undefined : module;
}

/** `const { now } = Date` uses `Date.now`. */
function namesTakenApart(node: Node): string[] {
  const source = nameOf(node["init"]);
  if (source === undefined || !isNode(node["id"]) || node["id"].type !== "ObjectPattern") return [];
  return nodesIn(node["id"]["properties"])
    .map((item) => nameOf(item["key"]))
    .filter((key) => key !== undefined)
    .map((key) => `${source}.${key}`);
}

// --- strings

function stringsOf(node: Node): string[] {
  const value = literal(node);
  if (value !== undefined) return [value];
  if (node.type !== "TemplateLiteral") return [];
  return (node["quasis"] as { value: { raw: string } }[]).slice(0, 1).map((part) => part.value.raw);
}
