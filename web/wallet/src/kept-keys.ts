// Keys of issuers, as records keep them.

import { PublicKey, Trust, type TrustedKey } from "livepermit/holder";

import type { KeptKey } from "./record.js";

/** The keys as the library takes them; nothing for none. */
export function trustOf(keys: readonly TrustedKey[]): Trust | undefined {
  return keys.length === 0 ? undefined : new Trust(keys);
}

/** A key as it is stored. */
export function kept(trusted: TrustedKey): KeptKey {
  return { ...trusted, key: trusted.key.coseKey };
}

/** A key that was stored. */
export function loaded(stored: KeptKey): TrustedKey {
  return { ...stored, key: PublicKey.fromCoseKey(stored.key) };
}
