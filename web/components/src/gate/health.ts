import type { GatePlace } from "./options.js";
import type { Light } from "./verdict.js";

/** How a gate is. It is plain data; times are seconds since 1970. */
export interface GateHealth extends GatePlace {
  readonly at: number;
  /** Since when the gate runs. */
  readonly since: number;
  /** Whether visitors who are in order get in. */
  readonly inOrder: boolean;
  /** Whether codes must answer a question: see `ask` of the element. */
  readonly asks: boolean;
  /** What lasts, and should be looked at. */
  readonly warnings: readonly GateWarning[];
  readonly lists: readonly ListAge[];
  readonly fetched: readonly ListState[];
  /** The relay where the gates of the zone share their used codes; nothing: this gate is alone. */
  readonly relay?: string;
  /** Until when nobody enters, because the memory of used codes is new or was lost. */
  readonly outOfOrderUntil?: number;
  /** How a loss of memory was noticed: a stable code. */
  readonly loss?: string;
  /** The error of the gate's clock in seconds, according to phones: positive when slow. */
  readonly clockOffset?: number;
  readonly last?: { readonly at: number; readonly light: Light; readonly code: string };
  /** Verdicts since the start. */
  readonly answers: number;
  readonly frames: { readonly total: number; readonly perSecond: number };
}

/** What lasts. */
export interface GateWarning {
  readonly code: WarningCode;
  /** Whether the gate is out of order by this, for all visitors or for many. */
  readonly outOfOrder: boolean;
  /** The list that is meant. */
  readonly list?: ListAge;
  /** When something ends or ended. */
  readonly until?: number;
  /** What the platform or the library said. */
  readonly reason?: string;
  readonly seconds?: number;
}

export type WarningCode =
  | "store-unreachable"
  | "relay-unreachable"
  | "memory-lost"
  | "memory-new"
  | "clock-suspect"
  | "no-trust-list"
  | "no-status-list"
  | "list-ageing"
  | "list-expiring"
  | "list-refused"
  | "not-fetched"
  | "frames-missing"
  | "frames-wrong"
  | "camera-missing"
  | "worker-failed"
  | "not-asked"
  | "memory-not-kept";

export interface ListAge {
  readonly kind: "trust" | "status";
  readonly name: string;
  readonly made: number;
  /** The first second in which the list has ended. */
  readonly expires?: number;
  /** The first second in which the list is too old for the policy. */
  readonly tooOld?: number;
}

export interface ListState {
  readonly url: string;
  /** When the server last answered as it should. */
  readonly answered?: number;
  readonly next: number;
  readonly failingSince?: number;
  readonly code?: string;
  readonly reason?: string;
}

/**
 * The alarm of a list at this time: the rule of the command's gate. The age counts from half of
 * what the policy allows, the list's own end from three quarters of its life.
 */
export function alarmOf(list: ListAge, now: number): GateWarning | undefined {
  const age = ending(list.made, list.tooOld, 50, now);
  const end = ending(list.made, list.expires, 75, now);
  if (age === "fine" && end === "fine") return undefined;
  const isAge = age === "over" || (end !== "over" && age === "early");
  const until = isAge ? list.tooOld : list.expires;
  return {
    code: isAge ? "list-ageing" : "list-expiring",
    outOfOrder: (isAge ? age : end) === "over",
    list,
    ...(until !== undefined && { until }),
  };
}

function ending(
  made: number,
  end: number | undefined,
  early: number,
  now: number,
): "fine" | "early" | "over" {
  if (end === undefined) return "fine";
  if (now >= end) return "over";
  return now > made && now >= made + Math.floor(((end - made) * early) / 100) ? "early" : "fine";
}
