/** Reads a request's body: JSON, or a form with `payload_json` and `files[n]`. */
import type { Body, SentFile } from "./message-body.ts";
import { refusals } from "./refusal.ts";

export async function readBody(request: Request): Promise<Body> {
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) {
    return { json: parse(await request.text()), files: new Map() };
  }
  const form = await request.formData();
  const files = new Map<string, SentFile>();
  let json: unknown = {};
  for (const [key, part] of form.entries()) {
    if (key === "payload_json") json = parse(typeof part === "string" ? part : await part.text());
    const number = /^files\[(\d+)\]$/.exec(key)?.[1];
    if (number === undefined || typeof part === "string") continue;
    const bytes = new Uint8Array(await part.arrayBuffer());
    files.set(number, { filename: part.name, contentType: contentTypeOf(part), bytes });
  }
  return { json, files };
}

/** Discord goes by the file's name when the form does not say. */
function contentTypeOf(file: File): string {
  if (file.type !== "" && file.type !== "application/octet-stream") return file.type;
  return file.name.endsWith(".png") ? "image/png" : "application/octet-stream";
}

function parse(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw refusals.invalidJson();
  }
}
