import { bytes, instance, number, text } from "./error.js";
import { anyHost, Handle, type Host, hosts, issuerHost, sameBytes } from "./host.js";
import { PreparedToken } from "./prepared.js";
import { PublicKey } from "./public-key.js";
import type {
  Arrival,
  Challenge,
  CodeFacts,
  Countdown,
  ErrorCorrection,
  GateCode,
  HeldCredential,
  Recipient,
  ScheduleStep,
  Slot,
  Token,
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
    this.#handle.in(anyHost());
  }

  /**
   * Takes in a credential from the issuer's server, or from the storage after a restart. Throws
   * `other-device`, `other-permit`, `not-a-credential`, and the codes of rejections.
   */
  accept(credential: Uint8Array, issuers: Trust, now: number): HeldCredential {
    const given = bytes("the credential", credential).slice();
    instance("the issuers", issuers, Trust);
    number("now", now);
    const host = this.#handle.home(anyHost);
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
    return new PreparedToken(this.#handle.home(anyHost), (host) => {
      const raw = this.#handle.in(host);
      return host.run(() => raw.prepare(recipient, now));
    });
  }

  /** Gives memory back at once. The object can still be used. */
  free(): void {
    this.#handle.free();
  }

  #call<T>(work: (raw: RawHolder) => unknown): T {
    const host = this.#handle.home(anyHost);
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
    this.#handle.in(anyHost());
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
    this.#handle.in(this.#handle.home(anyHost));
    // An earlier instance ordered the slot.
    if (slot.number < this.#base) return { kind: "withdrawn" };
    const inside = { ...slot, number: slot.number - this.#base };
    return this.#call((raw) => raw.prepared(inside, uptime));
  }

  /** Reports that the code of a slot could not be signed. Another is ordered after a second. */
  failed(slot: Slot, uptime: number): void {
    number("the uptime", uptime);
    this.#handle.in(this.#handle.home(anyHost));
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
    const host = this.#handle.home(anyHost);
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

/** A QR code that was drawn. */
export class QrPicture {
  readonly #handle: Handle<Inside.QrPicture>;

  /** @internal */
  constructor(content: string, level: ErrorCorrection) {
    this.#handle = new Handle((host) => host.run((glue) => new glue.QrPicture(content, level)));
    this.#handle.in(anyHost());
  }

  /** The version of the symbol, 1 to 40. */
  get version(): number {
    return this.#call((raw) => raw.version());
  }

  /** Modules along a side, without the light border of 4 modules. */
  get width(): number {
    return this.#call((raw) => raw.width());
  }

  /**
   * The modules row by row: 1 is dark, 0 is light. Without the light border: the page draws that.
   */
  modules(): Uint8Array {
    return this.#call((raw) => raw.modules());
  }

  /** An SVG picture with the light border. */
  toSvg(): string {
    return this.#call((raw) => raw.toSvg());
  }

  /** The same with a bar below that becomes shorter: `left` of `of` milliseconds. */
  toSvgWithCountdown(left: number, of: number): string {
    number("the time left", left);
    number("the whole time", of);
    return this.#call((raw) => raw.toSvgWithCountdown(left, of));
  }

  /** A PNG picture with the light border, 1 to 255 pixels a module: by the module for issuers. */
  toPng(pixelsPerModule: number): Uint8Array {
    number("the pixels of a module", pixelsPerModule);
    const host = issuerHost();
    const raw = this.#handle.in(host);
    return host.run(() => raw.toPng(pixelsPerModule));
  }

  /** The pixels of a module with which the picture is at most `side` pixels wide. */
  pixelsToFit(side: number): number | undefined {
    number("the side", side);
    return this.#call((raw) => raw.pixelsToFit(side));
  }

  /** Gives memory back at once. The object can still be used. */
  free(): void {
    this.#handle.free();
  }

  #call<T>(work: (raw: Inside.QrPicture) => unknown): T {
    const host = this.#handle.home(anyHost);
    const raw = this.#handle.in(host);
    return host.run(() => work(raw)) as T;
  }
}

/** Draws a text of the 45 characters of alphanumeric mode, such as `qrText` of a token. */
export function drawQr(content: string, level: ErrorCorrection = "medium"): QrPicture {
  return new QrPicture(text("the text", content), level);
}

/** The text of the code that a gate shows to phones to ask a question. */
export function challengeQrText(challenge: Challenge): string {
  return anyHost().run((glue) => glue.challengeQrText(challenge));
}

/** The text of the code that a gate prints once: its name alone. */
export function gateNameQrText(gate: string): string {
  text("the gate", gate);
  return anyHost().run((glue) => glue.gateNameQrText(gate));
}

/** Reads the code of a gate that the phone scanned. Throws `not-ours`, `malformed` and others. */
export function readGateCode(content: string): GateCode {
  text("the text", content);
  return anyHost().run((glue) => glue.readGateCode(content) as GateCode);
}

/** Reads the bytes of a token, and verifies nothing. */
export function readToken(token: Uint8Array): Token {
  const given = bytes("the token", token);
  return anyHost().run((glue) => glue.readToken(given) as Token);
}

/** Reads the text of a token, from a QR code or a link, and verifies nothing. */
export function readTokenText(content: string): Token {
  text("the text", content);
  return anyHost().run((glue) => glue.readTokenText(content) as Token);
}

/** What the text of a token says, as CBOR diagnostic notation with comments. */
export function inspect(content: string): string {
  text("the text", content);
  return anyHost().run((glue) => glue.inspect(content));
}

/** CBOR bytes, such as claims of an application, as diagnostic notation (RFC 8949 §8). */
export function diagnosticNotation(cbor: Uint8Array): string {
  const given = bytes("the bytes", cbor);
  return anyHost().run((glue) => glue.diagnosticNotation(given));
}

/** Every code with which a token is refused, in the order of the checks. */
export function rejectionCodes(): CodeFacts[] {
  return anyHost().run((glue) => glue.rejectionCodes() as CodeFacts[]);
}

/** Every code with which a trust list or a status list is refused. */
export function listRejectionCodes(): CodeFacts[] {
  return anyHost().run((glue) => glue.listRejectionCodes() as CodeFacts[]);
}

/**
 * Defects that a test asks for, in each module that is loaded: a panic, and a trap without a word.
 * The package that users get has neither, and says so by `undefined`.
 */
export function defectsForTests(): { panic(): void; trap(): void } | undefined {
  const broken = [hosts.gate, hosts.issuer, hosts.holder].filter(
    (host) => host?.ready && host.run((glue) => "panicForTests" in glue),
  ) as Host[];
  const called = (name: "panicForTests" | "trapForTests") => () => {
    const thrown: unknown[] = [];
    for (const host of broken) {
      try {
        host.run((glue) => (glue as unknown as Record<typeof name, () => void>)[name]());
      } catch (defect) {
        thrown.push(defect);
      }
    }
    if (thrown.length > 0) throw thrown[0];
  };
  const defects = { panic: called("panicForTests"), trap: called("trapForTests") };
  return broken.length > 0 ? defects : undefined;
}

/** The seconds since 1970, as this machine's clock has them. */
export function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}
