import { bytes, instance, LivepermitError, number, text } from "./error.js";
import { Handle, type Host, issuerHost } from "./host.js";
import { PreparedList, PreparedToken } from "./prepared.js";
import { PublicKey } from "./public-key.js";
import type { Algorithm, Permit, StatusReference, Token, TrustedKey, Validity } from "./records.js";
import type * as Inside from "./wasm/issuer.js";

type RawKey = Inside.SecretKey;

/**
 * A private key in memory, for issuers on servers and for tests. In a browser use `DeviceKey`; with
 * an HSM sign `message` and `attach`. The key stands in the memory of this process, also as text.
 */
export class SecretKey {
  /** @internal */
  readonly handle: Handle<RawKey>;
  readonly publicKey: PublicKey;

  private constructor(make: (host: Host) => RawKey) {
    const host = issuerHost();
    let kept: string | undefined;
    this.handle = new Handle((home) =>
      kept === undefined ? make(home) : home.run((glue) => glue.SecretKey.fromPem(kept as string)),
    );
    const raw = this.handle.in(host);
    kept = host.run(() => raw.toPem());
    this.publicKey = PublicKey.of(host.run(() => raw.publicKey()));
  }

  /** Makes an Ed25519 key from the randomness of the platform. */
  static generateEd25519(): SecretKey {
    return new SecretKey((host) => host.run((glue) => glue.SecretKey.generate("Ed25519")));
  }

  /** Makes a P-256 key from the randomness of the platform. */
  static generateP256(): SecretKey {
    return new SecretKey((host) => host.run((glue) => glue.SecretKey.generate("ESP256")));
  }

  /** Reads a PEM `PRIVATE KEY` block: PKCS#8, unencrypted. */
  static fromPkcs8Pem(pem: string): SecretKey {
    text("the PEM block", pem);
    return new SecretKey((host) => host.run((glue) => glue.SecretKey.fromPem(pem)));
  }

  /** Reads a DER PKCS#8 private key, unencrypted. */
  static fromPkcs8Der(der: Uint8Array): SecretKey {
    return read("pkcs8", bytes("the key", der));
  }

  /** Takes the 32 bytes that RFC 8032 calls the private key. Throws `length-wrong`. */
  static fromEd25519Seed(seed: Uint8Array): SecretKey {
    return read("seed", bytes("the seed", seed));
  }

  /** Takes a P-256 private key: 32 bytes, big-endian. Throws `length-wrong`, `key-out-of-range`. */
  static fromP256Scalar(scalar: Uint8Array): SecretKey {
    return read("scalar", bytes("the scalar", scalar));
  }

  /** The PEM `PRIVATE KEY` block. The text is a copy that the caller has to guard. */
  toPkcs8Pem(): string {
    const host = issuerHost();
    const raw = this.handle.in(host);
    return host.run(() => raw.toPem());
  }

  /** @internal */
  static make(make: (host: Host) => RawKey): SecretKey {
    return new SecretKey(make);
  }

  /** Signs. Throws `other-key` if the key is of another pair, `module-not-loaded`. */
  sign(prepared: PreparedToken): Token;
  sign(prepared: PreparedList): Uint8Array;
  sign(prepared: PreparedToken | PreparedList): Token | Uint8Array {
    const key = () => this.handle.in(prepared.host);
    if (prepared.host !== issuerHost()) {
      throw new LivepermitError({
        code: "module-not-loaded",
        reason: "the token was prepared before the module for issuers was loaded",
        instruction: "Await `loadIssuer()` before the token is prepared, or use `attach`.",
      });
    }
    return prepared instanceof PreparedToken ? prepared.signWith(key) : prepared.signWith(key);
  }
}

function read(encoding: string, given: Uint8Array): SecretKey {
  return SecretKey.make((host) => host.run((glue) => glue.SecretKey.read(encoding, given)));
}

/** A permit with a window of 30 seconds and nothing optional. */
export function permit(subject: string, permitClass: string): Permit {
  return { subject, permitClass, window: 30 };
}

