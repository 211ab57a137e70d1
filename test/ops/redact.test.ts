import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { REDACTED, Redactor } from "../../src/ops/redact.ts";

/** Secrets of the shapes there are: bot tokens, keys, passwords with signs, a seed. */
const SECRETS = [
  "7654321098:AAHplanted-telegram_token-000000000",
  "MTIzNDU2Nzg5.planted.discord/token+with=signs",
  "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
  'pass"word\\with\ncontrol & äöü € signs',
  "JBSWY3DPEHPK3PXP",
  "123456",
];
const redactor = new Redactor(SECRETS);

const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  "in clear": (secret) => secret,
  "as JSON": (secret) => JSON.stringify({ secret }),
  "URL-encoded": encodeURIComponent,
  "URL-encoded in lower case": (secret) =>
    encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  base64: (secret) => Buffer.from(secret).toString("base64"),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  hex: (secret) => Buffer.from(secret).toString("hex"),
  "hex in capitals": (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
  "in an address": (secret) => `https://api.example.org/bot${secret}/getMe`,
};

/** Six characters of any form are enough to recognise the secret by. */
const isLeft = (text: string, form: string): boolean =>
  form.length >= 6 && text.includes(form.replaceAll("=", ""));

describe.each(Object.entries(FORMS))("a secret %s", (_name, encode) => {
  test.each(SECRETS)("%p is taken out", (secret) => {
    const clean = redactor.redact(`before ${encode(secret)} after`);
    expect(clean).toContain(REDACTED);
    expect(clean).toStartWith("before ");
    expect(clean).toEndWith(" after");
    for (const form of Object.values(FORMS).slice(2, 8)) expect(isLeft(clean, form(secret))).toBe(false);
    expect(clean).not.toContain(secret);
  });
});

describe("base64 of more than the secret", () => {
  test.each(["u:", "us:", "use:", "user:"])("after %p leaves less than two characters of it", (before) => {
    for (const secret of SECRETS) {
      const clean = redactor.redact(Buffer.from(`${before}${secret}:rest`).toString("base64"));
      expect(clean).toContain(REDACTED);
      const left = Buffer.from(clean.split(REDACTED)[0]!, "base64").toString("latin1");
      expect(left.slice(before.length).length).toBeLessThan(2);
    }
  });
});

test("of two secrets where one begins like the other, nothing of the longer stays", () => {
  const both = new Redactor(["abcdefgh", "abcdefghijklmnop"]);
  expect(both.redact("x abcdefghijklmnop y abcdefgh z")).toBe(`x ${REDACTED} y ${REDACTED} z`);
});

test("text without a secret stays as it is, and a word too short to be one is not taken out", () => {
  const short = new Redactor(["abc", ""]);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(short.redact(text)).toBe(text);
    }),
  );
});

test("random secrets do not come out in any form, wherever they stand", () => {
  const secret = fc.string({ unit: "grapheme", minLength: 6, maxLength: 40 });
  fc.assert(
    fc.property(secret, fc.string(), fc.constantFrom(...Object.keys(FORMS)), (planted, around, form) => {
      fc.pre(planted.trim().length >= 6 && !around.includes(planted));
      const one = new Redactor([planted]);
      const clean = one.redact(`${around}${FORMS[form]!(planted)}${around}`);
      expect(clean.includes(planted) && !REDACTED.includes(planted)).toBe(false);
    }),
  );
});

test("a hash of a secret is not the secret", () => {
  const hash = createHash("sha256").update(SECRETS[0]!).digest("hex");
  expect(redactor.redact(hash)).toBe(hash);
});
