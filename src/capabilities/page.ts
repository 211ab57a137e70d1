import type { Page } from "../chat/trading-capabilities.ts";

/** The page of that number of `total` rows; `read` brings as many as wanted after an offset. Beyond the last page it is empty. */
export function pageOf<Row>(
  total: number,
  page: number,
  size: number,
  read: (offset: number, limit: number) => readonly Row[],
): Page<Row> {
  const offset = (page - 1) * size;
  const rows = offset >= total ? [] : read(offset, size);
  return { rows, page, pages: Math.max(1, Math.ceil(total / size)), total };
}
