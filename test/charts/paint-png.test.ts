import { expect, test } from "bun:test";
import jsQr from "jsqr";
import { type Pixels, PNG } from "pngjs";
import { paintPng } from "../../src/charts/paint-png.ts";
import type { Picture } from "../../src/core/picture.ts";
import { candleChart, equityChart, START_AT } from "./sample-charts.ts";

const painted = (picture: Picture): Pixels => PNG.sync.read(Buffer.from(paintPng(picture)));

type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

/** Pixels of just this colour, within the box when one is given. */
function count({ width, height, data }: Pixels, colour: string, box: Partial<Box> = {}): number {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const { left = 0, right = width, top = 0, bottom = height } = box;
  let found = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = (y * width + x) * 4;
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) found++;
    }
  }
  return found;
}

const UP = "#5cc98b";
const DOWN = "#ff8f85";
const TEXT = "#e7e9ea";
const PRICE_PANE: Box = { left: 32, right: 1000, top: 122, bottom: 512 };

test("a candle chart is a PNG of 1200 × 675 with candles up and down in it", () => {
  const picture = painted(candleChart(90));
  expect([picture.width, picture.height]).toEqual([1200, 675]);
  expect(count(picture, "#101316", PRICE_PANE)).toBeGreaterThan(200_000);
  expect(count(picture, UP, PRICE_PANE)).toBeGreaterThan(2_000);
  expect(count(picture, DOWN, PRICE_PANE)).toBeGreaterThan(2_000);
  expect(count(picture, "#7da2ff", PRICE_PANE)).toBeGreaterThan(500);
});

test("its words are drawn: the typeface is found", () => {
  expect(
    count(painted(candleChart(90)), TEXT, { left: 32, right: 400, top: 20, bottom: 70 }),
  ).toBeGreaterThan(500);
});

test("a fill is outlined where nothing else is", () => {
  const fills = [{ at: START_AT + 45.5 * 3_600_000, side: "buy", price: 60_300 }] as const;
  expect(count(painted(candleChart(90)), TEXT, PRICE_PANE)).toBe(0);
  expect(count(painted(candleChart(90, { fills })), TEXT, PRICE_PANE)).toBeGreaterThan(60);
});

test("an equity chart shows the account in blue above its falls in red", () => {
  const picture = painted(equityChart(400));
  expect(count(picture, "#7da2ff", { ...PRICE_PANE, bottom: 450 })).toBeGreaterThan(1_000);
  expect(count(picture, DOWN, { ...PRICE_PANE, top: 450, bottom: 620 })).toBeGreaterThan(500);
});

test.each([
  "otpauth://totp/Countersign:alice?secret=JBSWY3DPEHPK3PXP&issuer=Countersign",
  "Zürich <&> 東京",
  "1",
])("a QR code reads back as %s", (text) => {
  const { width, height, data } = painted({ of: "qr", text });
  expect([width, height]).toEqual([600, 600]);
  expect(jsQr(new Uint8ClampedArray(data), width, height)?.data).toBe(text);
  expect([...data.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
});

test("a text too long for a QR code is refused", () => {
  expect(() => paintPng({ of: "qr", text: "x".repeat(3_000) })).toThrow();
});
