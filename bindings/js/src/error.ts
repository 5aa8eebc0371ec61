/** What a check compared, or where the format is broken. */
export type Evidence =
  | { readonly kind: "nothing" }
  /** Two times, in seconds since 1970. */
  | { readonly kind: "times"; readonly found: number; readonly limit: number }
  /** The COSE numbers of two algorithms. */
  | { readonly kind: "numbers"; readonly found: number; readonly limit: number }
  /** Two lengths, versions, indices or status values. */
  | { readonly kind: "counts"; readonly found: number; readonly limit: number }
  /** The place and the rule that is broken there. */
  | {
      readonly kind: "malformed";
      readonly layer: string;
      readonly flaw: string;
      readonly at: number;
    };

/** What a function throws, besides errors of the platform. */
export interface Failure {
  readonly code: string;
  readonly reason: string;
  readonly instruction?: string;
  readonly evidence?: Evidence;
}

/**
 * Why a function gave no result: a wrong argument, a signature or a list that is refused, a store
 * that fails. A visitor who is refused is a value, not an error. A defect of the library has the
 * code `internal`.
 */
export class LivepermitError extends Error {
  override readonly name = "LivepermitError";
  /** The stable code, in kebab-case. */
  readonly code: string;
  /** What is wrong, in one sentence. */
  readonly reason: string;
  /** What to do about the error, where more can be said than the reason says. */
  readonly instruction: string | undefined;
  /** The values compared. */
  readonly evidence: Evidence;

  constructor(failure: Failure, options?: ErrorOptions) {
    const { code, reason, instruction, evidence } = failure;
    super(`${code}: ${reason}${instruction === undefined ? "" : `. ${instruction}`}`, options);
    this.code = code;
    this.reason = reason;
    this.instruction = instruction;
    this.evidence = evidence ?? { kind: "nothing" };
  }
}

/**
 * What went wrong, in words for a person: of an error of the platform what it says, without the
 * name of its kind.
 */
export function reasonOf(failure: unknown): string {
  if (failure instanceof LivepermitError) return failure.reason;
  return (failure instanceof Error && failure.message) || String(failure);
}

/** The error of a value that has another type than the function takes. */
export function wrongArgument(what: string, wanted: string): LivepermitError {
  return new LivepermitError({
    code: "argument",
    reason: `${what} is not ${wanted}`,
    instruction: "Look at the types of the package.",
  });
}

/** A string. What is no string must not reach the module: the error would end the instance. */
export function text(what: string, value: string): string {
  if (typeof value !== "string") throw wrongArgument(what, "a string");
  return value;
}

/** A number. Whether it is a whole number, the module says. */
export function number(what: string, value: number): number {
  if (typeof value !== "number") throw wrongArgument(what, "a number");
  return value;
}

/** Bytes, also those of a canvas. */
export function bytes(what: string, value: Uint8Array | Uint8ClampedArray): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value instanceof Uint8ClampedArray) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  throw wrongArgument(what, "a Uint8Array");
}

/** An object of this package. */
export function instance<T>(what: string, value: T, type: { prototype: T; name: string }): T {
  if (!(value instanceof (type as never))) throw wrongArgument(what, `a ${type.name}`);
  return value;
}
