import { Attempted } from "./attempted.js";
import { bytes, instance, number, text } from "./error.js";
import type {
  Admission,
  Attempt,
  Caution,
  ClockState,
  GateSettings,
  GoOn,
  Policy,
  Retention,
  StoreAnswer,
  StoreHealth,
} from "./gate-records.js";
import { gateHost, Handle, type Host } from "./host.js";
import { StatusList } from "./lists.js";
import type { Challenge, Rejection } from "./records.js";
import { Trust } from "./trust.js";
import type * as Inside from "./wasm/issuer.js";

/**
 * One lane with the usual rules: it lets people in, debounces for 3 seconds, cools down for the
 * window, and refuses when its store gives no answer.
 */
export function gateSettings(policy: Policy): GateSettings {
  return gateHost().run((glue) => glue.gateSettings(policy) as GateSettings);
}

/** A window of 30 seconds, a skew of 5, clocks that are 60 seconds apart at most. */
export function defaultRetention(): Retention {
  return gateHost().run((glue) => glue.defaultRetention() as Retention);
}

/** Every caution that an accepted code can carry. */
export function cautionCodes(): Caution[] {
  return gateHost().run((glue) => glue.cautionCodes() as Caution[]);
}

type RawStore = Inside.Store;

/**
 * A memory of used codes inside the module. Lanes and gates of one page share one object. It is
 * gone with the page, and after a defect of the module; it then waits until no old code is live, as
 * after a restart. `KeptGate` has a memory that stays.
 */
export class Store {
  /** How long the store remembers. */
  readonly retention: Retention;
  readonly #handle: Handle<RawStore>;
  /** The latest time that the store heard of. */
  #latest: number | undefined;

  private constructor(permits: number, retention: Retention, now: number | undefined) {
    number("the number of permits", permits);
    this.retention = { ...retention };
    this.#latest = now;
    this.#handle = new Handle((host) => {
      const since = this.#latest;
      // From now on, another instance begins as after a restart.
      this.#latest ??= 0;
      return host.run((glue) => new glue.Store(permits, this.retention, since));
    });
    this.#handle.in(gateHost());
  }

  /**
   * A memory with room for `permits` permits. What was admitted before `now` is not known, so the
   * store waits until no old code is live: gates open after a minute or so.
   */
  static inMemory(permits: number, retention: Retention, now: number): Store {
    return new Store(permits, retention, number("now", now));
  }

  /**
   * The same, by the word of an operator: nothing was admitted before, so the gates open at once.
   */
  static inMemoryForTheFirstTime(permits: number, retention: Retention): Store {
    return new Store(permits, retention, undefined);
  }

  /** Asks the store, and records the code if it was not used before. For `begin` and `finish`. */
  admit(attempt: Attempt): StoreAnswer {
    const raw = this.at(attempt.now, gateHost());
    return gateHost().run(() => raw.admit(attempt) as StoreAnswer);
  }

  /** How the store was at its last answer. */
  health(): StoreHealth {
    const raw = this.#handle.in(gateHost());
    return gateHost().run(() => raw.health() as StoreHealth);
  }

  /** Ends a wait after a loss of memory, because an operator says so. */
  goOn(word: GoOn, now: number): void {
    number("now", now);
    const raw = this.at(now, gateHost());
    gateHost().run(() => raw.goOn(word, now));
  }

  /** The half inside the module, at this time. */
  /** @internal */
  at(now: number, host: Host): RawStore {
    // A time that is none is refused inside.
    if (Number.isSafeInteger(now)) this.#latest = Math.max(this.#latest ?? 0, now);
    return this.#handle.in(host);
  }
}

type RawGate = Inside.Gate;
type RawPending = Inside.Pending;

/** A code that is verified and not used yet. When it is left alone, nothing was used. */
export class Pending extends Attempted<RawPending> {}

/** The first half of an admission. */
export type Begun =
  /** Ask the store. **No door opens on it.** */
  | { readonly kind: "asking"; readonly pending: Pending }
  /** The code is refused already. */
  | { readonly kind: "stopped"; readonly rejection: Rejection };

/** One lane of a gate: it verifies a code and admits each code once. */
export class Gate {
  readonly #handle: Handle<RawGate>;
  readonly #store: Store | undefined;
  readonly #settings: GateSettings;
  #trust: Trust;
  #lists: readonly StatusList[];
  #latest = 0;

