import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { Painter } from "../../src/charts/painter.ts";
import { createPainter, type PainterOptions } from "../../src/charts/worker-painter.ts";
import { VirtualClock } from "../../src/clock.ts";
import type { QrCode } from "../../src/core/picture.ts";
import { candleChart, equityChart } from "./sample-charts.ts";

const clock = new VirtualClock(0);
const failures: string[] = [];
const open: Painter[] = [];
afterEach(() => {
  for (const painter of open.splice(0)) painter.close();
  failures.length = 0;
});

function painterOf(options: Partial<PainterOptions> = {}): Painter {
  const painter = createPainter({ clock, onFailure: ({ code }) => failures.push(code), ...options });
  open.push(painter);
  return painter;
}

/** A worker that does what the text asks: hang, break, leave, or answer with the text and how many it has answered. */
const MOODY = URL.createObjectURL(
  new Blob([
    `let count = 0;
    self.onmessage = ({ data: { picture: { text } } }) => {
      if (text === "hang") return;
      if (text === "break") throw new Error("broken");
      if (text === "leave") process.exit(0);
      if (text === "refuse") return self.postMessage({ isDrawn: false, reason: "no" });
      self.postMessage({ isDrawn: true, drawing: text + " " + ++count });
    };`,
  ]),
);

function moodyPainter(options: Partial<PainterOptions> = {}) {
  const workers: Worker[] = [];
  const startWorker = (): Worker => {
    const worker = new Worker(MOODY);
    workers.push(worker);
    return worker;
  };
  return { painter: painterOf({ ...options, startWorker }), workers };
}

const qr = (text: string): QrCode => ({ of: "qr", text });
const asText = (drawing: unknown): string | null => drawing as string | null;

test("PNG and SVG are drawn on a worker", async () => {
  const painter = painterOf();
  const [png, svg] = await Promise.all([painter.png(candleChart(60)), painter.svg(equityChart(60))]);
  expect([...png!.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(svg).toStartWith("<svg");
  expect(failures).toEqual([]);
});

test("what cannot be drawn is null, and the next picture is drawn all the same", async () => {
  const painter = painterOf();
  expect(await painter.svg(candleChart(5, { timeZone: "Mars/Olympus" }))).toBeNull();
  expect(await painter.svg(candleChart(5))).toStartWith("<svg");
  expect(failures).toEqual(["paint_failed"]);
});

test("nothing is started before the first picture, and pictures come in the order asked", async () => {
  const { painter, workers } = moodyPainter();
  expect(workers).toHaveLength(0);
  const order: (string | null)[] = [];
  const drawn = ["a", "b", "c"].map(async (text) => order.push(asText(await painter.png(qr(text)))));
  await Promise.all(drawn);
  expect(order).toEqual(["a 1", "b 2", "c 3"]);
  expect(workers).toHaveLength(1);
});

test("a worker idle for a minute is ended; the next picture starts a new one", async () => {
  const { painter, workers } = moodyPainter();
  await painter.png(qr("a"));
  await clock.advanceTo(clock.now() + 59_000);
  expect(asText(await painter.png(qr("b")))).toBe("b 2");
  const ended = Promise.withResolvers<void>();
  workers[0]!.addEventListener("close", () => ended.resolve());
  await clock.advanceTo(clock.now() + 60_000);
  await ended.promise;
  expect(asText(await painter.png(qr("c")))).toBe("c 1");
  expect(workers).toHaveLength(2);
  expect(failures).toEqual([]);
});

test("a picture that takes too long is null, and a new worker draws what waited behind it", async () => {
  const { painter, workers } = moodyPainter();
  const stuck = painter.png(qr("hang"));
  const behind = painter.png(qr("a"));
  await clock.advanceTo(clock.now() + 10_000);
  expect(await stuck).toBeNull();
  expect(asText(await behind)).toBe("a 1");
  expect(workers).toHaveLength(2);
  expect(failures).toEqual(["paint_timed_out"]);
});

test.each(["break", "leave"])(
  "a worker that crashes (%s) costs only the picture it was drawing",
  async (text) => {
    const { painter, workers } = moodyPainter();
    const [before, lost, after] = await Promise.all(["a", text, "b"].map((one) => painter.png(qr(one))));
    expect([asText(before ?? null), lost, asText(after ?? null)]).toEqual(["a 1", null, "b 1"]);
    expect(workers).toHaveLength(2);
    expect(failures).toEqual(["painter_crashed"]);
  },
);

test("a worker that cannot even start is null, not an error", async () => {
  const startWorker = (): Worker => {
    throw new Error("no threads left");
  };
  expect(await painterOf({ startWorker }).png(qr("a"))).toBeNull();
  expect(failures).toEqual(["painter_crashed"]);
});

test("beyond the longest queue a picture is refused at once", async () => {
  const { painter } = moodyPainter({ longestQueue: 2 });
  const drawn = ["a", "b", "c", "d"].map((text) => painter.png(qr(text)));
  expect(await drawn[3]).toBeNull();
  expect(await Promise.all(drawn.slice(0, 3).map(async (one) => asText(await one)))).toEqual([
    "a 1",
    "b 2",
    "c 3",
  ]);
  expect(failures).toEqual(["paint_queue_full"]);
});

test("closing answers everyone with null, for good", async () => {
  const { painter, workers } = moodyPainter();
  const waiting = [painter.png(qr("hang")), painter.png(qr("a"))];
  painter.close();
  painter.close();
  expect(await Promise.all(waiting)).toEqual([null, null]);
  expect(await painter.png(qr("b"))).toBeNull();
  expect(workers).toHaveLength(1);
  expect(failures).toEqual([]);
});

test("a program that has drawn ends by itself, from whatever folder it was started", async () => {
  const file = (path: string): string => JSON.stringify(join(import.meta.dir, path));
  const script = `
    import { createPainter } from ${file("../../src/charts/worker-painter.ts")};
    import { VirtualClock } from ${file("../../src/clock.ts")};
    const painter = createPainter({ clock: new VirtualClock(0) });
    const keep = setInterval(() => {}, 1000);
    const png = await painter.png({ of: "qr", text: "hello" });
    clearInterval(keep);
    console.log(png.length > 100);`;
  const child = Bun.spawn([process.execPath, "--no-env-file", "-e", script], { cwd: "/", stderr: "inherit" });
  const timer = setTimeout(() => child.kill(), 8_000);
  expect((await new Response(child.stdout).text()).trim()).toBe("true");
  expect(await child.exited).toBe(0);
  clearTimeout(timer);
}, 10_000);
