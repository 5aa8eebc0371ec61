import { GateScanner, type Pixels } from "./camera.js";
import { LivepermitError, number, reasonOf, text } from "./error.js";
import type {
  Admission,
  Attempt,
  ClockState,
  Frame,
  GateSettings,
  GoOn,
  HeldList,
  Retention,
  ScanEvent,
  StatusLimits,
  StoreAnswer,
  StoreHealth,
} from "./gate-records.js";
import { defaultRetention, Gate } from "./lane.js";
import {
  type LastTrustList,
  StatusList,
  TrustAnchor,
  type TrustList,
  type TrustState,
} from "./lists.js";
import * as memory from "./memory.js";
import { PublicKey } from "./public-key.js";
import type { RelayStore } from "./relay.js";
import { secondsNow } from "./seconds.js";
import { type Change, type GateStorage, type Held, RECORD } from "./storage.js";
import { Trust } from "./trust.js";

/** Whom a kept gate trusts: keys that the program names, or lists that roots sign. */
export type KeptTrust =
  | { readonly keys: Trust }
  | { readonly name: string; readonly roots: readonly PublicKey[]; readonly lowestVersion: number };

export interface KeptGateOptions {
  readonly storage: GateStorage;
  readonly settings: GateSettings;
  readonly trust: KeptTrust;
  /** How long used codes are remembered. All lanes of a zone have the same. */
  readonly retention?: Retention;
  /** Room for so many permits; 100,000 unless said. */
  readonly permits?: number;
  readonly statusLimits?: StatusLimits;
  /** Where the gates of the zone share their used codes; without, this storage has them alone. */
  readonly relay?: RelayStore;
  /** Seconds since 1970, by the clock of this gate. */
  readonly clock?: () => number;
}

interface KeptList {
  readonly bytes: Uint8Array;
  readonly accepted: number;
}
interface KeptTrustList extends KeptList {
  readonly version: number;
  readonly skew: number;
  /** What was known before the list: with both, the gate knows the same after a reload. */
  readonly before?: Omit<TrustState, "roots"> & { readonly roots: readonly Uint8Array[] };
}
interface KeptStatusList extends KeptList {
  readonly held: HeldList;
}

const STATE = "state";
const TRUST = "trust-list";
const STATUS = "status-lists";
/** All lanes count their admissions together: what they share is one database. */
const EVERY_GATE = "*";
/** Seconds between two times at which records that are over are removed. */
const BETWEEN_SWEEPS = 60;

/**
 * One lane of a gate whose used codes, lists and knowledge of the time survive a reload, a crash
 * and a defect of the module. Two pages, or two lanes in one page, that share a storage admit each
 * code once.
 *
 * The very first time, and when the browser removed the storage, nobody enters until no older code
 * is live; `goOn` ends that wait.
 */
export class KeptGate {
  readonly #options: Required<Omit<KeptGateOptions, "statusLimits" | "relay">> & KeptGateOptions;
  readonly #gate: Gate;
  readonly #anchor: TrustAnchor | undefined;
  readonly #camera: GateScanner;
  #trust: Trust;
  #trustList: TrustList | undefined;
  #lists: StatusList[];
  #witness: memory.Witness = { admissions: 0 };
  #loss: string | undefined;
  #failure: string | undefined;
  #closedUntil = 0;
  #swept = 0;

