/** Reads an SVG as a page under a strict policy would take it: its texts, and whatever has no place in it. */
import { Resvg } from "@resvg/resvg-js";

const ELEMENTS = ["svg", "g", "path", "rect", "text", "tspan"];
const FORBIDDEN = /^(style|class|id|on.*|href|xlink:.*|clip-path)$/;

/** Empty for a picture that is fit; throws for what is no XML. */
export function unfitParts(svg: string): string[] {
  new Resvg(svg, { font: { loadSystemFonts: false } });
  const found = [...svg.matchAll(/\b(NaN|Infinity|undefined|null)\b/g)].map(([word]) => word);
  new HTMLRewriter()
    .on("*", {
      element({ tagName, attributes }) {
        if (!ELEMENTS.includes(tagName)) found.push(`<${tagName}>`);
        for (const [name] of attributes) if (name !== undefined && FORBIDDEN.test(name)) found.push(name);
      },
    })
    .transform(svg);
  return found;
}

/** The texts as they are read, in the order drawn. */
export function textsOf(svg: string): string[] {
  const plain = (text: string): string =>
    text
      .replace(/<[^>]*>/g, " ")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&")
      .replace(/\s+/g, " ")
      .trim();
  return [...svg.matchAll(/<text[^>]*>([\s\S]*?)<\/text>/g)].map(([, inner = ""]) => plain(inner));
}

export const labelOf = (svg: string): string => /aria-label="([^"]*)"/.exec(svg)?.[1] ?? "";
