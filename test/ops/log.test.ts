import { describe, expect, test } from "bun:test";
import { InputError, OutsideError } from "../../src/core/errors.ts";
import { createLog, type LogOptions } from "../../src/ops/log.ts";
import { Redactor } from "../../src/ops/redact.ts";

const AT = Date.UTC(2026, 0, 15, 10, 30);
const SECRET = "7654321098:AAHplanted-token";

function logged(options: Partial<LogOptions> = {}) {
  const written: string[] = [];
  const log = createLog({
    level: "info",
    format: "lines",
    output: { write: (text) => written.push(text) },
    now: () => AT,
    redactor: new Redactor([SECRET, "123456"]),
    ...options,
  });
  return { log, written };
}

describe("a line", () => {
  test("tells instant, level, message and facts", () => {
    const { log, written } = logged();
    log.info("cycle done", { fills: 2, reason: "executed", isLate: false, none: null });
    expect(written).toEqual([
      "2026-01-15T10:30:00.000Z info  cycle done fills=2 reason=executed isLate=false none=null\n",
    ]);
  });

  test("as JSON holds the same", () => {
    const { log, written } = logged({ format: "json" });
    log.warn("slow", { ms: 5 });
    expect(JSON.parse(written[0]!)).toEqual({
      level: 40,
      time: "2026-01-15T10:30:00.000Z",
      ms: 5,
      msg: "slow",
    });
  });

  test.each(["debug", "info", "warn", "error"] as const)("below the level %s is not written", (level) => {
    const { log, written } = logged({ level });
    log.debug("a");
    log.info("a");
    log.warn("a");
    log.error(new Error("a"));
    expect(written).toHaveLength(4 - ["debug", "info", "warn", "error"].indexOf(level));
  });

  test("stays one line, whatever was put into it, and steers no terminal", () => {
    const { log, written } = logged();
    log.info("first\n2026 error forged\r\u001b[2J\u2028end", { text: "a\nb" });
    expect(written).toEqual([
      "2026-01-15T10:30:00.000Z info  first\\u000a2026 error forged\\u000d\\u001b[2J\\u2028end text=a\\u000ab\n",
    ]);
  });
});

describe("an error", () => {
  test("tells name, code, message, our own facts and where it was thrown", () => {
    const { log, written } = logged();
    log.error(new InputError("bad_amount", "Not a number.", { text: "abc" }), { job: "cycle" });
    expect(written[0]).toContain(
      "error Not a number. job=cycle code=bad_amount text=abc error=InputError stack=at ",
    );
  });

  test("tells nothing a library hung on it", () => {
    const { log, written } = logged({ redactor: new Redactor([]) });
    const error = Object.assign(new Error("request failed"), {
      path: `https://api.example.org/bot${SECRET}/getMe`,
      request: { headers: { "X-MBX-APIKEY": SECRET } },
    });
    log.error(error);
    log.error(new OutsideError("x", "Outer.", {}, { cause: error }));
    expect(written.join("")).not.toContain(SECRET);
  });

  test.each([[`text ${SECRET}`], [{ token: SECRET }], [null], [undefined], [42]])(
    "that is none: %p",
    (thrown) => {
      const { log, written } = logged({ redactor: new Redactor([]) });
      log.error(thrown);
      expect(written[0]).toContain("something that is no error was thrown");
      expect(written[0]).not.toContain(SECRET);
    },
  );
});

describe("planted secrets", () => {
  const places: Readonly<Record<string, (log: ReturnType<typeof createLog>, secret: string) => void>> = {
    message: (log, secret) => log.info(`connecting with ${secret}`),
    fact: (log, secret) => log.info("connecting", { url: `wss://host/${secret}` }),
    "error message": (log, secret) => log.error(new Error(`401 for ${secret}`)),
    "error fact": (log, secret) => log.error(new OutsideError("refused", "Refused.", { header: secret })),
  };
  const forms: Readonly<Record<string, string>> = {
    plain: SECRET,
    base64: Buffer.from(SECRET).toString("base64"),
    "in basic auth": Buffer.from(`user:${SECRET}`).toString("base64"),
    hex: Buffer.from(SECRET).toString("hex"),
    "url-encoded": encodeURIComponent(SECRET),
  };

  describe.each(Object.keys(places))("in the %s", (place) => {
    test.each(Object.entries(forms))("%s", (_name, form) => {
      for (const format of ["lines", "json"] as const) {
        const { log, written } = logged({ format });
        places[place]!(log, form);
        const out = written.join("") + log.tail(10).join("");
        expect(out).toContain("[secret]");
        expect(out).not.toContain(SECRET);
        expect(out).not.toContain(form);
      }
    });
  });

  test("of digits alone leave the line readable when a number contains them", () => {
    const { log, written } = logged({ format: "json" });
    log.info("age", { ageMs: 9_123_456 });
    expect(JSON.parse(written[0]!)).toMatchObject({ ageMs: "9[secret]", msg: "age" });
  });
});

describe("the last lines", () => {
  test("are kept, oldest first, at most 500", () => {
    const { log } = logged({ output: null });
    for (let i = 0; i < 600; i++) log.info(`line ${i}`);
    expect(log.tail(2).map((line) => line.split(" ").at(-1))).toEqual(["598", "599"]);
    expect(log.tail(10_000)).toHaveLength(500);
    expect(log.tail(0)).toEqual([]);
  });
});
