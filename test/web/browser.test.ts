// The pages in a real browser. Skipped where none is installed.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chartSvg } from "../../src/charts/chart-svg.ts";
import { type ServedWeb, serveWeb } from "../../src/web/serve.ts";
import { Room } from "./status-room.ts";
import { NOW, shownPrice, tradingMonth } from "./trading-month.ts";

const executablePath = Bun.which("chromium") ?? Bun.which("chromium-browser") ?? Bun.which("google-chrome");
const isMissing = executablePath === null;
const BROWSER_MS = 20_000;
const FLAGS =
  "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const month = tradingMonth();
const room = new Room(month);
room.draw = async (chart) => chartSvg(chart);
let served: ServedWeb;
let browser: Browser;

beforeAll(async () => {
  if (executablePath === null) return;
  served = serveWeb(room.web({ refreshSeconds: 1 }), { host: "127.0.0.1", port: 0 });
  browser = await chromium.launch({ executablePath, args: FLAGS.split(" ") });
}, BROWSER_MS);

afterAll(async () => {
  await browser?.close();
  await served?.stop();
  month.database.close();
});

const PATHS = ["/", "/trading", "/audit", "/audit?category=trading", "/nowhere"];

/** Opens a page, runs, and returns everything the browser complained of. */
async function complaints(
  options: BrowserContextOptions,
  run: (page: Page) => Promise<void>,
): Promise<string[]> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const heard: string[] = [];
  page.on("console", (message) => {
    if (!message.location().url.endsWith("/nowhere")) heard.push(message.text());
  });
  page.on("pageerror", (error) => heard.push(error.message));
  page.on("requestfailed", (request) => {
    const fault = request.failure()?.errorText;
    // Going on to the next page ends what the last one was still loading.
    if (fault !== "net::ERR_ABORTED") heard.push(`${fault}: ${request.url()}`);
  });
  await run(page);
  await context.close();
  return heard;
}

test.skipIf(isMissing)(
  "every page loads its style, script and font and breaks no policy",
  async () => {
    const heard = await complaints({}, async (page) => {
      for (const path of PATHS) {
        await page.goto(served.url + path);
        const loaded = await page.evaluate(
          "document.fonts.ready.then(() => [document.styleSheets.length, document.fonts.check('16px Inter'), 'htmx' in window])",
        );
        expect(loaded).toEqual([1, true, true]);
      }
    });
    expect(heard).toEqual([]);
  },
  BROWSER_MS,
);

test.skipIf(isMissing)(
  "the price changes by itself, without a reload, and what was opened stays open",
  async () => {
    const heard = await complaints({}, async (page) => {
      room.price = { ticks: month.lastTicks, at: NOW };
      await page.goto(served.url);
      await page.evaluate("window.isSamePage = true");
      await page.locator("summary").first().click();
      const price = page.locator("#price");
      expect(await price.textContent()).toBe(shownPrice(month.lastTicks));
      const silence = await page.locator(".silence").getAttribute("id");
      room.price = { ticks: month.lastTicks + 123_456, at: NOW + 1_000 };
      await page.locator("#price", { hasText: shownPrice(month.lastTicks + 123_456) }).waitFor();
      expect(await page.evaluate("window.isSamePage === true")).toBe(true);
      expect(await page.locator("details[open]").count()).toBe(1);
      expect(await page.locator(".silence").getAttribute("id")).not.toBe(silence);
    });
    expect(heard).toEqual([]);
  },
  BROWSER_MS,
);

test.skipIf(isMissing)(
  "no page scrolls sideways at 360 pixels, in light or dark",
  async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await complaints({ viewport: { width: 360, height: 740 }, colorScheme }, async (page) => {
        for (const path of PATHS) {
          await page.goto(served.url + path);
          await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
          const width = await page.evaluate("document.documentElement.scrollWidth");
          expect([path, width]).toEqual([path, 360]);
        }
      });
    }
  },
  BROWSER_MS,
);

test.skipIf(isMissing)(
  "the chart is seen whole, named for those who do not see it, and stays through a refresh",
  async () => {
    const viewport = { width: 390, height: 844 };
    const heard = await complaints({ viewport }, async (page) => {
      await page.goto(`${served.url}/trading?timeframe=4h`);
      const chart = page.getByRole("img", { name: /^BTCUSDT 4h: last price/ });
      const silence = await page.locator(".silence").getAttribute("id");
      await page.locator(`.silence:not(#${silence})`).waitFor({ state: "attached" });
      const box = await chart.boundingBox();
      expect(box?.x).toBeGreaterThan(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan(viewport.width);
      expect(box?.width).toBeGreaterThan(350);
    });
    expect(heard).toEqual([]);
  },
  BROWSER_MS,
);

test.skipIf(isMissing)(
  "without scripts every page reads, links lead on, and the filter filters",
  async () => {
    const heard = await complaints({ javaScriptEnabled: false }, async (page) => {
      await page.goto(served.url);
      expect(await page.locator("h1").textContent()).toBe("RUNNING");
      expect(await page.locator(".silence").isVisible()).toBe(false);
      await page.getByRole("link", { name: "7d" }).click();
      expect(page.url()).toEndWith("/?range=7d");
      await page.getByRole("link", { name: "Trading" }).click();
      await page.getByRole("link", { name: "1d" }).click();
      expect(page.url()).toEndWith("/trading?timeframe=1d#chart-title");
      expect(await page.getByRole("img", { name: /^BTCUSDT 1d/ }).isVisible()).toBe(true);
      await page.getByRole("link", { name: "Audit" }).click();
      await page.getByLabel("Category").selectOption("people");
      await page.getByRole("button", { name: "Filter" }).click();
      expect(await page.locator(".event-summary").allTextContents()).toEqual(["Added Ada as admin."]);
    });
    expect(heard).toEqual([]);
  },
  BROWSER_MS,
);

test.skipIf(isMissing)(
  "the first key press offers to skip to the content, and it does",
  async () => {
    await complaints({}, async (page) => {
      await page.goto(served.url);
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.tagName")).toBe("SUMMARY");
    });
  },
  BROWSER_MS,
);
