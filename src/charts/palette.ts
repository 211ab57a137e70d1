/** The colours of every picture: those of the page's dark theme, because a chat shows pictures on its own ground. */
export const palette = {
  ground: "#101316",
  line: "#2a3036",
  text: "#e7e9ea",
  quiet: "#98a1a9",
  accent: "#7da2ff",
  up: "#5cc98b",
  down: "#ff8f85",
} as const;

/** Of the lines over the candles, in their order; none reads as up or down. */
const LINE_COLOURS = ["#7da2ff", "#e9b44c", "#c79bf2", "#58c7d6"] as const;

export const lineColour = (index: number): string => LINE_COLOURS[index % LINE_COLOURS.length]!;

export function changeColour(change: number): string {
  if (change === 0) return palette.quiet;
  return change < 0 ? palette.down : palette.up;
}