  private constructor(
    options: KeptGateOptions,
    clock: ClockState | undefined,
    trustList: KeptTrustList | undefined,
    statusLists: readonly KeptStatusList[],
  ) {
    const usual = { retention: defaultRetention(), permits: 100_000, clock: secondsNow };
    this.#options = { ...usual, ...options };
    const { settings, trust, retention } = this.#options;
    if ("keys" in trust) {
      this.#trust = trust.keys;
    } else {
      const { name, roots, lowestVersion } = trust;
      const before = trustList?.before && {
        ...trustList.before,
        roots: trustList.before.roots.map((root) => PublicKey.fromCoseKey(root)),
      };
      this.#anchor = new TrustAnchor(name, roots, lowestVersion, before);
      // The same list at the same time: what was accepted is accepted.
      this.#trustList = trustList &&
        this.#anchor.accept(trustList.bytes, trustList.accepted, trustList.skew);
      this.#trust = this.#trustList?.trust ?? new Trust([]);
    }
    this.#lists = [];
    for (const list of statusLists) {
      try {
        this.#lists.push(this.#takenIn(list.bytes, list.accepted, []));
      } catch (refused) {
        // The keys may be others now. Without the list, who needs it is refused.
        if (!(refused instanceof LivepermitError)) throw refused;
      }
    }
    const lane = clock ? { ...settings, clock } : settings;
    this.#gate = new Gate(lane, this.#trust, this.#lists, retention);
    this.#camera = new GateScanner(this.#gate);
  }

  /** Opens the lane with what the storage has. */
  static async open(options: KeptGateOptions): Promise<KeptGate> {
    const { storage, settings } = options;
    const clock = clockName(settings);
    const values = await storage.step({ names: [clock, TRUST, STATUS] }, ({ values }) => ({
      result: values,
    }));
    return new KeptGate(
      options,
      values.get(clock) as ClockState | undefined,
      values.get(TRUST) as KeptTrustList | undefined,
      (values.get(STATUS) ?? []) as KeptStatusList[],
    );
  }

  /**
   * Verifies the text of a code, asks the storage, and admits or refuses. A refused visitor is an
   * `Admission`, also when the storage fails. After a defect in the middle, the code counts as
   * used.
   */
  async admit(code: string): Promise<Admission> {
    text("the code", code);
    const now = this.#options.clock();
    const begun = this.#gate.begin(code, now);
    if (begun.kind === "stopped") return { kind: "refused", rejection: begun.rejection };
    const { pending } = begun;
    const answer = await this.#answer(pending.attempt);
    const admission = this.#gate.finish(pending, answer, this.#options.clock());
    await this.#sweepNowAndThen(now);
    return admission;
  }

