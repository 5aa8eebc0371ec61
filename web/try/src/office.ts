import {
  DeviceKey,
  defaultValidity,
  Holder,
  Issuer,
  permit,
  SecretKey,
  StatusListBuilder,
  type StatusReference,
  Trust,
  type TrustedKey,
} from "livepermit/issuer";

import { clock } from "../../components/src/clock.js";

const ISSUER = "issuer.example";
export const CLASS = "issuer.example:visitor";
const DAY = 86_400;

/** A visitor with a phone. */
export interface Visitor {
  readonly number: string;
  readonly holder: Holder;
  readonly key: DeviceKey;
  /** The entry of the permit in the status list. */
  readonly status: StatusReference;
}

/** An issuer whose key was made in this page a moment ago, and is gone with the page. */
export class Office {
  readonly #key = SecretKey.generateEd25519();
  readonly #issuer = new Issuer(ISSUER, this.#key.publicKey);
  readonly #list = StatusListBuilder.create(`https://${ISSUER}/status`, 1, 1024);
  readonly #trusted: TrustedKey = {
    issuer: ISSUER, key: this.#key.publicKey, algorithm: "Ed25519", uses: ["credential", "status"],
    classes: [CLASS],
  };

  /** What a gate is told. */
  get trustedKey(): TrustedKey {
    return this.#trusted;
  }

  /** Gives a permit to a phone whose key no script can read. */
  async visitor(): Promise<Visitor> {
    const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    const number = `V-${random.toString(16).toUpperCase().padStart(8, "0")}`;
    const key = await DeviceKey.generate();
    const now = clock.wall();
    const status = this.#list.allocate();
    const prepared = this.#issuer.prepareCredential(
      { ...permit(number, CLASS), status }, key.publicKey, defaultValidity(), now,
    );
    const holder = new Holder(key.publicKey);
    holder.accept(this.#key.sign(prepared).bytes, new Trust([this.#trusted]), now);
    return { number, holder, key, status };
  }

  /** Withdraws a permit, for good. */
  withdraw({ status }: Visitor): void {
    this.#list.set(status.index, 1);
  }

  /** The list that tells gates which permits are withdrawn. */
  statusList(): Uint8Array {
    const now = clock.wall();
    return this.#key.sign(this.#list.prepare(this.#issuer, now, now + DAY));
  }
}
