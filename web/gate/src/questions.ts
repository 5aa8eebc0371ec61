// The question that a gate shows while it asks. Times are those of the command's gate.

import { type Challenge, loadGate } from "livepermit/gate";

import "../../components/src/challenge/permit-challenge.js";
import { clock } from "../../components/src/clock.js";
import { h } from "../../components/src/dom.js";
import type {
  GateHealth,
  GateVerdict,
  PermitGate,
  QuestionForm,
} from "../../components/src/gate/permit-gate.js";

/** Seconds for which a question is open. */
const LIVES: Readonly<Record<QuestionForm, number>> = { code: 60, digits: 30 };
/**
 * A code that was photographed just before it changed can still be answered for so many seconds.
 * Other digits are opened only when these are over.
 */
const STILL_OPEN: Readonly<Record<QuestionForm, number>> = { code: 15, digits: 0 };
/** Milliseconds after which a question that did not come is asked for again. */
const PATIENCE = 3000;

/** Draws questions. Loaded when a gate asks. */
export const ready = loadGate;

/** Keeps a question open at a gate, and shows it in the gate's slot. */
export class Questions {
  readonly form: QuestionForm;
  readonly #gate: PermitGate;
  readonly #element = h("permit-challenge", { slot: "question" });
  readonly #over = new AbortController();
  #asked = Number.NEGATIVE_INFINITY;
  /** The start of the gate that asked: a gate that was opened anew has forgotten its questions. */
  #since: number | undefined;

  constructor(gate: PermitGate, form: QuestionForm) {
    [this.#gate, this.form] = [gate, form];
    const { signal } = this.#over;
    const listen = <Detail>(name: string, come: (detail: Detail) => void) => {
      const listener = (event: Event) => come((event as CustomEvent<Detail>).detail);
      gate.addEventListener(name, listener, { signal });
    };
    listen<{ challenge: Challenge }>("permit-gate-question", ({ challenge }) => {
      this.#element.question = challenge;
      this.#asked = Number.NEGATIVE_INFINITY;
    });
    // The first answer that is let in uses a question up.
    listen<GateVerdict>("permit-gate-verdict", ({ opens }) => {
      if (opens) this.#ask();
    });
    listen<GateHealth>("permit-gate-health", (health) => this.#look(health));
    gate.append(this.#element);
    if (gate.health !== undefined) this.#look(gate.health);
  }

  close(): void {
    this.#over.abort();
    this.#element.remove();
  }

  #look({ since }: GateHealth): void {
    const rest = (this.#element.question?.expires ?? 0) - clock.wall();
    // A clock that went back: the question would be open for too long.
    const isOpen = since === this.#since && rest > STILL_OPEN[this.form] &&
      rest <= LIVES[this.form];
    const isAwaited = since === this.#since && clock.uptime() - this.#asked < PATIENCE;
    this.#since = since;
    if (!isOpen && !isAwaited) this.#ask();
  }

  #ask(): void {
    this.#asked = clock.uptime();
    this.#gate.ask(LIVES[this.form], this.form);
  }
}
