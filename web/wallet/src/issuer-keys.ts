// The keys by which an issuer signs, from its trust list.
//
// The wallet takes the list as the issuer's server gives it over TLS, as it takes credentials. The
// wallet's check finds mistakes early and decides nothing: gates have the list from a root key.

import { LivepermitError, PublicKey, Trust, type TrustedKey, type Use } from "livepermit/holder";

import { type Item, readCbor, type Value } from "./cbor.js";

const SIGN1 = 18;
const KEYS = -65_542;
const USES: readonly string[] = ["credential", "pass", "slip", "status"];
const ALGORITHMS: Readonly<Record<number, "Ed25519" | "EdDSA">> = {
  [-19]: "Ed25519",
  [-8]: "EdDSA",
};
/** The largest time of the format: what ends then, never ends. */
const NEVER = 2 ** 40 - 1;

/** The keys of a list. Nothing for what is no trust list; entries of another kind are left out. */
export function readIssuerKeys(list: Uint8Array): TrustedKey[] | undefined {
  const envelope = readCbor(list)?.value;
  if (typeof envelope !== "object" || !("tag" in envelope)) return undefined;
  if (envelope.tag !== SIGN1) return undefined;
  const payload = arrayOf(envelope.item.value)?.[2]?.value;
  const claims = payload instanceof Uint8Array ? mapOf(readCbor(payload)?.value) : undefined;
  const entries = arrayOf(claims?.get(KEYS)?.value);
  return entries?.map(({ value }) => goodKey(mapOf(value))).filter((key) => key !== undefined);
}

/** An entry that the library takes. Others are left out, as gates do. */
function goodKey(entry: ReadonlyMap<number, Item> | undefined): TrustedKey | undefined {
  try {
    const key = keyOf(entry);
    if (key !== undefined) new Trust([key]).free();
    return key;
  } catch (failure) {
    if (failure instanceof LivepermitError) return undefined;
    throw failure;
  }
}

function keyOf(entry: ReadonlyMap<number, Item> | undefined): TrustedKey | undefined {
  if (entry === undefined) return undefined;
  const value = (label: number) => entry.get(label)?.value;
  const [key, keyId, algorithm, issuer] = [entry.get(1)?.bytes, value(2), value(3), value(4)];
  const names = (label: number) =>
    arrayOf(value(label))?.map((item) => item.value).filter((name) => typeof name === "string");
  const [uses, classes] = [names(5), names(6)];
  const [notBefore, signUntil, expires] = [value(7), value(8), value(9)];
  const named = typeof algorithm === "number" ? ALGORITHMS[algorithm] : undefined;
  const isKnown =
    key !== undefined && keyId instanceof Uint8Array && named !== undefined &&
    typeof issuer === "string" && uses !== undefined && classes !== undefined &&
    uses.every((use) => USES.includes(use));
  if (!isKnown) return undefined;
  const time = (name: string, found: Value | undefined, none: number) =>
    typeof found === "number" && found !== none ? { [name]: found } : {};
  return {
    issuer, keyId, algorithm: named, uses: uses as Use[], classes,
    key: PublicKey.fromCoseKey(key),
    ...time("notBefore", notBefore, 0),
    ...time("signUntil", signUntil, NEVER),
    ...time("expires", expires, NEVER),
  };
}

function arrayOf(value: Value | undefined): readonly Item[] | undefined {
  return Array.isArray(value) ? (value as readonly Item[]) : undefined;
}

function mapOf(value: Value | undefined): ReadonlyMap<number, Item> | undefined {
  return value instanceof Map ? (value as ReadonlyMap<number, Item>) : undefined;
}
