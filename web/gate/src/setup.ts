import type { GateKey, GateOptions } from "../../components/src/gate/permit-gate.js";

/** A setup that this gate accepted. It is plain data. */
export interface HeldSetup {
  readonly version: number;
  readonly options: GateOptions;
}

/** A setup that was read and that nobody has compared yet. */
export interface Proposal {
  readonly gate: string;
  readonly version: number;
  /** What the operator's screen must show too. */
  readonly checkNumber: string;
  /** Accepts, because a person compared the number. */
  accept(): HeldSetup;
}

/** Why a setup is refused. */
export class SetupRefused extends Error {}

/** What the storage has; nothing before the first setup. */
export function heldSetup(kept: unknown): HeldSetup | undefined {
  return kept === undefined ? undefined : (kept as HeldSetup);
}

/** Reads a setup: JSON with bytes in hexadecimal. Throws `SetupRefused`. */
export async function readSetup(text: string, before: HeldSetup | undefined): Promise<Proposal> {
  let raw: RawSetup;
  try {
    raw = JSON.parse(text) as RawSetup;
  } catch (failure) {
    throw new SetupRefused(String(failure));
  }
  const { version, policy } = raw;
  if (!Number.isSafeInteger(version) || typeof policy?.gate !== "string") {
    throw new SetupRefused("no version, or no gate");
  }
  if (before !== undefined && version <= before.version) {
    throw new SetupRefused(`version ${version} is not newer than ${before.version}`);
  }
  const options = optionsOf(raw);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text.trim()));
  return {
    gate: policy.gate,
    version,
    checkNumber: digits(new DataView(digest)),
    accept: () => ({ version, options }),
  };
}

type RawTrust =
  | { kind: "keys"; keys: (Omit<GateKey, "key"> & { key: string })[] }
  | { kind: "list"; name: string; roots: string[]; lowestVersion: number; url: string };
type RawSetup = Omit<GateOptions, "trust"> & { version: number; trust: RawTrust };

function optionsOf({ version: _, trust, ...rest }: RawSetup): GateOptions {
  if (trust.kind === "keys") {
    const keys = trust.keys.map((key) => ({ ...key, key: bytes(key.key) }));
    return { ...rest, trust: { kind: "keys", keys } };
  }
  return { ...rest, trust: { ...trust, roots: trust.roots.map(bytes) } };
}

function bytes(hex: string): Uint8Array {
  const pairs = hex.match(/[0-9a-f]{2}/g) ?? [];
  if (pairs.join("") !== hex) throw new SetupRefused("bytes are not in hexadecimal");
  return new Uint8Array(pairs.map((pair) => Number.parseInt(pair, 16)));
}

/** Twelve digits in three groups. */
function digits(digest: DataView): string {
  const number = digest.getBigUint64(0) % 1_000_000_000_000n;
  return String(number).padStart(12, "0").replace(/(\d{4})(?=\d)/g, "$1 ");
}