  /**
   * Looks at a frame of the camera of this lane, and asks the storage about new codes. Wait for the
   * events before you give the next frame. Throws as `scan` of a `GateScanner`. After a defect in
   * the middle, the code counts as used.
   */
  async scan(pixels: Pixels, frame: Frame): Promise<ScanEvent[]> {
    const now = this.#options.clock();
    const events: ScanEvent[] = [];
    for (const step of this.#camera.begin(pixels, frame, now)) {
      if (step.kind === "said") events.push(step.event);
      else {
        const answer = await this.#answer(step.asked.attempt);
        events.push(this.#camera.finish(step.asked, answer, this.#options.clock()));
      }
    }
    await this.#sweepNowAndThen(now);
    return events;
  }

  /** Takes in a trust list and keeps it. Throws the codes of lists, and what the storage says. */
  async acceptTrustList(bytes: Uint8Array): Promise<TrustList> {
    if (this.#anchor === undefined) {
      throw new LivepermitError({
        code: "no-root",
        reason: "this gate trusts keys that the program named",
        instruction: "Open the gate with the name and the roots of a trust list.",
      });
    }
    const accepted = this.#options.clock();
    const list = this.#anchor.accept(bytes, accepted, this.#options.settings.policy.skew);
    const { skew, before } = this.#anchor.last as LastTrustList;
    const kept: KeptTrustList = {
      bytes: bytes.slice(),
      accepted,
      skew,
      version: list.version,
      ...(before && { before: { ...before, roots: before.roots.map((root) => root.coseKey) } }),
    };
    await this.#options.storage.step({ names: [TRUST] }, ({ values }) => {
      const other = values.get(TRUST) as KeptTrustList | undefined;
      const isNewer = (other?.version ?? 0) <= kept.version;
      return { result: undefined, write: new Map(isNewer ? [[TRUST, kept]] : []) };
    });
    this.#trust = list.trust;
    this.#trustList = list;
    this.#gate.replaceLists(this.#trust, this.#lists);
    return list;
  }

  /** Takes in a status list and keeps it. Throws the codes of lists, and what the storage says. */
  async acceptStatusList(bytes: Uint8Array): Promise<StatusList> {
    const accepted = this.#options.clock();
    const list = this.#takenIn(bytes, accepted, this.#lists.map(({ held }) => held));
    const isSame = ({ issuer, uri }: HeldList) => issuer === list.issuer && uri === list.uri;
    const kept: KeptStatusList = { bytes: bytes.slice(), accepted, held: list.held };
    await this.#options.storage.step({ names: [STATUS] }, ({ values }) => {
      const all = (values.get(STATUS) ?? []) as KeptStatusList[];
      const other = all.find(({ held }) => isSame(held));
      if (other !== undefined && other.held.issuedAt > kept.held.issuedAt) {
        return { result: undefined };
      }
      const next = [...all.filter(({ held }) => !isSame(held)), kept];
      return { result: undefined, write: new Map([[STATUS, next]]) };
    });
    this.#lists = [...this.#lists.filter(({ held }) => !isSame(held)), list];
    this.#gate.replaceLists(this.#trust, this.#lists);
    return list;
  }

  /**
   * Ends a wait after a loss of memory, because an operator says so. What a relay waits for, its
   * operator ends there.
   */
  async goOn(word: GoOn): Promise<void> {
    const { storage, retention, clock } = this.#options;
    const now = clock();
    await storage.step({ names: [STATE] }, (held) => {
      const { state } = this.#meet(held, now);
      const next = memory.goOn(state, word, now, now, retention);
      this.#closedUntil = Math.max(next.lost, next.closedUntil);
      return { result: undefined, write: new Map([[STATE, next]]) };
    });
  }

  /**
   * Asks the storage, or the relay, how it is, without a visitor: call it now and then while nobody
   * comes. Never rejects: `storeFailure` and `health` tell what came of it.
   */
  async keepAlive(): Promise<void> {
    const now = this.#options.clock();
    try {
      if (this.#options.relay !== undefined) {
        await this.#options.relay.keepAlive();
        this.#failure = undefined;
        return;
      }
      await this.#options.storage.step({ names: [STATE] }, (held) => {
        const { state, loss } = this.#meet(held, now);
        const isKnown = held.values.get(STATE) !== undefined && loss === undefined;
        return { result: undefined, write: new Map(isKnown ? [] : [[STATE, state]]) };
      });
      this.#failure = undefined;
    } catch (failure) {
      this.#failure = reasonOf(failure);
    }
  }

  /** Why the storage gave no answer when it was asked last; nothing if it answered. */
  get storeFailure(): string | undefined {
    return this.#failure;
  }

  /** How the memory was at its last answer. */
  health(): StoreHealth {
    if (this.#options.relay !== undefined) return this.#options.relay.health();
    const isClosed = this.#closedUntil > this.#options.clock();
    return {
      ...(isClosed ? { outOfOrderUntil: this.#closedUntil } : {}),
      ...(this.#loss === undefined ? {} : { loss: this.#loss }),
      cautions: [],
    };
  }

  /** The trust list in use; nothing before the first, or if the program named the keys. */
  get trustList(): TrustList | undefined {
    return this.#trustList;
  }

  /** The status lists in use. */
  get statusLists(): readonly StatusList[] {
    return this.#lists;
  }

  /** The lane, for challenges and clocks. Its `admit` gets no answer: use that of this object. */
  get lane(): Gate {
    return this.#gate;
  }

  #takenIn(bytes: Uint8Array, now: number, held: readonly HeldList[]): StatusList {
    const { settings, statusLimits } = this.#options;
    return StatusList.accept(bytes, this.#trust, now, {
      skew: settings.policy.skew,
      held,
      ...(statusLimits === undefined ? {} : { limits: statusLimits }),
    });
  }

  #meet(held: Held, now: number): memory.Meeting {
    const state = held.values.get(STATE) as memory.StoreState | undefined;
    const fresh = state?.id ?? crypto.getRandomValues(new Uint8Array(16));
    const asked = { gate: EVERY_GATE, witness: this.#witness, now };
    // A memory without a server has one life.
    const incarnation = hex(fresh);
    const here = { fresh, incarnation, time: now, records: held.records };
    const met = memory.meet(state, asked, here, this.#options.retention);
    this.#loss = met.loss ?? this.#loss;
    this.#closedUntil = Math.max(met.state.lost, met.state.closedUntil);
    return met;
  }

  /** The answer of the storage, also when it fails. */
  async #answer(attempt: Attempt): Promise<StoreAnswer> {
    try {
      const answer = await this.#ask(attempt);
      this.#failure = answer.kind === "no-answer" ? answer.reason : undefined;
      return answer;
    } catch (failure) {
      if (failure instanceof LivepermitError && failure.code === "internal") throw failure;
      this.#failure = reasonOf(failure);
      return { kind: "no-answer", reason: this.#failure };
    }
  }

  async #ask(attempt: Attempt): Promise<StoreAnswer> {
    const { storage, retention, permits, settings, relay } = this.#options;
    if (relay !== undefined) return this.#askRelay(relay, attempt);
    const name = RECORD + hex(attempt.permit);
    const floor = this.#gate.clockState().floor;
    const { answer, state } = await storage.step({ names: [STATE, name] }, (held) => {
      const { now } = attempt;
      const record = held.values.get(name) as memory.StoreRecord | undefined;
      let { state } = this.#meet(held, now);
      const standing = memory.standingOf(state, now, "askers");
      const decision = memory.decide(record, attempt, standing, retention);
      const write = new Map<string, unknown>();
      let answer: StoreAnswer;
      if (decision.kind === "answer") answer = decision.answer;
      else if (record === undefined && held.records >= permits) answer = { kind: "full" };
      else {
        answer = { kind: "not-used-before" };
        state = memory.recordAdmission(state, EVERY_GATE, record === undefined);
        write.set(name, decision.record);
        write.set(clockName(settings), { floor, lastAdmission: now } satisfies ClockState);
      }
      write.set(STATE, state);
      return { result: { answer, state }, write };
    });
    const admissions = state.admissions.get(EVERY_GATE) ?? 0;
    const witness = memory.takeAnswer(this.#witness, memory.knownOf(state), admissions);
    if (witness === undefined) return { kind: "no-answer", reason: "an old answer" };
    this.#witness = witness;
    return answer;
  }

  async #sweepNowAndThen(now: number): Promise<void> {
    // What a relay keeps, the relay forgets.
    if (this.#options.relay !== undefined || now - this.#swept < BETWEEN_SWEEPS) return;
    await this.#sweep(now).catch(() => undefined);
  }

  /** The time of the admission is kept here, the used code at the relay. */
  async #askRelay(relay: RelayStore, attempt: Attempt): Promise<StoreAnswer> {
    const answer = await relay.admit(attempt);
    if (answer.kind === "not-used-before") {
      const floor = this.#gate.clockState().floor;
      const kept: ClockState = { floor, lastAdmission: attempt.now };
      await this.#options.storage.step({ names: [] }, () => ({
        result: undefined,
        write: new Map([[clockName(this.#options.settings), kept]]),
      }));
    }
    return answer;
  }

  /** Removes the records that are over. */
  async #sweep(now: number): Promise<void> {
    const { storage, retention } = this.#options;
    const cutoff = Math.max(now - retention.clockDifference, 0);
    await storage.step({ names: [STATE], records: true }, (held): Change<void> => {
      let { state } = this.#meet(held, now);
      const write = new Map<string, unknown>();
      for (const [name, value] of held.all) {
        const record = value as memory.StoreRecord;
        if (memory.recordIsOver(record, cutoff, retention)) {
          state = memory.forgetRecord(state, record);
          write.set(name, undefined);
        }
      }
      write.set(STATE, state);
      return { result: undefined, write };
    });
    this.#swept = number("now", now);
  }
}

function clockName({ policy, lane }: GateSettings): string {
  return `clock/${policy.gate}/${lane}`;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
