// Looks for planted secrets wherever they may have got to: plain, and in every form that they travel in.
const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

interface Form {
  readonly secret: string;
  readonly form: string;
  readonly text: string;
}

export class SecretSearch {
  readonly #forms: Form[] = [];

  /** Text, or the bytes themselves. */
  plant(secret: string, value: string | Uint8Array): void {
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    if (bytes.length < 8) throw new Error(`${secret} is too short to be told from chance`);
    for (const [form, text] of formsOf(bytes)) this.#forms.push({ secret, form, text });
  }

  get forms(): readonly Form[] {
    return this.#forms;
  }

  /** What was found, such as `the Telegram token as hex`; line breaks within it hide nothing. */
  find(heap: string | Uint8Array): readonly string[] {
    const text = typeof heap === "string" ? latin(Buffer.from(heap)) : latin(heap);
    const joined = text.replace(/\s|\\n|\\r/g, "");
    return this.#forms
      .filter(({ text: wanted }) => text.includes(wanted) || joined.includes(wanted))
      .map(({ secret, form }) => `${secret} as ${form}`);
  }
}

function formsOf(bytes: Uint8Array): readonly (readonly [string, string])[] {
  const plain = latin(bytes);
  const hex = Buffer.from(bytes).toString("hex");
  const every = hex.replace(/../g, "%$&");
  const base64 = [0, 1, 2].map((lead) => [`base64 after ${lead}`, base64After(bytes, lead)] as const);
  return [
    ["it is", plain],
    ["it is, backwards", [...plain].toReversed().join("")],
    ["hex", hex],
    ["HEX", hex.toUpperCase()],
    ["escapes of a URL", every],
    ["ESCAPES of a URL", every.toUpperCase()],
    ["part of a URL", encodeURIComponent(plain)],
    ...base64,
    ...base64.map(([form, text]) => [`${form}url`, text.replaceAll("+", "-").replaceAll("/", "_")] as const),
  ];
}

/** The letters that hold nothing but these bytes when so many others stand before them. */
function base64After(bytes: Uint8Array, lead: number): string {
  const whole = Buffer.concat([Buffer.alloc(lead), bytes]).toString("base64");
  return whole.slice(Math.ceil((lead * 4) / 3), Math.floor(((lead + bytes.length) * 4) / 3));
}
