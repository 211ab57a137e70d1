/** The same picture in at most 256 colours, a third of the size: screens hold few colours and many shades between them. */
import { crc32, deflateSync } from "node:zlib";
import { PNG } from "pngjs";

const MOST_COLOURS = 256;
/** Grounds and letters: what covers at least this share of a screen keeps its very colour, and what is rarer shares the rest. */
const KEPT_SHARE = 1 / 5_000;
const MOST_KEPT = 128;

type Channels = readonly [red: number, green: number, blue: number];

interface Shade {
  readonly channels: Channels;
  readonly count: number;
}

export function smallPng(png: Uint8Array): Uint8Array {
  const { data, height, width } = PNG.sync.read(Buffer.from(png));
  const shades = shadesOf(data);
  const least = width * height * KEPT_SHARE;
  const kept = shades.filter(({ count }) => count >= least).slice(0, MOST_KEPT);
  const others = shades.slice(kept.length);
  const boxes = others.length === 0 ? [] : medianCut(others, MOST_COLOURS - kept.length);
  const palette = [...kept.map(({ channels }) => channels), ...boxes.map(meanOf)];
  const places = new Map(
    shades.map(({ channels }) => [keyOf(...channels), nearest(palette, channels)] as const),
  );
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    to += 1;
    for (let x = 0; x < width; x++, from += 4)
      rows[to++] = places.get(keyOf(data[from]!, data[from + 1]!, data[from + 2]!)) ?? 0;
  }
  return written(width, height, palette, rows);
}

const keyOf = (red: number, green: number, blue: number): number => (red << 16) | (green << 8) | blue;

/** Most frequent first; those as frequent in the order of their colours. */
function shadesOf(data: Uint8Array): readonly Shade[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < data.length; i += 4) {
    const key = keyOf(data[i]!, data[i + 1]!, data[i + 2]!);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a, countA], [b, countB]) => countB - countA || a - b)
    .map(([key, count]) => ({ channels: [key >> 16, (key >> 8) & 255, key & 255], count }));
}

/** Boxes of shades, the widest parted at its middle until there are enough (Heckbert's median cut). */
function medianCut(shades: readonly Shade[], most: number): readonly (readonly Shade[])[] {
  const boxes = [{ shades, ...widest(shades) }];
  while (boxes.length < most) {
    boxes.sort((a, b) => b.width - a.width);
    const box = boxes[0];
    if (box === undefined || box.width === 0) break;
    const sorted = box.shades.toSorted((a, b) => a.channels[box.channel] - b.channels[box.channel]);
    const half = sorted.length >> 1;
    const parts = [sorted.slice(0, half), sorted.slice(half)];
    boxes.splice(0, 1, ...parts.map((part) => ({ shades: part, ...widest(part) })));
  }
  return boxes.map((box) => box.shades);
}

function widest(shades: readonly Shade[]): { readonly channel: 0 | 1 | 2; readonly width: number } {
  const widths = ([0, 1, 2] as const).map((channel) => {
    const values = shades.map(({ channels }) => channels[channel]);
    return { channel, width: Math.max(...values) - Math.min(...values) };
  });
  return widths.toSorted((a, b) => b.width - a.width)[0]!;
}

function meanOf(shades: readonly Shade[]): Channels {
  const count = shades.reduce((sum, shade) => sum + shade.count, 0);
  const mean = (channel: 0 | 1 | 2): number =>
    Math.round(shades.reduce((sum, shade) => sum + shade.channels[channel] * shade.count, 0) / count);
  return [mean(0), mean(1), mean(2)];
}

function nearest(palette: readonly Channels[], colour: Channels): number {
  const distance = (other: Channels): number =>
    other.reduce((sum, value, channel) => sum + (value - colour[channel]!) ** 2, 0);
  let best = 0;
  for (let i = 1; i < palette.length; i++) if (distance(palette[i]!) < distance(palette[best]!)) best = i;
  return best;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const INDEXED = 3;

/** PNG with a palette (RFC 2083), which pngjs does not write. */
function written(width: number, height: number, palette: readonly Channels[], rows: Buffer): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
