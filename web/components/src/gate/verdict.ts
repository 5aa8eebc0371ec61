import type { Acting, Evidence, Form, Person, ScanEvent } from "livepermit/gate";

/**
 * The four lights, with the names that the command's gate gives them, and no light for a code that
 * was admitted a moment ago.
 */
export type Light = "green" | "yellow" | "red" | "out-of-order" | "neutral";

/** What a gate says of a code. It is plain data. */
export interface GateVerdict {
  readonly light: Light;
  /** Whether the door may open. */
  readonly opens: boolean;
  /** `accepted`, or the code of the rejection. */
  readonly code: string;
  /** Seconds since 1970, by the gate's clock. */
  readonly at: number;
  /** The codes of the cautions. */
  readonly cautions: readonly string[];
  /** What an accepted code says. */
  readonly permit?: PermitFacts;
  /** Why a code is refused. */
  readonly rejection?: RejectionFacts;
}

/** What a guard has to see of an accepted permit. */
export interface PermitFacts {
  readonly form: Form;
  readonly permitClass: string;
  /** The first 16 digits of the id that stays the same when the permit is re-issued. */
  readonly id: string;
  readonly subject: string;
  readonly person?: Person;
  readonly acting?: Acting;
  /** The number beside a slip's code. */
  readonly checkNumber?: string;
}

export interface RejectionFacts {
  readonly stage: string;
  readonly fault: string;
  /** In one line, for a log. */
  readonly reason: string;
  /** What to do, in English. */
  readonly instruction: string;
  readonly evidence: Evidence;
}

/** The verdict of an event; nothing for an event that is none. */
export function verdictOf(event: ScanEvent, at: number): GateVerdict | undefined {
  switch (event.kind) {
    case "entered": {
      const { verified } = event;
      const cautions = event.cautions.map(({ code }) => code);
      const light = cautions.length > 0 ? "yellow" : "green";
      return {
        light, opens: true, code: "accepted", at, cautions,
        permit: {
          form: verified.form,
          permitClass: verified.permitClass,
          id: hex(verified.permitId).slice(0, 16),
          subject: verified.subject,
          ...(verified.person && { person: verified.person }),
          ...(verified.acting && { acting: verified.acting }),
          ...(verified.checkNumber !== undefined && { checkNumber: verified.checkNumber }),
        },
      };
    }
    case "turned-away": {
      const { code, stage, fault, reason, instruction, evidence } = event.rejection;
      const rejection = { stage, fault, reason, instruction, evidence };
      return { light: lightOf(code, fault), opens: false, code, at, cautions: [], rejection };
    }
    case "foreign":
      return { light: "red", opens: false, code: "not-ours", at, cautions: [] };
    default:
      return undefined;
  }
}

function lightOf(code: string, fault: string): Light {
  if (code === "already-accepted-here") return "neutral";
  return fault === "ours" ? "out-of-order" : "red";
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
