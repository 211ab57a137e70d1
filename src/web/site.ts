/** What every page and address is handed: where to read, how to write it, and the answers kept between requests. */
import type { Database, Reader } from "../../db/database.ts";
import { equityHistory } from "../../db/snapshots.ts";
import type { Clock } from "../core/clock.ts";
import type { EquityPoint } from "../core/position.ts";
import type { Report } from "../metrics/report.ts";
import type { AccountView } from "./account-view.ts";
import type { Assets } from "./assets.ts";
import { DrawnCharts } from "./drawn-charts.ts";
import { type Format, formatFor } from "./format.ts";
import { Remembered } from "./remembered.ts";
import type { StatusSource } from "./status-source.ts";

/** How far back the curve on the first page reaches; null is the account's whole life. */
export const CURVE_RANGES = { "1d": 1, "7d": 7, "30d": 30, all: null } as const;
export type CurveRange = keyof typeof CURVE_RANGES;

const DAY_MS = 86_400_000;
/** More than the pixels of a phone, fewer than those of a desk. */
const CURVE_POINTS = 400;

export class Site {
  readonly #curves = new Map<CurveRange, Remembered<readonly EquityPoint[]>>();
  #answers = 0;
  readonly #report = new Remembered<Report>();
  readonly charts: DrawnCharts;

  constructor(
    readonly database: Database,
    readonly source: StatusSource,
    readonly clock: Clock,
    readonly timeZone: string,
    readonly assets: Assets,
    readonly refreshSeconds: number,
    peopleClock: Clock,
  ) {
    this.charts = new DrawnCharts(source, peopleClock);
  }

  /** A number no other answer has had, so that a browser can tell a new answer from the last. */
  nextAnswer(): number {
    this.#answers += 1;
    return this.#answers;
  }

  format(): Format {
    return formatFor(this.source.instrument(), this.timeZone, this.clock.now());
  }

  /** Thinned, oldest first; read again only when there is a newer snapshot: thinning looks at every row. */
  curve(reader: Reader, { account, snapshotAt }: AccountView, range: CurveRange): readonly EquityPoint[] {
    if (snapshotAt === null) return [];
    const kept = this.#curves.get(range) ?? new Remembered();
    this.#curves.set(range, kept);
    return kept.get(`${account.id}/${snapshotAt}`, () => {
      const days = CURVE_RANGES[range];
      const fromAt = days === null ? 0 : snapshotAt - days * DAY_MS;
      return equityHistory(reader, account.id, { fromAt, maxPoints: CURVE_POINTS });
    });
  }

  report({ account, snapshotAt }: AccountView): Report {
    return this.#report.get(`${account.id}/${snapshotAt}`, () => this.source.performance());
  }
}
