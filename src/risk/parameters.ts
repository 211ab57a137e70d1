/**
 * What may be tuned about risk, protections and exits: bounds, largest steps and defaults, declared once as data.
 * The options of a choice run from the least risk to the most, so that `raisesRisk: "up"` reads the same everywhere.
 * `*_pct` values are percent (5 is 5 %); the RISK_ fractions are shares of one (0.005 is 0.5 %).
 */
import type {
  ChoiceParameter,
  NumberParameter,
  Parameters,
  SwitchParameter,
  ValuesOf,
} from "../core/parameter.ts";

type Numbers = Omit<NumberParameter, "kind">;
type Switch = Omit<SwitchParameter, "kind">;

const number = (declared: Numbers) => ({ kind: "number", ...declared }) as const satisfies NumberParameter;
const integer = (declared: Numbers) => ({ kind: "integer", ...declared }) as const satisfies NumberParameter;
const flag = (declared: Switch) => ({ kind: "switch", ...declared }) as const satisfies SwitchParameter;
/** A switch that lowers risk while it is on. */
const guard = (byDefault: boolean, help: string) => flag({ default: byDefault, raisesRisk: "down", help });
const choice = <const Option extends string>(declared: Omit<ChoiceParameter<Option>, "kind">) =>
  ({ kind: "choice", ...declared }) as const satisfies ChoiceParameter<Option>;

const DAY_MINUTES = 1440;

const windowMinutes = (byDefault: number, of: string) =>
  integer({
    default: byDefault,
    min: 60,
    max: 30 * DAY_MINUTES,
    maxStep: 7 * DAY_MINUTES,
    unit: "minutes",
    raisesRisk: "down",
    help: `How far back ${of} looks.`,
  });

const lockMinutes = (byDefault: number, of: string) =>
  integer({
    default: byDefault,
    min: 10,
    max: 7 * DAY_MINUTES,
    maxStep: DAY_MINUTES,
    unit: "minutes",
    raisesRisk: "down",
    help: `How long entries stay blocked once ${of} trips.`,
  });

/** The range a position's share of equity may take after all multipliers. */
export const PER_TRADE_MIN = 0.001;
export const PER_TRADE_MAX = 0.02;

export const RISK_PARAMETERS = {
  per_trade: number({
    default: 0.005,
    min: PER_TRADE_MIN,
    max: PER_TRADE_MAX,
    maxStep: 0.0025,
    unit: "fraction",
    raisesRisk: "up",
    help: "Share of equity one entry buys (or loses at its stop, with stop_distance sizing), before multipliers.",
  }),
  max_daily_loss: number({
    default: 0.02,
    min: 0.005,
    max: 0.1,
    maxStep: 0.01,
    unit: "fraction",
    raisesRisk: "up",
    help: "Realised loss of the UTC day, as a share of its opening equity, at which entries stop.",
  }),
  max_exposure: number({
    default: 0.25,
    min: 0.01,
    max: 1,
    maxStep: 0.1,
    unit: "fraction",
    raisesRisk: "up",
    help: "Largest share of equity the position may be worth.",
  }),
  fee_bps: number({
    default: 10,
    min: 0,
    max: 100,
    maxStep: 5,
    unit: "bps",
    raisesRisk: "down",
    help: "Fee expected on each fill; set it to what your account pays.",
  }),
  slippage_bps: number({
    default: 5,
    min: 0,
    max: 100,
    maxStep: 5,
    unit: "bps",
    raisesRisk: "down",
    help: "Slippage expected on each market order.",
  }),
  sizing: choice({
    default: "notional",
    options: ["notional", "stop_distance"],
    raisesRisk: "up",
    help: "notional: an entry buys the per-trade share of equity. stop_distance: its ATR stop would lose that share.",
  }),
  use_confidence: flag({
    default: true,
    raisesRisk: "up",
    help: "Scale the size by 0.5 + 0.7 × the signal's confidence.",
  }),
  use_volatility: guard(
    true,
    "Scale the size by how volatile the market is against its last 720 timing candles.",
  ),
  use_drawdown: guard(true, "Shrink the size as equity falls below its peak."),
  atr_stop_multiple: number({
    default: 2.5,
    min: 0.5,
    max: 10,
    maxStep: 0.5,
    unit: "× ATR",
    raisesRisk: "up",
    help: "Distance of the ATR stop below the entry price.",
  }),
} as const satisfies Parameters;

