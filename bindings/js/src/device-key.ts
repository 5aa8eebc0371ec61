import { LivepermitError, reasonOf } from "./error.js";
import { PreparedToken } from "./prepared.js";
import { PublicKey } from "./public-key.js";
import type { Token } from "./records.js";

/** The algorithms of device keys. Every WebCrypto has `ESP256`; `Ed25519` came later. */
export type DeviceAlgorithm = "ESP256" | "Ed25519";

/** Where a device key is kept. */
export interface KeyPlace {
  /** The name of the database. */
  readonly database?: string;
  /** What opens the database, unless that of the platform. */
  readonly indexedDB?: IDBFactory;
}

const GENERATE = {
  ESP256: { name: "ECDSA", namedCurve: "P-256" },
  Ed25519: { name: "Ed25519" },
} as const;
const KEYS = "keys";

/**
 * The key of a device, made by WebCrypto: scripts can sign with it, and cannot read it. IndexedDB
 * keeps such a key as it is, so it never leaves the browser.
 */
export class DeviceKey {
  /** What the issuer binds its credentials to. */
  readonly publicKey: PublicKey;
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey, publicKey: PublicKey) {
    this.#key = key;
    this.publicKey = publicKey;
  }

  /** Makes a key. Throws `algorithm-unavailable` where WebCrypto has no such algorithm. */
  static async generate(algorithm: DeviceAlgorithm = "ESP256"): Promise<DeviceKey> {
    return DeviceKey.of(await generated(algorithm));
  }

  /**
   * Takes a key pair of WebCrypto. Throws `key-extractable` for a private key that scripts can
   * read, and `key-unsupported-algorithm`.
   */
  static async of(pair: CryptoKeyPair): Promise<DeviceKey> {
    if (pair.privateKey.extractable) {
      throw new LivepermitError({
        code: "key-extractable",
        reason: "scripts can read this private key",
        instruction: "Generate the key with `extractable` false.",
      });
    }
    algorithmOf(pair.privateKey);
    const point = await crypto.subtle.exportKey("raw", pair.publicKey);
    return new DeviceKey(pair.privateKey, PublicKey.fromPoint(new Uint8Array(point)));
  }

  /**
   * Opens the key of this name, and makes the key when there is none. Two pages that do so at once
   * get the same key.
   */
  static async open(
    name: string,
    algorithm: DeviceAlgorithm = "ESP256",
    place: KeyPlace = {},
  ): Promise<DeviceKey> {
    const database = await openKeys(place);
    try {
      const found = await keyOf(database, name);
      if (found !== undefined) return await DeviceKey.of(found);
      return await DeviceKey.of(await keyOf(database, name, await generated(algorithm)));
    } finally {
      database.close();
    }
  }

  /**
   * Signs what the wallet prepared. Throws `does-not-verify` and others, which say what is wrong
   * with the key.
   */
  async sign(prepared: PreparedToken): Promise<Token> {
    const message = prepared.message as BufferSource;
    return prepared.attach(
      new Uint8Array(await crypto.subtle.sign(algorithmOf(this.#key), this.#key, message)),
    );
  }
}

async function generated(algorithm: DeviceAlgorithm): Promise<CryptoKeyPair> {
  try {
    const pair = await crypto.subtle.generateKey(GENERATE[algorithm], false, ["sign", "verify"]);
    return pair as CryptoKeyPair;
  } catch (cause) {
    throw new LivepermitError(
      {
        code: "algorithm-unavailable",
        reason: `this platform makes no keys for ${algorithm}: ${reasonOf(cause)}`,
        instruction: "Use `ESP256`, and serve the page by https.",
      },
      { cause },
    );
  }
}

/**
 * What WebCrypto signs with. Its ECDSA gives raw bytes, whose s can be high: `attach` takes those.
 */
function algorithmOf(key: CryptoKey): { name: string; hash?: string } {
  const { name, namedCurve } = key.algorithm as { name: string; namedCurve?: string };
  if (name === "Ed25519") return { name };
  if (name === "ECDSA" && namedCurve === "P-256") return { name, hash: "SHA-256" };
  throw new LivepermitError({
    code: "key-unsupported-algorithm",
    reason: `a device key signs with P-256 or Ed25519, not ${namedCurve ?? name}`,
  });
}

function openKeys(place: KeyPlace): Promise<IDBDatabase> {
  const { database = "livepermit-keys", indexedDB = globalThis.indexedDB } = place;
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(KEYS);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error ?? new Error("the database does not open"));
  });
}

/**
 * The key of this name. With `fresh`, that one is kept if there is none, and what is kept is given.
 */
function keyOf(database: IDBDatabase, name: string): Promise<CryptoKeyPair | undefined>;
function keyOf(database: IDBDatabase, name: string, fresh: CryptoKeyPair): Promise<CryptoKeyPair>;
function keyOf(
  database: IDBDatabase,
  name: string,
  fresh?: CryptoKeyPair,
): Promise<CryptoKeyPair | undefined> {
  return new Promise((resolve, reject) => {
    const mode = fresh === undefined ? "readonly" : "readwrite";
    const transaction = database.transaction(KEYS, mode, { durability: "strict" });
    const keys = transaction.objectStore(KEYS);
    let pair = fresh;
    const asked = keys.get(name);
    asked.onsuccess = () => {
      if (asked.result !== undefined) pair = asked.result as CryptoKeyPair;
      else if (fresh !== undefined) keys.put(fresh, name);
    };
    transaction.oncomplete = () => resolve(pair);
    transaction.onabort = () => reject(transaction.error ?? new Error("the key is not kept"));
  });
}
