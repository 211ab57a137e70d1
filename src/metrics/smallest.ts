/** Reorders in place so that the `count` smallest values stand first, in any order (Hoare's selection; linear on average). */
export function moveSmallestFirst(values: Float64Array, count: number): Float64Array {
  let low = 0;
  let high = values.length - 1;
  const last = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i += 1;
      while (values[j]! > pivot) j -= 1;
      if (i > j) break;
      const kept = values[i]!;
      values[i] = values[j]!;
      values[j] = kept;
      i += 1;
      j -= 1;
    }
    if (last <= j) high = j;
    else if (last >= i) low = i;
    else break;
  }
  return values;
}