export const PROTECTION_PARAMETERS = {
  cooldown_minutes: integer({
    default: 60,
    min: 0,
    max: 7 * DAY_MINUTES,
    maxStep: 360,
    unit: "minutes",
    raisesRisk: "down",
    help: "No entry for this long after a position was closed; 0 is off.",
  }),
  stop_guard: guard(true, "Block entries after several losing stops."),
  stop_guard_count: integer({
    default: 3,
    min: 1,
    max: 20,
    maxStep: 2,
    unit: "closed trades",
    raisesRisk: "up",
    help: "Losing stops in the window that trip the stop-loss guard.",
  }),
  stop_guard_window_minutes: windowMinutes(DAY_MINUTES, "the stop-loss guard"),
  stop_guard_lock_minutes: lockMinutes(720, "the stop-loss guard"),
  low_profit: guard(false, "Block entries when recent closed trades together earned too little."),
  low_profit_bound_pct: number({
    default: -3,
    min: -50,
    max: 10,
    maxStep: 2,
    unit: "%",
    raisesRisk: "down",
    help: "The sum of closed trades' returns in the window below which low profit trips.",
  }),
  low_profit_min_trades: integer({
    default: 4,
    min: 1,
    max: 50,
    maxStep: 5,
    unit: "closed trades",
    raisesRisk: "up",
    help: "Closed trades in the window before low profit may trip.",
  }),
  low_profit_window_minutes: windowMinutes(7 * DAY_MINUTES, "low profit"),
  low_profit_lock_minutes: lockMinutes(DAY_MINUTES, "low profit"),
  max_drawdown: guard(
    true,
    "Block entries when marked-to-market equity fell too far from its highest value in the window.",
  ),
  max_drawdown_pct: number({
    default: 5,
    min: 0.5,
    max: 50,
    maxStep: 2,
    unit: "%",
    raisesRisk: "up",
    help: "The fall of equity within the window that trips max drawdown.",
  }),
  max_drawdown_window_minutes: windowMinutes(7 * DAY_MINUTES, "max drawdown"),
  max_drawdown_lock_minutes: lockMinutes(DAY_MINUTES, "max drawdown"),
  loss_streak: guard(true, "Block entries after several losing closed trades in a row."),
  loss_streak_count: integer({
    default: 5,
    min: 2,
    max: 30,
    maxStep: 3,
    unit: "closed trades",
    raisesRisk: "up",
    help: "Losing closed trades in a row that trip the loss streak.",
  }),
  loss_streak_lock_minutes: lockMinutes(DAY_MINUTES, "the loss streak"),
  order_throttle: guard(true, "Block entries when too many orders were made in the window."),
  order_throttle_count: integer({
    default: 20,
    min: 2,
    max: 500,
    maxStep: 20,
    unit: "orders",
    raisesRisk: "up",
    help: "Orders in the window that trip the order throttle.",
  }),
  order_throttle_window_minutes: windowMinutes(DAY_MINUTES, "the order throttle"),
} as const satisfies Parameters;

export const EXIT_PARAMETERS = {
  stop_loss_mode: choice({
    default: "atr",
    options: ["atr", "percent", "off"],
    raisesRisk: "up",
    help: "Stop loss at risk.atr_stop_multiple × ATR below the entry, at a percentage below it, or none.",
  }),
  stop_loss_pct: number({
    default: 5,
    min: 0.2,
    max: 50,
    maxStep: 2,
    unit: "%",
    raisesRisk: "up",
    help: "Stop distance in percent mode, and in atr mode when no ATR is known.",
  }),
  trailing: guard(false, "Let a stop follow the highest price since entry."),
  trailing_distance_pct: number({
    default: 3,
    min: 0.2,
    max: 50,
    maxStep: 2,
    unit: "%",
    raisesRisk: "up",
    help: "Distance of the trailing stop below the highest price since entry.",
  }),
  trailing_activation_pct: number({
    default: 1,
    min: 0,
    max: 50,
    maxStep: 2,
    unit: "%",
    raisesRisk: "up",
    help: "Profit at which trailing starts; 0 is from the entry on.",
  }),
  take_profit_1_pct: number({
    default: 0,
    min: 0,
    max: 100,
    maxStep: 5,
    unit: "%",
    raisesRisk: "none",
    help: "Profit at which the first part is sold; 0 is off.",
  }),
  take_profit_1_fraction: number({
    default: 0.5,
    min: 0.05,
    max: 1,
    maxStep: 0.25,
    unit: "fraction",
    raisesRisk: "down",
    help: "Share of the position then held that the first take profit sells.",
  }),
  take_profit_2_pct: number({
    default: 0,
    min: 0,
    max: 100,
    maxStep: 5,
    unit: "%",
    raisesRisk: "none",
    help: "Profit at which the second part is sold; 0 is off.",
  }),
  take_profit_2_fraction: number({
    default: 1,
    min: 0.05,
    max: 1,
    maxStep: 0.25,
    unit: "fraction",
    raisesRisk: "down",
    help: "Share of the position then held that the second take profit sells.",
  }),
  time_stop_hours: number({
    default: 0,
    min: 0,
    max: 720,
    maxStep: 168,
    unit: "hours",
    raisesRisk: "none",
    help: "Longest time a position is held; 0 is off.",
  }),
} as const satisfies Parameters;

export type RiskValues = ValuesOf<typeof RISK_PARAMETERS>;
export type ProtectionValues = ValuesOf<typeof PROTECTION_PARAMETERS>;
export type ExitValues = ValuesOf<typeof EXIT_PARAMETERS>;
