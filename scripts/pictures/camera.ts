/** Takes a picture of phones side by side with the browser that is installed; nothing is fetched from anywhere. */
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { smallPng } from "./small-png.ts";

const FLAGS =
  "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync --font-render-hinting=none";
const FONT = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

export interface Screen {
  readonly platform: "telegram" | "discord";
  readonly html: string;
}

export class Camera {
  readonly #browser: Browser;
  readonly #style: string;

  private constructor(browser: Browser, style: string) {
    this.#browser = browser;
    this.#style = style;
  }

  /** Throws without a browser on the machine. */
  static async open(): Promise<Camera> {
    const executablePath =
      Bun.which("chromium") ?? Bun.which("chromium-browser") ?? Bun.which("google-chrome");
    if (executablePath === null) throw new Error("The pictures need chromium on this machine.");
    const browser = await chromium.launch({ executablePath, args: FLAGS.split(" ") });
    return new Camera(browser, await style());
  }

  /** As high as the screens are, or all cut to the same height. */
  async take(screens: readonly Screen[], isCut = false): Promise<Uint8Array> {
    const context = await this.#browser.newContext({
      viewport: { width: 24 + 414 * screens.length, height: 900 },
      deviceScaleFactor: 2,
      offline: true,
    });
    const page = await context.newPage();
    const phones = screens
      .map(({ html, platform }) => `<div class="phone ${platform}">${html}</div>`)
      .join("");
    await page.setContent(
      `<!doctype html><meta charset="utf-8"><style>${this.#style}</style><div id="sheet"${isCut ? ' class="cut"' : ""}>${phones}</div>`,
    );
    await page.evaluate("document.fonts.ready");
    const shot = await page.locator("#sheet").screenshot({ animations: "disabled" });
    await context.close();
    return smallPng(shot);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

async function style(): Promise<string> {
  const face = async (path: string): Promise<string> => {
    const bytes = await Bun.file(join(import.meta.dir, "../../node_modules", path)).bytes();
    return `@font-face { font-family: Inter; font-weight: 100 900; src: url(data:font/woff2;base64,${bytes.toBase64()}); }`;
  };
  return (await face(FONT)) + (await Bun.file(join(import.meta.dir, "screens.css")).text());
}
