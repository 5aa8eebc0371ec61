import { bytes, instance, number, text } from "./error.js";
import { Handle, holderHost, sameBytes } from "./host.js";
import { PreparedToken } from "./prepared.js";
import { PublicKey } from "./public-key.js";
import type {
  Arrival,
  Countdown,
  GateCode,
  HeldCredential,
  Recipient,
  ScheduleStep,
  Slot,
} from "./records.js";
import { Trust } from "./trust.js";
import type * as Inside from "./wasm/issuer.js";

type RawHolder = Inside.Holder;

/** The wallet for one permit on one device: it holds credentials for today and the next days. */
export class Holder {
  readonly deviceKey: PublicKey;
  readonly #handle: Handle<RawHolder>;
  /** What was accepted and is still held, so that another instance can accept it again. */
  #accepted: { bytes: Uint8Array; issuers: Trust; now: number }[] = [];

  constructor(deviceKey: PublicKey) {
    this.deviceKey = instance("the key", deviceKey, PublicKey);
    this.#handle = new Handle((host) => {
      const raw = host.run((glue) => new glue.Holder(deviceKey.coseKey));
      for (const { bytes, issuers, now } of this.#accepted) {
        const trust = issuers.handle.in(host);
        host.run(() => raw.accept(bytes, trust, now));
      }
      return raw;
    });
    this.#handle.in(holderHost());
  }

  /**
   * Takes in a credential from the issuer's server, or from the storage after a restart. Throws
   * `other-device`, `other-permit`, `not-a-credential`, and the codes of rejections.
   */
  accept(credential: Uint8Array, issuers: Trust, now: number): HeldCredential {
    const given = bytes("the credential", credential).slice();
    instance("the issuers", issuers, Trust);
    number("now", now);
    const host = this.#handle.home(holderHost);
    const [raw, trust] = [this.#handle.in(host), issuers.handle.in(host)];
    const held = host.run(() => raw.accept(given, trust, now) as HeldCredential);
    const left = host.run(() => raw.credentials() as HeldCredential[]);
    this.#accepted.push({ bytes: given, issuers, now });
    this.#accepted = this.#accepted.filter((one, at, all) =>
      left.some((other) => sameBytes(one.bytes, other.bytes)) &&
      all.findLastIndex((later) => sameBytes(one.bytes, later.bytes)) === at,
    );
    return held;
  }

  /** The credentials, the earliest first. */
  credentials(): HeldCredential[] {
    return this.#call((raw) => raw.credentials());
  }

  /** The credential that is valid now. */
  current(now: number): HeldCredential | undefined {
    number("now", now);
    return this.#call((raw) => raw.current(now));
  }

  /**
   * Prepares a presentation of the credential that is valid now. `now` is the time that the code
   * carries: `issuedAt` of a slot of a schedule. Throws `no-credential`, `credential-expired`,
   * `credential-not-yet-valid`.
   */
  prepare(recipient: Recipient, now: number): PreparedToken {
    number("now", now);
    return new PreparedToken(this.#handle.home(holderHost), (host) => {
      const raw = this.#handle.in(host);
      return host.run(() => raw.prepare(recipient, now));
    });
  }

  /** Gives memory back at once. The object can still be used. */
  free(): void {
    this.#handle.free();
  }

  #call<T>(work: (raw: RawHolder) => unknown): T {
    const host = this.#handle.home(holderHost);
    const raw = this.#handle.in(host);
    return host.run(() => work(raw)) as T;
  }
}

type Times = readonly [notBefore: number, expires: number, window: number, refresh: number];

/**
 * The display loop of a phone without I/O: it gets two clock readings and says what to do.
 *
 * `wall` is the time in seconds since 1970. `uptime` is a counter in milliseconds that nobody can
 * set: `performance.now`. Read both right after each other. Call `at` when `wake` has come, when a
 * signature has come, when the page comes to the front. `liveCodes` does all that.
 */
export class CodeSchedule {
  readonly #handle: Handle<Inside.CodeSchedule>;
  #times: Times;
  /** Numbers of slots go on in the next instance. */
  #base = 0;
  #next = 0;

  /**
   * `window` is how long codes live, `refresh` how often a code is replaced: 10 seconds is usual.
   */
  constructor(notBefore: number, expires: number, window: number, refresh: number) {
    this.#times = times(notBefore, expires, window, refresh);
    this.#handle = new Handle((host) => {
      this.#base = this.#next;
      return host.run((glue) => new glue.CodeSchedule(...this.#times));
    });
    this.#handle.in(holderHost());
  }

  /** Continues with another credential. A shown code stays as long as planned. */
  renew(notBefore: number, expires: number, window: number, refresh: number): void {
    const next = times(notBefore, expires, window, refresh);
    this.#call((raw) => raw.renew(...next));
    this.#times = next;
  }

  /** Says what to do now. Throws `time-out-of-range`, `number-negative`, `number-unsafe`. */
  at(wall: number, uptime: number): ScheduleStep {
    number("the time", wall);
    number("the uptime", uptime);
    const step = this.#call<ScheduleStep>((raw) => raw.at(wall, uptime));
    const { screen, prepare } = step;
    return {
      ...step,
      screen: screen.kind === "code" ? { ...screen, slot: this.#outside(screen.slot) } : screen,
      ...(prepare === undefined ? {} : { prepare: this.#outside(prepare) }),
    };
  }

  /** Reports that the code of a slot is signed and drawn. Throws `slot-unknown`. */
  prepared(slot: Slot, uptime: number): Arrival {
    number("the uptime", uptime);
    this.#handle.in(this.#handle.home(holderHost));
    // An earlier instance ordered the slot.
    if (slot.number < this.#base) return { kind: "withdrawn" };
    const inside = { ...slot, number: slot.number - this.#base };
    return this.#call((raw) => raw.prepared(inside, uptime));
  }

  /** Reports that the code of a slot could not be signed. Another is ordered after a second. */
  failed(slot: Slot, uptime: number): void {
    number("the uptime", uptime);
    this.#handle.in(this.#handle.home(holderHost));
    if (slot.number < this.#base) return;
    const inside = { ...slot, number: slot.number - this.#base };
    this.#call((raw) => raw.failed(inside, uptime));
  }

  /** How long the code on the screen still has; nothing when there should be none. */
  remaining(wall: number, uptime: number): Countdown | undefined {
    number("the time", wall);
    number("the uptime", uptime);
    return this.#call((raw) => raw.remaining(wall, uptime));
  }

  /** When to fetch the next credential: after half of this one's life. */
  fetchFrom(): number {
    return this.#call((raw) => raw.fetchFrom());
  }

  #outside(slot: Slot): Slot {
    const named = { ...slot, number: slot.number + this.#base };
    this.#next = Math.max(this.#next, named.number + 1);
    return named;
  }

  #call<T>(work: (raw: Inside.CodeSchedule) => unknown): T {
    const host = this.#handle.home(holderHost);
    const raw = this.#handle.in(host);
    return host.run(() => work(raw)) as T;
  }
}

function times(notBefore: number, expires: number, window: number, refresh: number): Times {
  return [
    number("notBefore", notBefore),
    number("expires", expires),
    number("the window", window),
    number("the refresh", refresh),
  ];
}

/** Reads the code of a gate that the phone scanned. Throws `not-ours`, `malformed` and others. */
export function readGateCode(content: string): GateCode {
  text("the text", content);
  return holderHost().run((glue) => glue.readGateCode(content) as GateCode);
}
