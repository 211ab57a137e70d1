/** A picture as PNG, in the page's own typeface whatever the machine has installed. */
import regular from "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf" with { type: "file" };
import semiBold from "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf" with { type: "file" };
import { Resvg } from "@resvg/resvg-js";
import type { Picture } from "../core/picture.ts";
import { chartSvg } from "./chart-svg.ts";
import { qrSvg } from "./qr-svg.ts";

/** 1200 × 675 px for a chart, 600 × 600 px for a QR code. Throws as `chartSvg` and `qrSvg` do. */
export function paintPng(picture: Picture): Uint8Array {
  const svg = picture.of === "qr" ? qrSvg(picture.text) : chartSvg(picture);
  const font = {
    ...{ fontFiles: [regular, semiBold], loadSystemFonts: false },
    ...{ defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
  };
  return new Resvg(svg, { font }).render().asPng();
}
