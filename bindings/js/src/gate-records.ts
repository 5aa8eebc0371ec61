import type { Acting, Form, Person, Rejection, StatusReference } from "./records.js";

/** Whether withdrawn permits are noticed. There is no default. */
export type RevocationPolicy =
  /** The greatest age of a list, and seconds for which an older list is used with a caution. */
  | { readonly kind: "required"; readonly maxAge: number; readonly grace: number }
  | { readonly kind: "not-checked" };

/** The rules of a gate. `policy` makes one. */
export interface Policy {
  /** The gate's name. */
  gate: string;
  /** The classes of permits that are accepted. */
  classes: readonly string[];
  revocation: RevocationPolicy;
  /** Which audience a code must have. */
  audience: "own" | "own-or-any";
  /** The forms that are accepted. */
  forms: readonly Form[];
  /** Whether codes must answer a challenge. */
  challenge: "not-used" | "required";
  /** Whether a representative may show a permit. */
  acting: "refused" | "accepted";
  /** Classes that need no status, though `revocation` is `required`. */
  dangerousStatusExempt: readonly string[];
  /** The longest window of a code, in seconds. */
  window: number;
  /** The largest difference between right clocks, in seconds. */
  skew: number;
  /** The greatest age of a credential, in seconds. */
  maxCredentialAge: number;
}

/** A warning for the person at the gate. */
export interface Caution {
  /** The stable code, such as `printed`. */
  readonly code: string;
  readonly instruction: string;
}

/** What only a presentation has. */
export interface CredentialFacts {
  readonly notBefore: number;
  readonly expires: number;
  /** The device key, as `COSE_Key`. */
  readonly deviceKey: Uint8Array;
}

/** A verified permit: genuine, live, and for this gate. Whether the code was used, `Gate` knows. */
export interface Verified {
  readonly form: Form;
  readonly issuer: string;
  /** The number of the permit. */
  readonly subject: string;
  readonly permitClass: string;
  readonly keyId: Uint8Array;
  /** The gate for which the code was made; nothing: for every gate. */
  readonly audience?: string;
  readonly challengeAnswered: boolean;
  /** When the code was made; of a slip, when its validity began. */
  readonly issuedAt: number;
  /** The first second in which the code is stale. */
  readonly liveUntil: number;
  /** Seconds for which the code is live. */
  readonly window: number;
  readonly credential?: CredentialFacts;
  readonly person?: Person;
  readonly status?: StatusReference;
  readonly acting?: Acting;
  /** The number beside a slip's code. */
  readonly checkNumber?: string;
  /** The claims of the application: a CBOR map in its one deterministic form. */
  readonly application: Uint8Array;
  readonly cautions: readonly Caution[];
  /** 32 bytes that stay the same when the permit is re-issued. */
  readonly permitId: Uint8Array;
  /** Until when a memory of used codes must know this code. */
  readonly keepUntil: number;
}

/** The verdict on a code. */
export type Verdict =
  | { readonly kind: "accepted"; readonly verified: Verified }
  | { readonly kind: "refused"; readonly rejection: Rejection };

/** Which way people go. The cool-down applies to those who enter, and ends for those who leave. */
export type Passage = "enter" | "leave";

/** When the same permit is admitted again into one zone. */
export type CoolDownPolicy =
  /** When no code that was live at the admission is live any more. */
  | { readonly kind: "window" }
  | { readonly kind: "seconds"; readonly seconds: number }
  /** At once: two phones with the same key both enter. */
  | { readonly kind: "dangerous-none" };

/** What a gate knows about the time. Store it, and give it to the gate after a restart. */
export interface ClockState {
  /** The latest date of all accepted lists. An earlier clock is wrong. */
  readonly floor: number;
  /** The latest time of an admission. */
  readonly lastAdmission?: number | undefined;
}

/** The place and the rules of a lane. `gateSettings` makes one. */
export interface GateSettings {
  policy: Policy;
  lane: string;
  /** The zone behind the gate. */
  zone: string;
  passage: Passage;
  /** Seconds for which the same code at the same lane is `already-accepted-here`, not used. */
  debounce: number;
  coolDown: CoolDownPolicy;
  /**
   * What the gate does when its store gives no answer. Who admits then lets codes be used twice.
   */
  storeFailure: "refuse" | "dangerous-admit";
  /** Seconds without an admission after which the clock is doubted. */
  clockJump: number;
  clock?: ClockState | undefined;
  /** For tests: a window, skew or cool-down may be longer than the store remembers. */
  shortRetention: boolean;
}

/** The end of an admission. */
export type Admission =
  /** The door may open. */
  | {
      readonly kind: "admitted";
      readonly verified: Verified;
      readonly cautions: readonly Caution[];
    }
  /** The door stays closed. */
  | { readonly kind: "refused"; readonly rejection: Rejection };

