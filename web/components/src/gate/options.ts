import type { GateSettings, Policy, Retention, TrustedKey } from "livepermit/gate";

/** A trusted key, with its bytes as `COSE_Key`: what can be stored and sent to a worker. */
export type GateKey = Omit<TrustedKey, "key"> & { readonly key: Uint8Array };

/** Whom a gate trusts. */
export type GateTrust =
  /** These keys. */
  | { readonly kind: "keys"; readonly keys: readonly GateKey[] }
  /** The trust list of this name, signed by one of these roots, fetched from this address. */
  | {
      readonly kind: "list";
      readonly name: string;
      readonly roots: readonly Uint8Array[];
      readonly lowestVersion: number;
      readonly url: string;
    };

/** Everything that a gate has to be told. It is plain data. */
export type GateOptions = GateSetupOptions | GateRuleOptions;

/** What the operator signed. */
export interface GateSetupOptions {
  /** The bytes of a setup that this gate **accepted** before: those of `acceptFirstSetup`. */
  readonly setup: Uint8Array;
  /** Whether codes must answer a question, also where the setup does not say so. */
  readonly asks?: boolean;
  /** The name of the database. */
  readonly database?: string;
}

/** What the page itself says. */
export interface GateRuleOptions {
  /** The rules. What is not named is as `policy` of the library has it. */
  readonly policy: Pick<Policy, "gate" | "classes" | "revocation"> & Partial<Policy>;
  /** Lane, zone and others. What is not named is as `gateSettings` of the library has it. */
  readonly settings?: Partial<Omit<GateSettings, "policy" | "clock">>;
  readonly trust: GateTrust;
  /** Addresses of status lists. */
  readonly statusLists?: readonly string[];
  /** How long used codes are remembered. */
  readonly retention?: Retention;
  /** The name of the database. Lanes that share a zone on one device name the same. */
  readonly database?: string;
}

/** The place of a gate. */
export interface GatePlace {
  readonly gate: string;
  readonly lane: string;
  readonly zone: string;
}
