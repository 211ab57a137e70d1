/** Style, script, fonts and icon under names that carry a hash of their content, so that browsers keep them for ever. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import latinExtended from "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2" with {
  type: "file",
};
import latin from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2" with { type: "file" };
import htmx from "htmx.org/dist/htmx.min.js" with { type: "file" };
import base from "./style/base.css" with { type: "text" };
import frame from "./style/frame.css" with { type: "text" };
import parts from "./style/parts.css" with { type: "text" };

export interface Asset {
  /** `/assets/<name>.<hash>.<ending>`. */
  readonly path: string;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface Assets {
  readonly style: Asset;
  readonly script: Asset;
  readonly font: Asset;
  readonly icon: Asset;
  byPath(path: string): Asset | null;
}

/** Unicode ranges as the font's package states them for its files. */
const LATIN =
  "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F," +
  "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD";
const LATIN_EXTENDED =
  "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF," +
  "U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF";

/** A check mark upon a seal: two marks make it valid. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2a5bd7"/><path d="M8 17.5l4.5 4.5L20 11" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/><path d="M16.5 20.5L18 22l7-10" fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

export function loadAssets(): Assets {
  const font = asset("inter-latin", "woff2", "font/woff2", readFileSync(latin));
  const wider = asset("inter-latin-ext", "woff2", "font/woff2", readFileSync(latinExtended));
  const sheet = [fontFace(font, LATIN), fontFace(wider, LATIN_EXTENDED), base, frame, parts].join("\n");
  const style = asset("style", "css", "text/css; charset=utf-8", Buffer.from(sheet));
  const script = asset("htmx", "js", "text/javascript; charset=utf-8", readFileSync(htmx));
  const icon = asset("icon", "svg", "image/svg+xml", Buffer.from(ICON));
  const byPath = new Map([font, wider, style, script, icon].map((one) => [one.path, one]));
  return { style, script, font, icon, byPath: (path) => byPath.get(path) ?? null };
}

function asset(name: string, ending: string, type: string, content: Uint8Array): Asset {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  return { path: `/assets/${name}.${hash}.${ending}`, type, body: new Uint8Array(content) };
}

const fontFace = (font: Asset, range: string): string =>
  `@font-face{font-family:"Inter";font-style:normal;font-weight:100 900;font-display:swap;` +
  `src:url("${font.path}") format("woff2");unicode-range:${range}}`;
