/** One call of a Bot API method as it came in, with its parameters read the way the Bot API reads them. */
import { badRequest } from "./bot-api-refusal.ts";

export class Call {
  constructor(
    readonly method: string,
    readonly parameters: Readonly<Record<string, unknown>>,
    readonly files: ReadonlyMap<string, Uint8Array>,
  ) {}

  has(name: string): boolean {
    return this.parameters[name] !== undefined;
  }

  text(name: string): string {
    const value = this.parameters[name] ?? "";
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    if (!text.isWellFormed()) throw badRequest("strings must be encoded in UTF-8");
    return text;
  }

  /** A whole number given as a number or as its digits; undefined when it is neither. */
  integer(name: string): number | undefined {
    const text = this.text(name);
    const value = Number(text);
    return /^-?\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
  }

  isTrue(name: string): boolean {
    return ["true", "1", "yes"].includes(this.text(name).toLowerCase());
  }

  /** An object or list, given as JSON or, in a form, as its text. */
  structure(name: string): unknown {
    const value = this.parameters[name];
    if (typeof value !== "string") return value;
    if (value === "") return undefined;
    try {
      return JSON.parse(value);
    } catch {
      throw badRequest(`can't parse ${name}: Can't parse JSON object`);
    }
  }

  /** What a file parameter holds: bytes uploaded with the call, or a text (a file id or a URL). */
  file(reference: string): Uint8Array | string {
    const name = reference.replace(/^attach:\/\//, "");
    return this.files.get(name) ?? reference;
  }
}

export async function readCall(method: string, request: Request): Promise<Call> {
  const parameters: Record<string, unknown> = Object.fromEntries(new URL(request.url).searchParams);
  const files = new Map<string, Uint8Array>();
  const type = request.headers.get("content-type") ?? "";
  if (type.startsWith("application/json")) {
    const body = await request.text();
    Object.assign(parameters, body === "" ? {} : parsedObject(body));
  } else if (type.startsWith("multipart/form-data")) {
    for (const [name, value] of await request.formData()) {
      if (typeof value === "string") parameters[name] = value;
      else files.set(name, new Uint8Array(await value.arrayBuffer()));
    }
  } else if (type.startsWith("application/x-www-form-urlencoded")) {
    Object.assign(parameters, Object.fromEntries(new URLSearchParams(await request.text())));
  }
  return new Call(method, withoutNulls(parameters), files);
}

function parsedObject(body: string): object {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Falls through to the refusal below.
  }
  throw badRequest("can't parse request: expected a JSON object");
}

const withoutNulls = (parameters: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null));
