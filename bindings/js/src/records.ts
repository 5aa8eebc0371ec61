import type { Evidence } from "./error.js";
import type { PublicKey } from "./public-key.js";

/** What a key signs with: the names of COSE. `EdDSA` is the older number -8 of Ed25519. */
export type Algorithm = "Ed25519" | "EdDSA" | "ESP256";
/** The form in which a permit is shown. */
export type Form = "pass" | "credential" | "presentation" | "slip";
/** What a trusted key may sign. */
export type Use = "credential" | "pass" | "slip" | "status";
/** How much of a QR code may be unreadable: 7, 15 (for screens), 25 (for paper), 30 %. */
export type ErrorCorrection = "low" | "medium" | "quartile" | "high";

/** The person whom a permit names. */
export interface Person {
  /** The full name, as it is written: 1 to 80 characters. */
  readonly fullName: string;
  /** The date of birth as 4, 6 or 8 digits: `1949`, `194907`, `19490731`. */
  readonly birthDate?: string | undefined;
}

/** Where the status of a permit stands. */
export interface StatusReference {
  /** The URI of the status list. */
  readonly uri: string;
  /** The entry of the list, from 0. */
  readonly index: number;
  /**
   * The entry in decimal, where a token names one beyond 2^53 - 1, which no list has. Read alone.
   */
  readonly indexText?: string;
}

/** Who shows the permit of another person. */
export interface Acting {
  /** What the representative is, such as `guardian`. */
  readonly role: string;
  /** The permit number or name of the representative. */
  readonly representative: string;
}

/** What an issuer signs. `permit` makes one. */
export interface Permit {
  /** The number of the permit. */
  subject: string;
  /** The class, such as `bj.example:residence`. */
  permitClass: string;
  /** Seconds for which a code is live: 1 to 86,400. */
  window: number;
  person?: Person | undefined;
  status?: StatusReference | undefined;
  acting?: Acting | undefined;
  /** Claims of the application: a CBOR map. */
  application?: Uint8Array | undefined;
}

/** A token: structure and sizes are those of the format, and **nothing is verified**. */
export interface Token {
  readonly form: Form;
  readonly bytes: Uint8Array;
  /** The text for a QR code: the prefix `LP1:` and base45. */
  readonly qrText: string;
  /** The text for a link: base64url. */
  readonly linkText: string;
  /** The version of the QR code at medium error correction; nothing if none holds the token. */
  readonly qrVersion?: number;
}

/** A key of an issuer, what it may sign, and when. */
export interface TrustedKey {
  readonly issuer: string;
  readonly key: PublicKey;
  /** The key id, 1 to 32 bytes. With nothing, the first 8 bytes of the thumbprint. */
  readonly keyId?: Uint8Array | undefined;
  /** `EdDSA` for a key whose tokens carry the older COSE number -8. */
  readonly algorithm: Algorithm;
  readonly uses: readonly Use[];
  /** The classes of permits that the key may sign. */
  readonly classes: readonly string[];
  /** The first second in which the key may sign; nothing: always. */
  readonly notBefore?: number | undefined;
  /** The first second in which the key may not sign any more; nothing: never. */
  readonly signUntil?: number | undefined;
  /** The first second in which nothing of the key counts any more; nothing: never. */
  readonly expires?: number | undefined;
}

/** A question of a gate, to be answered by one presentation. */
export interface Challenge {
  readonly gate: string;
  /** 16 to 32 bytes, or six digits that a person speaks. */
  readonly nonce: Uint8Array;
  /** The first second in which the challenge is over. */
  readonly expires: number;
}

/** For whom a presentation is made. */
export type Recipient =
  | { readonly kind: "anyone" }
  | { readonly kind: "one-gate"; readonly gate: string }
  | { readonly kind: "asked"; readonly gate: string; readonly nonce: Uint8Array };

/** What a gate shows to phones: its name, printed once, or a question. */
export type GateCode =
  | { readonly kind: "of-gate"; readonly gate: string }
  | { readonly kind: "question"; readonly challenge: Challenge };

/** A credential that the wallet holds. */
export interface HeldCredential {
  /** The bytes, to be stored. */
  readonly bytes: Uint8Array;
  readonly issuer: string;
  readonly subject: string;
  readonly permitClass: string;
  /** The first second of its validity. */
  readonly notBefore: number;
  /** The first second after its validity. */
  readonly expires: number;
  /** Seconds for which a code is live. */
  readonly window: number;
  readonly person?: Person;
  readonly status?: StatusReference;
  readonly acting?: Acting;
  /** Claims of the application: a CBOR map. */
  readonly application: Uint8Array;
}

/** One code of a schedule. */
export interface Slot {
  /** Its number: the key under which an app keeps the picture. */
  readonly number: number;
  /** The time to sign. It may be a few seconds ahead; the code is shown when the time has come. */
  readonly issuedAt: number;
}

/** What the screen must show now. It is a state: apply it as often as you like. */
export type Screen =
  | { readonly kind: "code"; readonly slot: Slot }
  /** No code is ready: show a spinner. */
  | { readonly kind: "waiting" }
  /** By this phone's clock the credential is not valid yet. */
  | { readonly kind: "not-yet-valid"; readonly from: number }
  /** No further code: fetch another credential and call `renew`. */
  | { readonly kind: "ended"; readonly at: number };

/** What to do now: apply `screen` first, then `prepare`. */
export interface ScheduleStep {
  readonly screen: Screen;
  /** Sign the code of this slot now, and report with `prepared` or `failed`. */
  readonly prepare?: Slot;
  /** The clock was set by so many seconds, forward is positive. Codes and orders were dropped. */
  readonly clockChanged?: number;
  /** Fetch the next credential when there is a network. */
  readonly fetch: boolean;
  /** Call `at` again at this uptime, in milliseconds, or earlier. */
  readonly wake: number;
}

/** What becomes of a signed code. */
export type Arrival =
  /** Keep the code under its slot, and call `at`. */
  | { readonly kind: "accepted" }
  | { readonly kind: "too-late"; readonly byMillis: number }
  | { readonly kind: "withdrawn" };

/** The time that the code on the screen has left, in milliseconds, for a ring or a bar. */
export interface Countdown {
  /** Time until the next code is due. */
  readonly toNext: number;
  /** Where `toNext` begins. */
  readonly refresh: number;
  /** Time until gates refuse this code. */
  readonly lifeLeft: number;
  /** Where `lifeLeft` begins. */
  readonly life: number;
}

/** Why a code is refused. */
export interface Rejection {
  /** The stable code, such as `stale`. `rejectionCodes` has all. */
  readonly code: string;
  /** The step of verification that refused, such as `freshness`. */
  readonly stage: string;
  /** Who has to act, such as `not-live`. With `ours`, the gate itself is at fault. */
  readonly fault: string;
  /** The code and the values compared, in one line, for a log. */
  readonly reason: string;
  /** What the person at the gate should do. */
  readonly instruction: string;
  readonly evidence: Evidence;
}

/** What a stable code means. */
export interface CodeFacts {
  readonly code: string;
  /** The step of verification that gives the code; nothing for lists. */
  readonly stage?: string;
  /** Who has to act; nothing for lists. */
  readonly fault?: string;
  readonly cause: string;
  readonly instruction: string;
}

/** How long a credential is valid, in seconds before and after now. */
export interface Validity {
  readonly backdate: number;
  readonly lifetime: number;
}
