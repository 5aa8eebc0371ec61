import type { TrustedKey } from "livepermit/holder";

import type { Keys } from "./keys.js";
import type { Facts } from "./permit.js";
import type { PendingRequest } from "./protocol/authorize.js";
import type { Session } from "./protocol/step.js";

/**
 * What the wallet keeps of one permit. Nothing here decides: gates believe the issuer's signature
 * and the device's, and who changes a record changes what this screen says.
 */
export interface PermitRecord {
  readonly id: string;
  /** When the permit came to this phone, in seconds since 1970. */
  readonly added: number;
  readonly keys: Keys;
  readonly session: Session;
  /** What the person calls the permit, such as the name of a child. */
  readonly label?: string;
  /** Credentials, the latest last; none while the case is open. */
  readonly credentials: readonly Uint8Array[];
  /** What the latest credential says. */
  readonly facts?: Facts;
  /** The issuer's keys, as the wallet fetched them last. */
  readonly issuerKeys: readonly KeptKey[];
  /** What came of the last question to the issuer. */
  readonly last: LastAnswer;
  /** What the issuer's status list said last, and the time of that list. */
  readonly status?: { readonly value: number; readonly issuedAt: number };
}

/** A trusted key as the storage takes it: its key as bytes. */
export type KeptKey = Omit<TrustedKey, "key"> & { readonly key: Uint8Array };

/** What came of the last question to the issuer, and when the next is due. */
export interface LastAnswer {
  readonly at: number;
  readonly next: number;
  readonly problem?: Problem;
}

/** Why there is no newer credential. */
export type Problem =
  /** Nobody was reached. */
  | { readonly kind: "unreachable"; readonly reason: string }
  /** The case is open. */
  | { readonly kind: "waiting" }
  /** The issuer does not give a credential now, and says why. It may do so later. */
  | { readonly kind: "denied"; readonly reason: string }
  /** The issuer no longer knows this phone: another was bound, or nobody used the session. */
  | { readonly kind: "session-ended"; readonly reason: string }
  /** This phone's clock differs from the issuer's. */
  | { readonly kind: "clock"; readonly reason: string }
  /** What came is not what the wallet understands. */
  | { readonly kind: "not-understood"; readonly code: string; readonly reason: string };

/** A request for which the browser is at the issuer's page, and the keys that were made for it. */
export interface RequestRecord {
  readonly request: PendingRequest;
  readonly keys: Keys;
  readonly made: number;
}
