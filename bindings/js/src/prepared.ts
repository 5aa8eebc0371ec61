import { bytes, LivepermitError } from "./error.js";
import { Handle, type Host, sameBytes } from "./host.js";
import { PublicKey } from "./public-key.js";
import type { Token } from "./records.js";
import type * as Inside from "./wasm/issuer.js";

/** What both kinds have inside a module. */
export interface RawPrepared {
  message(): Uint8Array;
  signer(): Uint8Array;
  free(): void;
}

/** What lacks its signature: sign `message`, then `attach` what the signer gave. */
export abstract class Prepared<Raw extends RawPrepared> {
  /** The bytes to sign. A signer that hashes by itself gets these: Ed25519, ECDSA of WebCrypto. */
  readonly message: Uint8Array;
  /** The key that must sign. */
  readonly signer: PublicKey;
  /** @internal */
  protected readonly handle: Handle<Raw>;
  /** @internal */
  readonly host: Host;

  /** @internal */
  constructor(host: Host, make: (host: Host) => Raw) {
    this.host = host;
    this.handle = new Handle((home) => {
      const raw = make(home);
      const message = this.message as Uint8Array | undefined;
      if (message !== undefined && !sameBytes(home.run(() => raw.message()), message)) {
        throw new LivepermitError({
          code: "prepared-lost",
          reason: "what was prepared is not what would be prepared now",
          instruction: "Prepare again.",
        });
      }
      return raw;
    });
    const raw = this.handle.in(host);
    this.message = host.run(() => raw.message());
    this.signer = PublicKey.of(host.run(() => raw.signer()));
  }

  /** Gives memory back at once. */
  free(): void {
    this.handle.free();
  }

  /** @internal */
  call<T>(work: (raw: Raw) => unknown): T {
    const raw = this.handle.in(this.host);
    return this.host.run(() => work(raw)) as T;
  }
}

/** A token that lacks its signature. */
export class PreparedToken extends Prepared<Inside.PreparedToken> {
  /** The SHA-256 digest of the message, for a P-256 signer that does not hash. */
  get digest(): Uint8Array | undefined {
    return this.call((raw) => raw.digest());
  }

  /**
   * Takes the signature in any form that signers give: 64 raw bytes, DER, lost zeros, high s. Only
   * a signature of the right key over the message is attached. Throws `signature-encoding`,
   * `signature-zeros`, `hashed-twice`, `not-hashed`, `other-hash`, `prehashed`, `other-bytes`,
   * `does-not-verify`: each says what to change at the signer.
   */
  attach(signature: Uint8Array): Token {
    const given = bytes("the signature", signature);
    return this.call((raw) => raw.attach(given));
  }

  /** @internal */
  signWith(key: () => Inside.SecretKey): Token {
    const secret = key();
    return this.call((raw) => raw.sign(secret));
  }
}

/** A list that lacks its signature. */
export class PreparedList extends Prepared<Inside.PreparedList> {
  /** Takes the signature and gives the bytes of the list. Throws as that of a token. */
  attach(signature: Uint8Array): Uint8Array {
    const given = bytes("the signature", signature);
    return this.call((raw) => raw.attach(given));
  }
  /** @internal */
  signWith(key: () => Inside.SecretKey): Uint8Array {
    const secret = key();
    return this.call((raw) => raw.sign(secret));
  }
}
