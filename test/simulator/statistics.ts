/** Sample statistics the simulator's tests measure with; plain definitions, written apart from the code under test. */
export const mean = (xs: readonly number[]): number => xs.reduce((sum, x) => sum + x, 0) / xs.length;

export function deviation(xs: readonly number[]): number {
  const centre = mean(xs);
  return Math.sqrt(mean(xs.map((x) => (x - centre) ** 2)));
}

/** 0 for a normal distribution. */
export function excessKurtosis(xs: readonly number[]): number {
  const centre = mean(xs);
  return mean(xs.map((x) => (x - centre) ** 4)) / deviation(xs) ** 4 - 3;
}

export function autocorrelation(xs: readonly number[], lag: number): number {
  const centre = mean(xs);
  const products = xs.slice(lag).map((x, i) => (x - centre) * (xs[i]! - centre));
  return products.reduce((sum, x) => sum + x, 0) / (xs.length * deviation(xs) ** 2);
}

export function correlation(xs: readonly number[], ys: readonly number[]): number {
  const [x0, y0] = [mean(xs), mean(ys)];
  return mean(xs.map((x, i) => (x - x0) * (ys[i]! - y0))) / (deviation(xs) * deviation(ys));
}
