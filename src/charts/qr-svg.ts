/** A text as a QR code: dark on white with its quiet zone, so that it scans on a dark screen too. */
import { encode } from "uqr";

/** The standard asks for four modules around the code. */
const QUIET_MODULES = 4;

/** Throws when the text is longer than a QR code holds (about 2,300 bytes). */
export function qrSvg(text: string, sizePx = 600): string {
  const { data, size } = encode(text, { ecc: "M", border: QUIET_MODULES });
  const rows = data.map((modules, y) =>
    modules.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")).join(""),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${sizePx}" height="${sizePx}" viewBox="0 0 ${size} ${size}" ` +
    `role="img" aria-label="QR code" shape-rendering="crispEdges">` +
    `<rect width="${size}" height="${size}" fill="#ffffff"/><path fill="#000000" d="${rows.join("")}"/></svg>`
  );
}