  /**
   * Makes a lane with a store. With a retention in place of the store, the program asks a memory of
   * its own, between `begin` and `finish`; `admit` of such a lane gets no answer.
   *
   * Throws the codes of policies, of names, and `window-beyond-retention` and its like.
   */
  constructor(
    settings: GateSettings,
    trust: Trust,
    statusLists: readonly StatusList[],
    memory: Store | Retention,
  ) {
    this.#settings = structuredClone(settings);
    this.#trust = instance("the trust", trust, Trust);
    this.#lists = [...statusLists];
    this.#store = memory instanceof Store ? memory : undefined;
    const retention = memory instanceof Store ? memory.retention : { ...memory };
    this.#handle = new Handle((host) => {
      const [keys, lists] = [this.#trust.handle.in(host), StatusList.copies(this.#lists, host)];
      const store = this.#store?.at(this.#latest, host);
      return host.run((glue) =>
        store === undefined
          ? glue.Gate.askingElsewhere(this.#settings, keys, lists, retention)
          : new glue.Gate(this.#settings, keys, lists, store),
      );
    });
    this.#handle.in(gateHost());
  }

  /**
   * Verifies the text of a code, asks the store, and admits or refuses. A refused visitor is an
   * `Admission`. Throws `time-out-of-range`.
   */
  admit(code: string, now: number): Admission {
    text("the code", code);
    return this.#noted(this.#call(now, (raw) => raw.admit(code, now)));
  }

  /** The same with the bytes of a token. */
  admitBytes(token: Uint8Array, now: number): Admission {
    const given = bytes("the token", token);
    return this.#noted(this.#call(now, (raw) => raw.admitBytes(given, now)));
  }

  /** The first half of `admit`: everything but the store. */
  begin(code: string, now: number): Begun {
    text("the code", code);
    type Raw =
      | { kind: "asking"; attempt: Attempt; pending: RawPending }
      | { kind: "stopped"; rejection: Rejection };
    const begun = this.#call<Raw>(now, (raw) => raw.begin(code, now));
    if (begun.kind === "stopped") return begun;
    return { kind: "asking", pending: new Pending(begun.attempt, begun.pending, gateHost()) };
  }

  /**
   * The second half: the answer of the store decides. It must come from the store of this gate.
   * Throws `finished-before`, `other-gate`, and `attempt-lost` after a defect.
   */
  finish(pending: Pending, answer: StoreAnswer, now: number): Admission {
    const inside = instance("the attempt", pending, Pending).inside(gateHost());
    return this.#noted(this.#call(now, (raw) => raw.finish(inside, answer, now)));
  }

  /**
   * Opens a challenge of this gate. The first admitted answer uses the challenge up. After a defect
   * of the module no challenge is open. Throws `challenge-other-gate`, `challenge-over` and others.
   */
  openChallenge(challenge: Challenge, now: number): void {
    this.#call(now, (raw) => raw.openChallenge(challenge, now));
  }

  /** Makes and opens a challenge that lives for `seconds`. Show `challengeQrText` of it. */
  ask(seconds: number, now: number): Challenge {
    number("the life", seconds);
    return this.#call(now, (raw) => raw.ask(seconds, now));
  }

  /** Goes on with other keys and lists, and the same rules. */
  replaceLists(trust: Trust, statusLists: readonly StatusList[]): void {
    instance("the trust", trust, Trust);
    const host = gateHost();
    const raw = this.#handle.in(host);
    const [keys, lists] = [trust.handle.in(host), StatusList.copies(statusLists, host)];
    host.run(() => raw.replaceLists(keys, lists));
    [this.#trust, this.#lists] = [trust, [...statusLists]];
    this.#settings.clock = this.clockState();
  }

  /**
   * Asks the store how it is, without a visitor: call it about once a second while nobody comes.
   */
  keepAlive(now: number): void {
    this.#call(now, (raw) => raw.keepAlive(now));
  }

  /** What the gate knows about the time, to be stored. */
  clockState(): ClockState {
    const raw = this.#handle.in(gateHost());
    return gateHost().run(() => raw.clockState() as ClockState);
  }

  /** The error of the gate's clock in seconds, according to the last phones: positive when slow. */
  clockOffset(): number | undefined {
    const raw = this.#handle.in(gateHost());
    return gateHost().run(() => raw.clockOffset() as number | undefined);
  }

  /** @internal */
  in(host: Host): RawGate {
    return this.#handle.in(host);
  }

  /** Remembers the time, so that another instance of the module goes on from there. */
  /** @internal */
  hear(now: number): void {
    number("now", now);
    if (Number.isSafeInteger(now)) this.#latest = Math.max(this.#latest, now);
    this.#store?.at(now, gateHost());
  }

  #noted(admission: Admission): Admission {
    if (admission.kind === "admitted") this.#settings.clock = this.clockState();
    return admission;
  }

  #call<T>(now: number, work: (raw: RawGate) => unknown): T {
    this.hear(now);
    const host = gateHost();
    const raw = this.#handle.in(host);
    return host.run(() => work(raw)) as T;
  }
}
