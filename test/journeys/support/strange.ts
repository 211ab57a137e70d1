// Bad input, drawn from a seed: strange values, lines that look like commands, and real messages damaged in a few places.
import { commands } from "../../../commands/index.ts";
import type { Random } from "../../../src/core/random.ts";

export const pick = <Value>(random: Random, from: readonly Value[]): Value =>
  from[random.integer(from.length)]!;
export const happens = (random: Random, share: number): boolean => random.next() < share;

const nested = (depth: number): unknown => {
  let value: unknown = "core";
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { deeper: value };
  return value;
};

const STRANGE_TEXTS: readonly string[] = [
  ...["", " ", "\n", "\0", "a\u0000b", "/", "//", "/ status", "@", "#1", "-1", "0", "007", "1e3", "0x10"],
  ...["Infinity", "NaN", "-0", "9007199254740993", "1_000", "1,5", "１２", "٣", "12abc", "1e-9"],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "аdmin",
    "ⓢtatus",
    "/ѕtop",
    "/ſtop",
    "/Kelvin",
  ],
  ...[
    "\u202e/pots",
    "/st\u200bop",
    "/stop\u2028/resume",
    "e\u0301\u0301\u0301",
    "\ud800",
    "\udc00/stop",
    "👩‍👩‍👧‍👦",
  ],
  ...["@everyone", "<@100000000000001001>", "<b>bold</b>", "[x](javascript:alert(1))", "`*_~|`", "\u001b[2J"],
  ...[
    "2026-02-30",
    "2026-13-01T25:61",
    "Europe/Nowhere",
    "--flag=x=y",
    '"',
    "“open",
    "'; DROP TABLE people;--",
  ],
  ...["b1.1.0.0123456789abcdef", "b2.1.0.0123456789abcdef", "b1.01.0.0123456789abcdef", "b1.-1.0.x", "b1..."],
  ...["b1.999999999999999.24.0123456789abcdef", "b1.1.25.0123456789abcdef", "ask.cancel.1.0", "ask.skip.x.y"],
  ...[
    "x".repeat(64),
    "x".repeat(65),
    "x".repeat(101),
    "x".repeat(4_096),
    "x".repeat(4_097),
    "y ".repeat(50_000),
  ],
  ...[
    '"'.repeat(5_000),
    "/".repeat(5_000),
    "\u0301".repeat(3_000),
    "(".repeat(4_000),
    "/status ".repeat(500),
  ],
];

const STRANGE_VALUES: readonly unknown[] = [
  ...STRANGE_TEXTS,
  ...[null, true, false, 0, -1, 1, 1.5, 1e308, 2 ** 53, -(2 ** 53), 2 ** 63, -1001, 1087968824, 777000],
  ...[[], {}, [[]], [null], { id: null }, { id: {} }, [1, 2, 3], { toString: 1 }, nested(20), nested(900)],
  ...[
    { type: "private" },
    { type: 1 },
    Array(500).fill({ a: 1 }),
    Object.fromEntries([["__proto__", { is_bot: true }]]),
  ],
];

const EXAMPLES: readonly string[] = [
  ...commands.flatMap(({ examples }) => examples),
  ...[
    "/scheduler start",
    "/data fetch",
    "/here off",
    "/link remove",
    "/grant telegram:6666 admin",
    "/revoke #1",
  ],
];

/** A line somebody might send: a real one, one with something wrong in it, or nonsense. */
export function strangeLine(random: Random): string {
  const line = pick(random, EXAMPLES);
  switch (random.integer(8)) {
    case 0:
    case 1:
      return line;
    case 2:
      return `${line} ${pick(random, STRANGE_TEXTS)}`;
    case 3: {
      const at = random.integer(line.length + 1);
      return line.slice(0, at) + pick(random, STRANGE_TEXTS) + line.slice(at);
    }
    case 4:
      return line.replace(/\S+$/, () => pick(random, STRANGE_TEXTS));
    case 5:
      return line.replace(
        /^\/(\w+)/,
        (_, name: string) => `/${name}@${pick(random, ["countersign_bot", "other_bot", "x"])}`,
      );
    case 6:
      return line.replace(/[a-z0-9]/g, (letter) => (happens(random, 0.3) ? lookAlike(letter) : letter));
    default:
      return pick(random, STRANGE_TEXTS);
  }
}

export const strangeText = (random: Random): string => pick(random, STRANGE_TEXTS);

/** Fullwidth, which looks alike and is something else. */
const lookAlike = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) + 0xfee0);

type Branch = Record<string, unknown>;

/** A copy with so many places removed, replaced, wrapped or added to. */
export function damaged<Value>(random: Random, value: Value, times: number): unknown {
  let whole: unknown = structuredClone(value);
  for (let i = 0; i < times; i++) {
    const places = placesIn(whole);
    if (places.length === 0) return whole;
    const [parent, key] = pick(random, places);
    switch (random.integer(6)) {
      case 0:
        Reflect.deleteProperty(parent, key);
        break;
      case 1:
        parent[key] = [parent[key]];
        break;
      case 2:
        parent[pick(random, ["extra", "__proto__x", "constructor", key.toUpperCase()])] = pick(
          random,
          STRANGE_VALUES,
        );
        break;
      case 3:
        parent[key] = pick(random, places)[0][pick(random, places)[1]] ?? null;
        break;
      default:
        parent[key] = pick(random, STRANGE_VALUES);
    }
    whole = cut(whole);
  }
  return whole;
}

/** What was put inside itself cannot travel. */
function cut(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return {};
  }
}

function placesIn(value: unknown, found: [Branch, string][] = [], depth = 0): [Branch, string][] {
  if (typeof value !== "object" || value === null || depth > 8 || found.length > 300) return found;
  for (const key of Object.keys(value)) {
    found.push([value as Branch, key]);
    placesIn((value as Branch)[key], found, depth + 1);
  }
  return found;
}