/** A credential for a day: backdated by 5 minutes, valid for 24 hours from now. */
export function defaultValidity(): Validity {
  return issuerHost().run((glue) => glue.defaultValidity() as Validity);
}

/** What an issuer can have of its own. */
export interface IssuerOptions {
  /** 1 to 32 bytes; the first 8 of the thumbprint unless said. */
  readonly keyId?: Uint8Array;
  /** With `EdDSA` tokens carry the older COSE number -8; such a key signs no credentials. */
  readonly algorithm?: Algorithm;
}

/**
 * An issuer: its name and its public key. The private key stays where it is, in a file or an HSM.
 */
export class Issuer {
  readonly name: string;
  /** The key id that tokens carry. */
  readonly keyId: Uint8Array;
  /** @internal */
  readonly handle: Handle<Inside.Issuer>;

  /** Throws `key-not-ed25519`, `key-id-length`, and the codes of names. */
  constructor(name: string, key: PublicKey, options: IssuerOptions = {}) {
    this.name = text("the name", name);
    instance("the key", key, PublicKey);
    const { algorithm = "Ed25519" } = options;
    const keyId = options.keyId ?? (algorithm === "EdDSA" ? key.thumbprint.slice(0, 8) : undefined);
    this.handle = new Handle((host) =>
      host.run((glue) => new glue.Issuer(name, key.coseKey, keyId, algorithm)),
    );
    const host = issuerHost();
    const raw = this.handle.in(host);
    this.keyId = host.run(() => raw.keyId());
  }

  /**
   * Prepares a pass: live from `now` for the permit's window, for the gate `audience` or, with
   * nothing, for every gate. Throws the codes of claims, `token-too-long`,
   * `acting-needs-credential`.
   */
  preparePass(permit: Permit, audience: string | undefined, now: number): PreparedToken {
    if (audience !== undefined) text("the audience", audience);
    number("now", now);
    const kept = { ...permit };
    return this.#prepare((raw) => raw.preparePass(kept, audience, now));
  }

  /**
   * Prepares a credential for a device. Before you bind a key, let the phone prove that it holds
   * the key. Throws the codes of claims, `token-too-long`, `validity-empty`, `pinned-to-eddsa`.
   */
  prepareCredential(
    permit: Permit,
    deviceKey: PublicKey,
    validity: Validity,
    now: number,
  ): PreparedToken {
    instance("the device key", deviceKey, PublicKey);
    number("now", now);
    const kept = { ...permit };
    return this.#prepare((raw) => raw.prepareCredential(kept, deviceKey.coseKey, validity, now));
  }

  /**
   * Prepares a slip for paper. The permit names a person and a status. Print `checkNumber`, 6 to 12
   * digits, beside the code.
   */
  prepareSlip(
    permit: Permit,
    checkNumber: string,
    notBefore: number,
    expires: number,
  ): PreparedToken {
    text("the check number", checkNumber);
    number("notBefore", notBefore);
    number("expires", expires);
    const kept = { ...permit };
    return this.#prepare((raw) => raw.prepareSlip(kept, checkNumber, notBefore, expires));
  }

  #prepare(
    work: (raw: Inside.Issuer) => Inside.PreparedToken,
  ): PreparedToken {
    return new PreparedToken(issuerHost(), (host) => {
      const raw = this.handle.in(host);
      return host.run(() => work(raw));
    });
  }
}

/** What a trust list says. */
export interface TrustListContent {
  readonly name: string;
  readonly version: number;
  readonly keys: readonly TrustedKey[];
  /** May sign the next list, beside the root. */
  readonly successorRoots?: readonly PublicKey[];
}

/** Prepares a signed trust list. A list that a gate would refuse is not prepared. */
export function prepareTrustList(
  content: TrustListContent,
  root: PublicKey,
  now: number,
  expires: number,
): PreparedList {
  const { name, version, keys, successorRoots = [] } = content;
  text("the name", name);
  number("the version", version);
  instance("the root", root, PublicKey);
  number("now", now);
  number("expires", expires);
  return new PreparedList(issuerHost(), (host) =>
    host.run((glue) =>
      glue.prepareTrustList(name, version, keys, successorRoots, root.coseKey, now, expires),
    ),
  );
}

