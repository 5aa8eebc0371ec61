import { bytes, text } from "./error.js";
import { anyHost, issuerHost, sameBytes } from "./host.js";
import type { Algorithm } from "./records.js";

interface Facts {
  algorithm: Algorithm;
  spkiDer?: Uint8Array;
  spkiPem?: string;
  point: Uint8Array;
  thumbprint: Uint8Array;
}

/** A public key: Ed25519 or P-256. It is a value: two keys are the same if their bytes are. */
export class PublicKey {
  /** The key as `COSE_Key`, in its one deterministic form (RFC 9052 §7). */
  readonly coseKey: Uint8Array;
  #facts: Facts | undefined;

  private constructor(coseKey: Uint8Array) {
    this.coseKey = coseKey;
  }

  /** Reads a `COSE_Key`. Throws `key-malformed`, `key-not-on-curve` and others of keys. */
  static fromCoseKey(coseKey: Uint8Array): PublicKey {
    const given = bytes("the key", coseKey);
    return new PublicKey(anyHost().run((glue) => glue.readPublicKey("cose", given)));
  }

  /**
   * Reads the bytes of a point: 32 of Ed25519, 33 or 65 of P-256. That is what WebCrypto exports as
   * `raw`. Throws `key-length`, `key-not-on-curve`, `key-small-order`.
   */
  static fromPoint(point: Uint8Array): PublicKey {
    const given = bytes("the point", point);
    return new PublicKey(anyHost().run((glue) => glue.readPublicKey("point", given)));
  }

  /** Reads a DER `SubjectPublicKeyInfo`. Needs the module for issuers. Throws `key-encoding`. */
  static fromSpkiDer(der: Uint8Array): PublicKey {
    const given = bytes("the key", der);
    return new PublicKey(issuerHost().run((glue) => glue.readPublicKey("spki", given)));
  }

  /** Reads a PEM `PUBLIC KEY` block. Needs the module for issuers. Throws as `fromSpkiDer`. */
  static fromSpkiPem(pem: string): PublicKey {
    text("the PEM block", pem);
    return new PublicKey(issuerHost().run((glue) => glue.readPublicKeyPem(pem)));
  }

  /** What the key signs with. */
  get algorithm(): Algorithm {
    return this.#known().algorithm;
  }

  /** The bytes of the point: 32 of Ed25519, 65 of P-256. */
  get point(): Uint8Array {
    return this.#known().point.slice();
  }

  /** The 32 bytes of the thumbprint (RFC 9679). The first 8 are the usual key id. */
  get thumbprint(): Uint8Array {
    return this.#known().thumbprint.slice();
  }

  /** The DER `SubjectPublicKeyInfo`. Needs the module for issuers. */
  toSpkiDer(): Uint8Array {
    return this.#written().spkiDer;
  }

  /** The PEM `PUBLIC KEY` block. Needs the module for issuers. */
  toSpkiPem(): string {
    return this.#written().spkiPem;
  }

  /** Whether both are the same key. */
  equals(other: PublicKey): boolean {
    return sameBytes(this.coseKey, other.coseKey);
  }

  /** A key that the module gave. */
  /** @internal */
  static of(coseKey: Uint8Array): PublicKey {
    return new PublicKey(coseKey);
  }

  #written(): Required<Facts> {
    return issuerHost().run((glue) => glue.publicKeyFacts(this.coseKey) as Required<Facts>);
  }

  #known(): Facts {
    this.#facts ??= anyHost().run((glue) => glue.publicKeyFacts(this.coseKey) as Facts);
    return this.#facts;
  }
}
