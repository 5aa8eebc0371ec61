// A permit as the wallet shows it: the record, and what the library makes of it.

import {
  type Acting,
  type DeviceKey,
  Holder,
  type HeldCredential,
  type Person,
  type StatusReference,
} from "livepermit/holder";

import { loaded, trustOf } from "./kept-keys.js";
import { deviceKeyOf } from "./keys.js";
import type { PermitRecord, Problem } from "./record.js";

/** What a credential says, to be shown also when it has ended. */
export interface Facts {
  readonly subject: string;
  readonly permitClass: string;
  readonly expires: number;
  readonly person?: Person;
  readonly acting?: Acting;
  readonly status?: StatusReference;
}

/** Whether there can be codes, and if not, why. */
export type PermitState =
  | { readonly kind: "good"; readonly expires: number }
  /** The office has not decided. */
  | { readonly kind: "waiting" }
  /** By the issuer's status list. */
  | { readonly kind: "withdrawn" }
  | { readonly kind: "suspended" }
  /** The credential has ended and no newer one came. */
  | { readonly kind: "ended"; readonly at: number }
  /** The browser lost the key, or keeps another one. */
  | { readonly kind: "key-gone" }
  /** The credential is not valid now, by this phone's clock, and has not ended either. */
  | { readonly kind: "clock" }
  /** There is no credential that the library accepts. */
  | { readonly kind: "none" };

const WITHDRAWN = 1;
const SUSPENDED = 2;

export class Permit {
  readonly record: PermitRecord;
  readonly holder: Holder | undefined;
  readonly key: DeviceKey | undefined;

  private constructor(record: PermitRecord, key?: DeviceKey, holder?: Holder) {
    this.record = record;
    this.key = key;
    this.holder = holder;
  }

  /** Opens a record at the time `now`. What is wrong with it becomes its state. */
  static async open(record: PermitRecord, now: number): Promise<Permit> {
    let key: DeviceKey;
    try {
      key = await deviceKeyOf(record.keys);
    } catch {
      return new Permit(record);
    }
    const holder = new Holder(key.publicKey);
    const trust = trustOf(record.issuerKeys.map(loaded));
    for (const credential of record.credentials) {
      if (trust === undefined) break;
      try {
        holder.accept(credential, trust, now);
      } catch {
        // It has ended, or its key no longer counts: the state says that there is none.
      }
    }
    return new Permit(record, key, holder);
  }

  get id(): string {
    return this.record.id;
  }

  /** What the latest credential says. */
  get facts(): Facts | undefined {
    return this.holder?.credentials().at(-1) ?? this.record.facts;
  }

  /** Why the last question to the issuer gave no credential. */
  get problem(): Problem | undefined {
    return this.record.last.problem;
  }

  state(now: number): PermitState {
    if (this.key === undefined) return { kind: "key-gone" };
    switch (this.record.status?.value) {
      case WITHDRAWN:
        return { kind: "withdrawn" };
      case SUSPENDED:
        return { kind: "suspended" };
    }
    const current = this.holder?.current(now);
    if (current !== undefined) return { kind: "good", expires: current.expires };
    if (this.record.session.transaction !== undefined) return { kind: "waiting" };
    const { facts } = this;
    if (facts === undefined) return { kind: "none" };
    return facts.expires > now ? { kind: "clock" } : { kind: "ended", at: facts.expires };
  }
}

/** What of a credential is kept in its record. */
export function factsOf(held: HeldCredential): Facts {
  const { subject, permitClass, expires, person, acting, status } = held;
  return {
    subject, permitClass, expires,
    ...(person === undefined ? {} : { person }),
    ...(acting === undefined ? {} : { acting }),
    ...(status === undefined ? {} : { status }),
  };
}
