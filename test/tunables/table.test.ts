import { describe, expect, test } from "bun:test";
import { InputError } from "../../src/core/errors.ts";
import type { Parameter, ParameterValue } from "../../src/core/parameter.ts";
import { STRATEGIES } from "../../src/strategy/registry.ts";
import {
  checkTunables,
  initialTunables,
  missingTunables,
  TUNABLES,
  type Tunables,
  valueSchema,
  valuesOf,
} from "../../src/tunables/table.ts";

const rows = [...TUNABLES];
const defaults = initialTunables();

/** What checkTunables says about a version, or "ok". */
function verdict(values: Readonly<Record<string, unknown>>): string {
  const checked = checkTunables(values);
  return checked.ok ? "ok" : String(checked.facts["faults"]);
}

/** Values a declaration must refuse. */
function badValues(parameter: Parameter): unknown[] {
  const common = [null, undefined, [], {}, Number.NaN, Number.POSITIVE_INFINITY];
  switch (parameter.kind) {
    case "switch":
      return [...common, 0, 1, "true"];
    case "choice":
      return [...common, 1, true, "no such option", "", ` ${parameter.default}`];
    default: {
      const { min, max } = parameter;
      const numbers = [min - 1, max + 1, min - 1e-9, max + 1e-9, String(min), true];
      return [...common, ...numbers, ...(parameter.kind === "integer" ? [min + 0.5] : [])];
    }
  }
}

const goodValues = (parameter: Parameter): ParameterValue[] =>
  parameter.kind === "switch"
    ? [true, false]
    : parameter.kind === "choice"
      ? [...parameter.options]
      : [parameter.min, parameter.max];

describe("the table", () => {
  test("holds every parameter of every strategy under the strategy's name", () => {
    for (const { name, parameters } of STRATEGIES) {
      for (const [key, parameter] of Object.entries(parameters)) {
        expect(TUNABLES.get(`strategy.${name}.${key}`)).toBe(parameter);
      }
    }
    expect(TUNABLES.get("strategy.active")).toMatchObject({ options: STRATEGIES.map(({ name }) => name) });
  });

  test("names are lower-case words and dots, and each row says what it does in one sentence", () => {
    for (const [key, { help }] of rows) {
      expect(key).toMatch(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/);
      expect(help).toMatch(/^[A-Za-z0-9].*\.$/s);
    }
  });

  test("has no safety setting in it", () => {
    for (const [key] of rows)
      expect(key).not.toMatch(/limit_per_trade|equity_stop|policy|live|symbol|orders_per_day/);
  });

  test.each(rows)(
    "%s: its default lies within its bounds, one step reaches no further than its range",
    (_key, row) => {
      expect(valueSchema(row).safeParse(row.default).success).toBe(true);
      if (row.kind !== "number" && row.kind !== "integer") return;
      expect(row.min).toBeLessThan(row.max);
      expect(row.maxStep).toBeWithin(Number.MIN_VALUE, row.max - row.min + 1e-9);
    },
  );

  test.each(rows)("%s: takes its bounds and refuses everything else", (key, row) => {
    for (const good of goodValues(row)) expect(verdict({ ...defaults, [key]: good })).toBe("ok");
    for (const bad of badValues(row)) expect(verdict({ ...defaults, [key]: bad })).toStartWith(`${key}: `);
  });
});

describe("a version", () => {
  test("of defaults holds every key and cannot be changed", () => {
    expect(Object.keys(defaults)).toEqual(rows.map(([key]) => key));
    expect(Object.isFrozen(defaults)).toBe(true);
  });

  test("may replace some defaults", () => {
    expect(initialTunables({ "risk.per_trade": 0.01 })["risk.per_trade"]).toBe(0.01);
  });

  test("with several faults names every one of them", () => {
    const error = ((): InputError | null => {
      try {
        initialTunables({ "risk.per_trade": 7, "exits.trailing": "yes", "risk.no_such": 1 });
      } catch (thrown) {
        return thrown as InputError;
      }
      return null;
    })();
    expect(error).toBeInstanceOf(InputError);
    expect(error?.code).toBe("bad_tunables");
    for (const name of ["risk.per_trade", "exits.trailing", "risk.no_such"])
      expect(error?.message).toContain(name);
  });

  test.each(rows.map(([key]) => key))("without %s is refused and says which key", (gone) => {
    const { [gone]: _left, ...rest } = defaults;
    expect(verdict(rest)).toStartWith(`${gone}: `);
  });

  test.each([
    '{"__proto__":{"risk.per_trade":1}}',
    '{"constructor":1}',
    '{"toString":1}',
    '{"RISK.PER_TRADE":0.004}',
  ])("with the foreign key of %s is refused", (json) => {
    expect(verdict({ ...defaults, ...(JSON.parse(json) as Tunables) })).toStartWith("version: ");
  });
});

describe("an upgrade", () => {
  test("takes the declared defaults of keys a stored version lacks, and only those", () => {
    const {
      "risk.fee_bps": _fee,
      "exits.trailing": _trailing,
      ...stored
    }: Tunables = { ...defaults, "risk.per_trade": 0.004 };
    expect(missingTunables(stored)).toEqual({ "risk.fee_bps": 10, "exits.trailing": false });
    expect(missingTunables(defaults)).toEqual({});
  });

  test("does not take an inherited name for a stored value", () => {
    expect(Object.keys(missingTunables(Object.create(defaults) as Tunables))).toHaveLength(rows.length);
  });
});

describe("a group", () => {
  test("gives its values by their short names", () => {
    const values = valuesOf(initialTunables({ "execution.entry_type": "limit" }), "execution");
    expect(values).toEqual({
      entry_type: "limit",
      limit_offset_bps: 5,
      limit_ttl_candles: 2,
    } as typeof values);
    expect(Object.isFrozen(values)).toBe(true);
  });

  test("that does not exist is refused by name", () => {
    expect(() => valuesOf(defaults, "nothing")).toThrow("nothing");
  });
});
