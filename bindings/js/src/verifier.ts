import { bytes, instance, number, text } from "./error.js";
import type { Policy, RevocationPolicy, Verdict } from "./gate-records.js";
import { gateHost, Handle } from "./host.js";
import { StatusList } from "./lists.js";
import type { Challenge } from "./records.js";
import { Trust } from "./trust.js";
import type * as Inside from "./wasm/issuer.js";

/**
 * The usual rules: passes and presentations for this gate or for every gate, a window of 30 and a
 * skew of 5 seconds, no challenge, no representative.
 */
export function policy(
  gate: string,
  classes: readonly string[],
  revocation: RevocationPolicy,
): Policy {
  text("the gate", gate);
  return gateHost().run((glue) => glue.policy(gate, classes, revocation) as Policy);
}

/**
 * Verifies codes against keys, rules and status lists. It does not know whether a code was used
 * before: a `Gate` does.
 */
export class Verifier {
  readonly #handle: Handle<Inside.Verifier>;
  #trust: Trust;
  #lists: readonly StatusList[];

  /** Throws the codes of policies. */
  constructor(trust: Trust, policy: Policy, statusLists: readonly StatusList[] = []) {
    this.#trust = instance("the trust", trust, Trust);
    this.#lists = [...statusLists];
    const rules = structuredClone(policy);
    this.#handle = new Handle((host) => {
      const [keys, lists] = [this.#trust.handle.in(host), StatusList.copies(this.#lists, host)];
      return host.run((glue) => new glue.Verifier(keys, rules, lists));
    });
    this.#handle.in(gateHost());
  }

  /** Goes on with other keys and lists, and the same rules. */
  replaceLists(trust: Trust, statusLists: readonly StatusList[]): void {
    instance("the trust", trust, Trust);
    const host = gateHost();
    const raw = this.#handle.in(host);
    const [keys, lists] = [trust.handle.in(host), StatusList.copies(statusLists, host)];
    host.run(() => raw.replaceLists(keys, lists));
    [this.#trust, this.#lists] = [trust, [...statusLists]];
  }

  /**
   * Verifies the text of a QR code or link, at `now`. With `challenge`, the code must answer. A
   * refused code is a verdict. Throws `time-out-of-range`, and the codes of a challenge.
   */
  verify(code: string, now: number, challenge?: Challenge): Verdict {
    text("the code", code);
    number("now", now);
    const host = gateHost();
    const raw = this.#handle.in(host);
    return host.run(() => raw.verify(code, now, challenge) as Verdict);
  }

  /** Verifies the bytes of a token. Throws as `verify`. */
  verifyBytes(token: Uint8Array, now: number, challenge?: Challenge): Verdict {
    const given = bytes("the token", token);
    number("now", now);
    const host = gateHost();
    const raw = this.#handle.in(host);
    return host.run(() => raw.verifyBytes(given, now, challenge) as Verdict);
  }

  /** Gives memory back at once. The object can still be used. */
  free(): void {
    this.#handle.free();
  }
}
