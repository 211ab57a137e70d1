/** Takes secrets out of text, in clear and in the encodings they travel in. */
const SHORTEST_SECRET = 6;
export const REDACTED = "[secret]";

export class Redactor {
  readonly #forms: readonly string[];

  constructor(secrets: readonly string[]) {
    const forms = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf);
    // Longer forms first: a secret that contains another must not leave its rest behind.
    this.#forms = [...new Set(forms)].sort((a, b) => b.length - a.length);
  }

  redact(text: string): string {
    let clean = text;
    for (const form of this.#forms) clean = clean.replaceAll(form, REDACTED);
    return clean;
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const url = encodeURIComponent(secret);
  const base64 = [
    bytes.toString("base64").replace(/=+$/, ""),
    ...[0, 1, 2].map((lead) => within(bytes, lead)),
  ];
  return [
    secret,
    url,
    url.replace(/%../g, (code) => code.toLowerCase()),
    JSON.stringify(secret).slice(1, -1),
    ...base64,
    ...base64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
    hex,
    hex.toUpperCase(),
  ];
}

/** The base64 characters that hold nothing but the secret when so many bytes (modulo three) stand before it, as in `user:password`. */
function within(bytes: Uint8Array, lead: number): string {
  const encoded = Buffer.concat([new Uint8Array(lead), bytes]).toString("base64");
  return encoded.slice(Math.ceil((lead * 8) / 6), Math.floor(((lead + bytes.length) * 8) / 6));
}
