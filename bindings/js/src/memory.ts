import { bytes, number, text } from "./error.js";
import { gateHost } from "./host.js";
import type { Attempt, GoOn, Retention, StoreAnswer } from "./gate-records.js";

// The rule of every memory of used codes, as functions of values: for a program that keeps its
// memory in a database of its own. In one step that nothing interrupts, such a memory reads its
// state and the record of the permit, calls `meet`, `standingOf` and `decide`, and writes what they
// give. `KeptGate` does so with IndexedDB.

/** When and where a code was admitted. */
export interface Sighting {
  readonly at: number;
  readonly gate: string;
  readonly lane: string;
}

/** The newest admitted moment of a permit. */
export interface Newest {
  readonly moment: number;
  readonly sighting: Sighting;
}

/** A zone that does not accept the permit for a while. */
export interface CoolDown {
  readonly zone: string;
  readonly until: number;
  readonly gate: string;
  readonly generation: number;
}

/** What a store keeps for one permit. */
export interface StoreRecord {
  /** Nothing when only slips were admitted. */
  readonly newest?: Newest | undefined;
  readonly slip?: Sighting | undefined;
  readonly coolDowns: readonly CoolDown[];
}

/** Whose clock counts cool-downs: the store's own, or that of the gate that asks. */
export type StoreClock = "own" | "askers";

/** How far a store trusts its own memory. */
export interface Standing {
  readonly time: number;
  readonly clock: StoreClock;
  readonly generation: number;
  /** The first moment of which the store knows whether it was admitted. */
  readonly remembersFrom: number;
  /** Until when nobody enters. */
  readonly closedUntil: number;
}

/** What the rule decides. */
export type Decision =
  /** Write this record in place of the old one, then answer `not-used-before`. */
  | { readonly kind: "write"; readonly record: StoreRecord }
  /** Give this answer, and change nothing. */
  | { readonly kind: "answer"; readonly answer: StoreAnswer };

/** What a store knows of its own memory: one value beside the records. */
export interface StoreState {
  /** Which store this is: 16 random bytes. */
  readonly id: Uint8Array;
  /** The life of the server: a text that changes when the server is started again. */
  readonly incarnation: string;
  /** How many times a loss was noticed, from 1. */
  readonly generation: number;
  readonly forgotten: number;
  readonly lost: number;
  readonly closedUntil: number;
  /** The number of records. */
  readonly records: number;
  /** How many admissions of each gate were recorded. */
  readonly admissions: ReadonlyMap<string, number>;
}

/** What a gate knows of a store after an answer. */
export interface Known {
  readonly store: Uint8Array;
  readonly generation: number;
  readonly incarnation: string;
}

/** What a gate remembers of its store, in a place of its own. */
export interface Witness {
  /** Nothing before the first answer. */
  readonly known?: Known | undefined;
  /** How many admissions of this gate the store acknowledged. */
  readonly admissions: number;
}

/** The state of a store after it was asked. */
export interface Meeting {
  readonly state: StoreState;
  /** How a loss was noticed: a stable code. */
  readonly loss?: string;
}

/** Who asks a store. */
export interface AskedBy {
  readonly gate: string;
  readonly witness: Witness;
  readonly now: number;
}

/** Whether a code is admitted, given the record of its permit. */
export function decide(
  record: StoreRecord | undefined,
  attempt: Attempt,
  standing: Standing,
  retention: Retention,
): Decision {
  return gateHost().run((glue) => glue.decide(record, attempt, standing, retention) as Decision);
}

/** Whether the clocks of gate and store are so far apart that the store gives no answer. */
export function clocksApart(now: number, storeTime: number, retention: Retention): boolean {
  number("now", now);
  number("the store's time", storeTime);
  return gateHost().run((glue) => glue.clocksApart(now, storeTime, retention));
}

/** What a store finds when it is asked. */
export interface Here {
  /** The id for a new store: 16 random bytes. */
  readonly fresh: Uint8Array;
  readonly incarnation: string;
  readonly time: number;
  /** How many records are there. */
  readonly records: number;
}

/** Compares what the store knows with what the gate knows, and notices a loss. */
export function meet(
  held: StoreState | undefined,
  asked: AskedBy,
  here: Here,
  retention: Retention,
): Meeting {
  const fresh = bytes("the id of a store", here.fresh);
  const { incarnation, time, records } = here;
  text("the incarnation", incarnation);
  number("the store's time", time);
  number("the number of records", records);
  return gateHost().run(
    (glue) => glue.meet(held, fresh, asked, incarnation, time, records, retention) as Meeting,
  );
}

/** How far a store in this state trusts its memory. */
export function standingOf(state: StoreState, storeTime: number, clock: StoreClock): Standing {
  number("the store's time", storeTime);
  return gateHost().run((glue) => glue.standingOf(state, storeTime, clock) as Standing);
}

/** The state after an admission. `isNew` says that the permit had no record. */
export function recordAdmission(state: StoreState, gate: string, isNew: boolean): StoreState {
  text("the gate", gate);
  return gateHost().run((glue) => glue.recordAdmission(state, gate, Boolean(isNew)) as StoreState);
}

/** What the answer tells the gate of the store. */
export function knownOf(state: StoreState): Known {
  return gateHost().run((glue) => glue.knownOf(state) as Known);
}

/** What a gate knows after an answer; nothing if the answer is older than what the gate knows. */
export function takeAnswer(
  witness: Witness,
  known: Known,
  admissions: number,
): Witness | undefined {
  number("the admissions", admissions);
  return gateHost().run(
    (glue) => glue.takeAnswer(witness, known, admissions) as Witness | undefined,
  );
}

/**
 * Whether a record can be forgotten. `cutoff` is the store's time less the difference of clocks.
 */
export function recordIsOver(record: StoreRecord, cutoff: number, retention: Retention): boolean {
  number("the cutoff", cutoff);
  return gateHost().run((glue) => glue.recordIsOver(record, cutoff, retention));
}

/** The state after a record was forgotten. */
export function forgetRecord(state: StoreState, record: StoreRecord): StoreState {
  return gateHost().run((glue) => glue.forgetRecord(state, record) as StoreState);
}

/** The state after an operator's word. */
export function goOn(
  state: StoreState,
  word: GoOn,
  now: number,
  storeTime: number,
  retention: Retention,
): StoreState {
  number("now", now);
  number("the store's time", storeTime);
  return gateHost().run((glue) => glue.goOn(state, word, now, storeTime, retention) as StoreState);
}
