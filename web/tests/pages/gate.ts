// A page with a gate and a film: tests show codes to it, and look at what it says.

import "../../components/src/gate/permit-gate.js";

import type {
  GateHealth,
  GateOptions,
  GateVerdict,
} from "../../components/src/gate/permit-gate.js";
import { languageOfPage, tagOf } from "../../components/src/texts.js";
import type { FilmedCode } from "../film.mjs";
import { Film } from "./film.js";

interface Said extends GateVerdict {
  /** Milliseconds and frames since the film of this code began. */
  readonly after: number;
  readonly frames: number;
}

const asked = new URLSearchParams(location.search);
document.documentElement.lang = tagOf(languageOfPage());
const gate = document.createElement("permit-gate");
const way = asked.get("frames");
if (way !== null) gate.setAttribute("frames", way);
gate.muted = true;
document.querySelector("main")?.append(gate);

const film = asked.has("camera") ? undefined : new Film(Number(asked.get("rate") ?? 10));
const verdicts: Said[] = [];
let frames = 0;
gate.addEventListener("permit-gate-verdict", (event) => {
  const verdict = (event as CustomEvent<GateVerdict>).detail;
  const after = performance.now() - (film?.begun ?? 0);
  verdicts.push({ ...verdict, after, frames: gate.frames - frames });
});

/** Numbers in the place of bytes, as a test can send them. */
type Plain = Omit<GateOptions, "trust"> & {
  readonly trust: { readonly kind: "keys"; readonly keys: readonly { readonly key: number[] }[] };
};

const hooks = {
  verdicts,
  open(setup: Plain): void {
    const keys = setup.trust.keys.map((key) => ({ ...key, key: new Uint8Array(key.key) }));
    gate.options = { ...setup, trust: { kind: "keys", keys } } as unknown as GateOptions;
  },
  start: () => gate.start(),
  list: (bytes: number[]) => gate.acceptList("status", new Uint8Array(bytes)),
  goOn: () => gate.goOn("nothing-was-admitted"),
  show(code: FilmedCode | undefined, seed?: number, side?: number): void {
    frames = gate.frames;
    film?.show(code, seed, side);
  },
  health: (): GateHealth | undefined => gate.health,
  frames: () => gate.frames,
  lights: () => [...(gate.shadowRoot?.querySelectorAll(".light .word") ?? [])].map((word) => {
    return word.textContent;
  }),
};
export type Hooks = typeof hooks;
Object.assign(globalThis, { hooks });
