import { bytes, number, text } from "./error.js";
import type { GateSettings, Retention } from "./gate-records.js";
import { gateHost } from "./host.js";
import type { KeptTrust } from "./kept-gate.js";
import { PublicKey } from "./public-key.js";
import type { CodeFacts, TrustedKey } from "./records.js";
import { Trust } from "./trust.js";

// The setup of a gate: one code that the operator signed, with all that a gate needs. The first one
// counts because a person compared a number on two screens; each later one is signed by the
// operator's key that the one before named.

/** A setup that was read and is **not verified**: anybody can make one with any content. */
export interface UnverifiedSetup {
  /** For `setupCheckNumber`, `acceptFirstSetup` and `acceptNextSetup`. */
  readonly bytes: Uint8Array;
  /** The name that the setup gives the gate. */
  readonly gate: string;
  /** The number that the setup claims to have. */
  readonly version: number;
}

/** Whom a gate trusts. */
export type SetupTrust =
  /** These keys, until the next setup. */
  | { readonly kind: "named"; readonly keys: readonly TrustedKey[] }
  /** The keys of a signed list, which the gate fetches. */
  | {
      readonly kind: "listed";
      readonly name: string;
      readonly roots: readonly PublicKey[];
      readonly lowestVersion: number;
      readonly address: string;
    };

/** Where the gates of a zone share their memory: see `RelayStore`. */
export interface RelayAccess {
  readonly address: string;
  /** The secret that this gate and the relay share: 32 bytes. */
  readonly key: Uint8Array;
}

/** A setup that this gate accepted. */
export interface GateSetup {
  /** Store them, and give them to `storedSetup` after a reload. They hold the key of the relay. */
  readonly bytes: Uint8Array;
  /** The number of this setup. Every later setup of the gate has a higher number. */
  readonly version: number;
  readonly issuedAt: number;
  /** The key that signs the next setup. */
  readonly operator: PublicKey;
  /** The place and the rules of the gate, ready for `KeptGate`. */
  readonly settings: GateSettings;
  readonly trust: SetupTrust;
  /** Where the gate fetches the lists of withdrawn permits. */
  readonly statusLists: readonly string[];
  /** Where the gate shares its memory of used codes; nothing: it is alone. */
  readonly relay?: RelayAccess;
  /** How long the memory of used codes remembers. */
  readonly retention: Retention;
}

/** Reads the text of a setup: that of a QR code, or of a link. Throws the codes of setups. */
export function readSetup(code: string): UnverifiedSetup {
  text("the code", code);
  return gateHost().run((glue) => glue.readSetup(code) as UnverifiedSetup);
}

/** Reads the bytes of a setup. Throws the codes of setups. */
export function readSetupBytes(setup: Uint8Array): UnverifiedSetup {
  const given = bytes("the setup", setup);
  return gateHost().run((glue) => glue.readSetupBytes(given) as UnverifiedSetup);
}

/**
 * The check number: twelve digits in three groups, for the person who compares the operator's
 * screen with the gate's. Takes a phone a fifth of a second.
 */
export function setupCheckNumber(setup: Uint8Array): string {
  const given = bytes("the setup", setup);
  return gateHost().run((glue) => glue.setupCheckNumber(given) as string);
}

/**
 * Accepts the first setup of a gate. `compared` is the check number as the **operator's** screen
 * shows it: what a person typed, or that of `setupCheckNumber` after a person said that both
 * screens show the same. Throws the codes of setups, such as `setup-other-number`.
 */
export function acceptFirstSetup(
  setup: Uint8Array,
  compared: string,
  now: number,
  skew = 5,
): GateSetup {
  const given = bytes("the setup", setup);
  text("the number", compared);
  number("now", now);
  number("the skew", skew);
  return made(gateHost().run((glue) => glue.acceptFirstSetup(given, compared, now, skew) as Raw));
}

/**
 * Accepts a later setup of a gate that has `held` now. Throws the codes of setups, such as
 * `setup-unknown-key`; the gate then keeps the setup that it has.
 */
export function acceptNextSetup(
  setup: Uint8Array,
  held: GateSetup,
  now: number,
  skew = 5,
): GateSetup {
  const [given, before] = [bytes("the setup", setup), bytes("the setup held", held.bytes)];
  number("now", now);
  number("the skew", skew);
  return made(gateHost().run((glue) => glue.acceptNextSetup(given, before, now, skew) as Raw));
}

/** Reads a setup that this gate accepted before, from its own storage. No signature is checked. */
export function storedSetup(setup: Uint8Array): GateSetup {
  const given = bytes("the setup", setup);
  return made(gateHost().run((glue) => glue.storedSetup(given) as Raw));
}

/** What `KeptGate` trusts by this setup. */
export function trustOfSetup({ trust }: GateSetup): KeptTrust {
  if (trust.kind === "named") return { keys: new Trust(trust.keys) };
  const { name, roots, lowestVersion } = trust;
  return { name, roots, lowestVersion };
}

/** Every code with which a setup is refused. */
export function setupRejectionCodes(): CodeFacts[] {
  return gateHost().run((glue) => glue.setupRejectionCodes() as CodeFacts[]);
}

type RawKey = Omit<TrustedKey, "key"> & { readonly key: Uint8Array };
type RawTrust =
  | { readonly kind: "named"; readonly keys: readonly RawKey[] }
  | (Omit<Extract<SetupTrust, { kind: "listed" }>, "roots"> & {
      readonly roots: readonly Uint8Array[];
    });
type Raw = Omit<GateSetup, "operator" | "trust"> & {
  readonly operator: Uint8Array;
  readonly trust: RawTrust;
};

function made(raw: Raw): GateSetup {
  const { operator, trust } = raw;
  return {
    ...raw,
    operator: PublicKey.of(operator),
    trust:
      trust.kind === "named"
        ? { kind: "named", keys: trust.keys.map((key) => ({ ...key, key: PublicKey.of(key.key) })) }
        : { ...trust, roots: trust.roots.map((root) => PublicKey.of(root)) },
  };
}
