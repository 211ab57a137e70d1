/** Figures as one line of text, for wherever pictures cannot be shown. */

const LEVELS = "▁▂▃▄▅▆▇█";

/** Values as a line of small bars at most `width` long; longer ones are averaged in equal parts, a flat line stays low. */
export function sparkline(values: readonly number[], width: number): string {
  const finite = values.filter(Number.isFinite);
  const points = finite.length <= width ? finite : averaged(finite, width);
  const low = Math.min(...points);
  const range = Math.max(...points) - low;
  const level = (value: number): number =>
    range === 0 ? 0 : Math.round(((value - low) / range) * (LEVELS.length - 1));
  return points.map((value) => LEVELS[level(value)]).join("");
}

function averaged(values: readonly number[], parts: number): readonly number[] {
  return Array.from({ length: parts }, (_, index) => {
    const part = values.slice(
      Math.floor((index * values.length) / parts),
      Math.floor(((index + 1) * values.length) / parts),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