/** How long a store remembers, in seconds. All gates of a zone have the same. */
export interface Retention {
  readonly largestWindow: number;
  readonly largestSkew: number;
  /** How far two clocks of the zone may be apart. */
  readonly clockDifference: number;
  readonly longestCoolDown: number;
  /** How long an old master of a replicated server can still answer; nothing: nobody knows. */
  readonly oldMaster?: number | undefined;
}

/** The question of a gate to the store of used codes. */
export interface Attempt {
  /** The permit: 32 bytes. */
  readonly permit: Uint8Array;
  /** The moment of the code; nothing for a slip. */
  readonly moment?: number | undefined;
  readonly liveUntil: number;
  /** Until when the store must remember the code. */
  readonly keepUntil: number;
  readonly gate: string;
  readonly lane: string;
  readonly zone: string;
  readonly passage: Passage;
  /** The gate's time. */
  readonly now: number;
  readonly debounce: number;
  readonly coolDown: number;
}

/** The answer of a store to an attempt. */
export type StoreAnswer =
  /** The store has recorded the code. */
  | { readonly kind: "not-used-before" }
  | { readonly kind: "already-accepted-here"; readonly then: number }
  | { readonly kind: "already-used"; readonly then: number }
  /** A newer code of the permit was used. */
  | { readonly kind: "superseded"; readonly newest: number }
  | { readonly kind: "cooling-down"; readonly until: number }
  /** The store lost its memory of that time. */
  | { readonly kind: "forgotten"; readonly until: number }
  | { readonly kind: "clock-apart"; readonly theirs: number }
  | { readonly kind: "full" }
  | { readonly kind: "no-answer"; readonly reason: string };

/** How a store was at its last answer. */
export interface StoreHealth {
  /** Until when the store admits nobody who enters, because it lost its memory. */
  readonly outOfOrderUntil?: number;
  /** How the store noticed the loss: a stable code. */
  readonly loss?: string;
  readonly cautions: readonly Caution[];
}

/** An operator's word that a store may go on after a loss. */
export type GoOn = "cool-downs-lost" | "nothing-was-admitted";

/** The largest status list that is accepted, in bytes. */
export interface StatusLimits {
  readonly listBytes: number;
  readonly inflatedBytes: number;
}

/** What a gate stores of an accepted status list, so that it refuses older ones after a restart. */
export interface HeldList {
  readonly issuer: string;
  readonly uri: string;
  readonly issuedAt: number;
  /** SHA-256 of the list. */
  readonly digest: Uint8Array;
}

/** A header of HTTP. */
export interface HttpHeader {
  readonly name: string;
  readonly value: string;
}

/** What to ask a server: a GET with these headers. Do not follow redirects. */
export interface ListRequest {
  readonly url: string;
  readonly headers: readonly HttpHeader[];
}

/** What to do with what came. */
export type FetchStep =
  | { readonly kind: "new-list"; readonly list: Uint8Array }
  | { readonly kind: "unchanged" }
  | { readonly kind: "ask-again" }
  | {
      readonly kind: "no-list";
      readonly code: string;
      readonly reason: string;
      readonly instruction: string;
    };

/** How a camera lays out its pixels, row by row from the top. `rgba` is a canvas. */
export type PixelLayout =
  | "luma" | "yuv420" | "yuyv" | "uyvy" | "rgb" | "rgba" | "bgr" | "bgra";

/** The sizes of a frame. Its pixels are an argument beside it. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Bytes from the start of one row to the start of the next. */
  readonly stride: number;
  readonly layout: PixelLayout;
}

/** A corner of a code, in pixels from the top left corner of the frame. */
export interface Corner {
  readonly x: number;
  readonly y: number;
}

/** A code that was read. **Nothing of its text is verified.** */
export interface FrameCode {
  /** Nothing if the bytes are not UTF-8 or are one part of a message in several codes. */
  readonly text?: string;
  readonly bytes: Uint8Array;
  /** Top left, top right, bottom right, bottom left of the code. */
  readonly corners: readonly Corner[];
}

/** What was seen in a frame. */
export interface FrameCodes {
  readonly codes: readonly FrameCode[];
  /** Whether something looked like a code and could not be read. */
  readonly hasUnread: boolean;
}

/** What a gate says of a code in a frame. */
export type ScanEvent =
  /** The door may open. Said once, however long the code is held. */
  | {
      readonly kind: "entered";
      readonly verified: Verified;
      readonly cautions: readonly Caution[];
      readonly corners: readonly Corner[];
    }
  | {
      readonly kind: "turned-away";
      readonly rejection: Rejection;
      readonly corners: readonly Corner[];
    }
  /** A code that is no permit. */
  | { readonly kind: "foreign"; readonly corners: readonly Corner[] }
  /** A code of which everything was said before. */
  | { readonly kind: "held"; readonly corners: readonly Corner[] }
  /** Something looks like a code and cannot be read. */
  | { readonly kind: "unreadable" };
