/** Lays paragraphs out on as few messages as hold them, broken between paragraphs or at least between lines. */
import type { Paragraph } from "./paragraph.ts";
import { fixedWidth, italic, joined, plainly, type Written } from "./written.ts";

/** Telegram counts what is read, without the markup. */
export const LONGEST_TEXT = 4096;
export const LONGEST_CAPTION = 1024;
/** Nobody reads more on a phone, and each is a message of the chat's pace. */
export const MOST_PAGES = 4;
const CUT = "… This was too long to show whole.";

/** At least one; `longestFirst` is what the first may hold. Only what goes beyond the most pages is lost, and said to be. */
export function pagesOf(paragraphs: readonly Paragraph[], longestFirst: number): readonly Written[] {
  const layout = new Layout(longestFirst);
  for (const paragraph of paragraphs) layout.add(paragraph);
  return layout.pages();
}

class Page {
  readonly #longest: number;
  readonly #stretches: { readonly isBox: boolean; readonly lines: Written[] }[] = [];
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  get isEmpty(): boolean {
    return this.#stretches.length === 0;
  }

  holds({ isBox, lines }: Paragraph, isSame: boolean): boolean {
    const own = lines.reduce((sum, { plain }) => sum + plain.length + 1, -1);
    return this.#length + (isSame ? 1 : this.#gap(isBox).length) + own <= this.#longest;
  }

  /** `isSame`: it goes on with the paragraph that was added last. */
  add(line: Written, isBox: boolean, isSame: boolean): void {
    const gap = isSame ? 1 : this.#gap(isBox).length;
    this.#length += gap + line.plain.length;
    if (isSame) this.#stretches.at(-1)!.lines.push(line);
    else this.#stretches.push({ isBox, lines: [line] });
  }

  written(): Written {
    return this.#stretches.reduce<Written>(
      (page, { isBox, lines }, index) => {
        const text = joined(lines, "\n");
        const gap = index === 0 ? "" : gapBetween(this.#stretches[index - 1]!.isBox, isBox);
        return joined([page, plainly(gap), isBox ? fixedWidth(text.plain) : text]);
      },
      { html: "", plain: "" },
    );
  }

  #gap(isBox: boolean): string {
    const last = this.#stretches.at(-1);
    return last === undefined ? "" : gapBetween(last.isBox, isBox);
  }
}

/** A box brings its own margin. */
const gapBetween = (isBox: boolean, isNextBox: boolean): string => (isBox || isNextBox ? "\n" : "\n\n");

class Layout {
  readonly #pages: Page[];

  constructor(longestFirst: number) {
    this.#pages = [new Page(longestFirst)];
  }

  add(paragraph: Paragraph): void {
    let page = this.#pages.at(-1)!;
    const isWhole = new Page(LONGEST_TEXT).holds(paragraph, false);
    if (!page.isEmpty && isWhole && !page.holds(paragraph, false)) page = this.#turn();
    let isSame = false;
    for (const line of paragraph.lines.flatMap(cutToFit)) {
      const part = { isBox: paragraph.isBox, lines: [line] };
      if (!page.holds(part, isSame) && !page.isEmpty) {
        page = this.#turn();
        isSame = false;
      }
      page.add(line, paragraph.isBox, isSame);
      isSame = true;
    }
  }

  pages(): readonly Written[] {
    const written = this.#pages.map((page) => page.written());
    if (written.length <= MOST_PAGES) return written;
    const notice = new Page(LONGEST_TEXT);
    notice.add(italic(CUT), false, false);
    return [...written.slice(0, MOST_PAGES - 1), notice.written()];
  }

  #turn(): Page {
    const page = new Page(LONGEST_TEXT);
    this.#pages.push(page);
    return page;
  }
}

/** A line too long for a caption loses its markup and is cut, between words where it has any. */
function cutToFit(line: Written): readonly Written[] {
  if (line.plain.length <= LONGEST_CAPTION) return [line];
  const cut: Written[] = [];
  let rest = line.plain;
  while (rest.length > LONGEST_CAPTION) {
    const space = rest.lastIndexOf(" ", LONGEST_CAPTION);
    const isInsidePair = /[\uD800-\uDBFF]/.test(rest[LONGEST_CAPTION - 1]!);
    const end = space > LONGEST_CAPTION / 2 ? space : LONGEST_CAPTION - (isInsidePair ? 1 : 0);
    cut.push(plainly(rest.slice(0, end)));
    rest = rest.slice(end).trimStart();
  }
  return [...cut, plainly(rest)];
}