type RawList = Inside.StatusListBuilder;

/**
 * The issuer's side of a status list: it gives entries to permits and withdraws permits. Store
 * `values` and `occupied` after each change.
 */
export class StatusListBuilder {
  readonly #handle: Handle<RawList>;
  readonly #uri: string;
  readonly #bits: number;
  /** What another instance begins with. */
  #kept: { values: Uint8Array; occupied: Uint8Array } | undefined;

  private constructor(uri: string, bits: number, make: (host: Host) => RawList) {
    this.#uri = text("the URI", uri);
    this.#bits = number("the bits", bits);
    this.#handle = new Handle((host) => {
      const kept = this.#kept;
      if (kept === undefined) return make(host);
      const { values, occupied } = kept;
      return host.run((glue) =>
        glue.StatusListBuilder.restore(this.#uri, this.#bits, values, occupied),
      );
    });
    this.#keep();
  }

  /** Makes a list of `entries` entries, a multiple of 8, with 1, 2, 4 or 8 bits each. */
  static create(uri: string, bits: number, entries: number): StatusListBuilder {
    number("the entries", entries);
    const make = (host: Host) =>
      host.run((glue) => new glue.StatusListBuilder(uri, bits, entries));
    return new StatusListBuilder(uri, bits, make);
  }

  /** Restores a list from its stored parts. Throws `list-stored` if they do not fit together. */
  static restore(
    uri: string,
    bits: number,
    values: Uint8Array,
    occupied: Uint8Array,
  ): StatusListBuilder {
    const parts = [bytes("the values", values), bytes("what is occupied", occupied)] as const;
    const make = (host: Host) =>
      host.run((glue) => glue.StatusListBuilder.restore(uri, bits, ...parts));
    return new StatusListBuilder(uri, bits, make);
  }

  /** Gives a free, random entry to a permit. Throws `list-full`, `no-randomness`. */
  allocate(): StatusReference {
    const given = this.#call<StatusReference>((raw) => raw.allocate());
    this.#keep();
    return given;
  }

  /** Marks an entry as given. Says whether the entry was free. Throws `index-out-of-range`. */
  markGiven(index: number): boolean {
    number("the index", index);
    const wasFree = this.#call<boolean>((raw) => raw.markGiven(index));
    this.#keep();
    return wasFree;
  }

  /** Sets an entry: 0 valid, 1 withdrawn for good, 2 suspended, others as the application says. */
  set(index: number, value: number): void {
    number("the index", index);
    number("the value", value);
    this.#call((raw) => raw.set(index, value));
    this.#keep();
  }

  /** The value of an entry; nothing behind the end. */
  get(index: number): number | undefined {
    number("the index", index);
    return this.#call((raw) => raw.get(index));
  }

  /** The bytes of the values, to be stored. */
  values(): Uint8Array {
    return this.#call((raw) => raw.values());
  }

  /** One bit for each entry that was given, to be stored. */
  occupied(): Uint8Array {
    return this.#call((raw) => raw.occupied());
  }

  /** Prepares the list for signing. Throws `validity-empty` if it would end before it begins. */
  prepare(issuer: Issuer, now: number, expires: number): PreparedList {
    instance("the issuer", issuer, Issuer);
    number("now", now);
    number("expires", expires);
    return new PreparedList(issuerHost(), (host) => {
      const [raw, by] = [this.#handle.in(host), issuer.handle.in(host)];
      return host.run(() => raw.prepare(by, now, expires));
    });
  }

  #keep(): void {
    this.#kept = { values: this.values(), occupied: this.occupied() };
  }

  #call<T>(work: (raw: RawList) => unknown): T {
    const host = issuerHost();
    const raw = this.#handle.in(host);
    return host.run(() => work(raw)) as T;
  }
}
