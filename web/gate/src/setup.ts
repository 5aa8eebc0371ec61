// The setup of this gate, as the library reads it. Loaded when a person sets the gate up.

import {
  acceptFirstSetup,
  acceptNextSetup,
  loadGate,
  readSetup,
  setupCheckNumber,
  storedSetup,
} from "livepermit/gate";

import { clock } from "../../components/src/clock.js";

/** A setup that this gate accepted. It is plain data. */
export interface HeldSetup {
  readonly setup: Uint8Array;
}

/** What a text is. */
export type Proposal =
  /** The first setup: it counts when a person compared its number. */
  | {
      readonly kind: "first";
      readonly gate: string;
      /** What the operator's screen must show too. */
      readonly checkNumber: string;
      /** Accepts, because a person said that both screens show the same. */
      accept(): HeldSetup;
    }
  /** A later one that the known operator signed: nothing has to be compared. */
  | { readonly kind: "next"; readonly gate: string; readonly held: HeldSetup };

/** Loads what reads setups. */
export const ready = loadGate;

/** Whether a text is meant as a setup, also if it is refused later. */
export function isSetup(text: string): boolean {
  try {
    readSetup(text.trim());
    return true;
  } catch {
    return false;
  }
}

/** Reads the text of a setup. Throws the codes of setups. */
export function propose(text: string, before: HeldSetup | undefined): Proposal {
  const { bytes, gate } = readSetup(text.trim());
  const now = clock.wall();
  if (before !== undefined) {
    const next = acceptNextSetup(bytes, storedSetup(before.setup), now);
    return { kind: "next", gate, held: { setup: next.bytes } };
  }
  const checkNumber = setupCheckNumber(bytes);
  return {
    kind: "first",
    gate,
    checkNumber,
    accept: () => ({ setup: acceptFirstSetup(bytes, checkNumber, clock.wall()).bytes }),
  };
}
