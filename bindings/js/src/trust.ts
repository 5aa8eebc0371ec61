import { number } from "./error.js";
import { anyHost, Handle, type Host } from "./host.js";
import { PublicKey } from "./public-key.js";
import type { TrustedKey } from "./records.js";
import type * as Inside from "./wasm/issuer.js";

type Raw = Inside.Trust;

/** The keys that a verifier or a wallet trusts. */
export class Trust {
  /** @internal */
  handle: Handle<Raw>;

  /** Trusts these keys, named one by one. Throws the codes of trust, such as `key-twice`. */
  constructor(keys: readonly TrustedKey[]) {
    const kept = keys.map((key) => ({ ...key }));
    this.handle = new Handle((host) => host.run((glue) => new glue.Trust(kept)));
    this.handle.in(anyHost());
  }

  /** @internal */
  static made(make: (host: Host) => Raw): Trust {
    const trust = new Trust([]);
    trust.handle = new Handle(make);
    return trust;
  }

  /**
   * Prepares tables for the keys, so that each signature is checked faster. `bytes` is the memory
   * for all tables: 128 KiB a key are the smallest tables, and 4 MiB pay. The module for issuers
   * alone has tables: in the others the keys stay as they are.
   */
  withTables(bytes: number): Trust {
    number("the memory for tables", bytes);
    const trust = Trust.made((host) => {
      const plain = this.handle.in(host);
      return host.run(() => plain.withTables(bytes));
    });
    trust.handle.in(anyHost());
    return trust;
  }

  /** The keys, in the order of their key ids. */
  keys(): TrustedKey[] {
    const host = anyHost();
    const raw = this.handle.in(host);
    const keys = host.run(() => raw.keys() as (Omit<TrustedKey, "key"> & { key: Uint8Array })[]);
    return keys.map((entry) => ({ ...entry, key: PublicKey.of(entry.key) }));
  }

  /** Gives memory back at once. The object can still be used. */
  free(): void {
    this.handle.free();
  }
}
