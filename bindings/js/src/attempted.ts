import { LivepermitError } from "./error.js";
import type { Attempt } from "./gate-records.js";
import type { Host } from "./host.js";

/**
 * A code that is verified and not used yet, held inside one instance of the module. When it is left
 * alone, nothing was used.
 */
export class Attempted<Raw> {
  /** The question for the store. */
  readonly attempt: Attempt;
  readonly #raw: Raw;
  readonly #generation: number;

  /** @internal */
  constructor(attempt: Attempt, raw: Raw, host: Host) {
    this.attempt = attempt;
    this.#raw = raw;
    this.#generation = host.generation;
  }

  /** @internal */
  inside(host: Host): Raw {
    if (this.#generation === host.generation) return this.#raw;
    throw new LivepermitError({
      code: "attempt-lost",
      reason: "a defect ended the instance that began this attempt",
      instruction: "Let the visitor show a new code.",
    });
  }
}
