/** Draws what it is sent, one answer a request, on a thread of its own: only here are the drawing libraries loaded. */
import type { Chart, Picture } from "../core/picture.ts";
import { chartSvg } from "./chart-svg.ts";
import { paintPng } from "./paint-png.ts";

export type PaintRequest =
  | { readonly as: "png"; readonly picture: Picture }
  | { readonly as: "svg"; readonly picture: Chart };

export type PaintAnswer =
  | { readonly isDrawn: true; readonly drawing: Uint8Array | string }
  | { readonly isDrawn: false; readonly reason: string };

declare const self: Worker;

self.onmessage = ({ data }: MessageEvent<PaintRequest>): void => {
  self.postMessage(answerTo(data));
};

function answerTo(request: PaintRequest): PaintAnswer {
  try {
    const drawing = request.as === "png" ? paintPng(request.picture) : chartSvg(request.picture);
    return { isDrawn: true, drawing };
  } catch (error) {
    return { isDrawn: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
