import { h } from "../../components/src/dom.js";
import type { GateHealth, PermitGate, QuestionForm }
  from "../../components/src/gate/permit-gate.js";
import { type Language, say } from "../../components/src/texts.js";
import type { Questions } from "./questions.js";
import { PAGE } from "./texts.js";

/** Whether the gate asks, and how, as the operator of this device chose. */
export type Asking = "not" | QuestionForm;

const ALL: readonly Asking[] = ["not", "code", "digits"];

/** What was kept, or that nobody chose. */
export function readAsking(kept: unknown): Asking {
  return ALL.find((asking) => asking === kept) ?? "not";
}

/** The operator's choice, and the questions that come of it. A setup that asks is not silenced. */
export class AskingChoice {
  readonly element: HTMLElement;
  readonly #gate: PermitGate;
  readonly #select: HTMLSelectElement;
  #chosen: Asking;
  /** Whether the setup says that this gate asks. */
  #isOrdered = false;
  #questions: Questions | undefined;
  #shown: QuestionForm | undefined;

  constructor(
    gate: PermitGate,
    language: Language,
    chosen: Asking,
    changed: (chosen: Asking) => void,
  ) {
    [this.#gate, this.#chosen] = [gate, chosen];
    this.#select = h("select", { id: "asking" }, ...ALL.map((asking) => {
      return h("option", { value: asking }, say(PAGE[`asking.${asking}`], language));
    }));
    this.#select.value = chosen;
    this.#select.addEventListener("change", () => {
      this.#chosen = readAsking(this.#select.value);
      changed(this.#chosen);
      this.#apply();
    });
    const label = h("label", { for: "asking" }, say(PAGE.asking, language));
    this.element = h("div", {}, label, this.#select);
  }

  get chosen(): Asking {
    return this.#chosen;
  }

  /** Takes in how the gate is. */
  hear({ asks }: GateHealth): void {
    this.#isOrdered = asks;
    this.#apply();
  }

  close(): void {
    this.#questions?.close();
    [this.#questions, this.#shown] = [undefined, undefined];
  }

  #apply(): void {
    const unchosen = this.#isOrdered ? "code" : "not";
    const asking = this.#chosen === "not" ? unchosen : this.#chosen;
    const [not] = this.#select.options;
    if (not !== undefined) not.disabled = this.#isOrdered;
    // The health line comes each second: a list that is open would lose its place.
    if (this.#select.value !== asking) this.#select.value = asking;
    const form = asking === "not" ? undefined : asking;
    if (form !== this.#shown) void this.#show(form);
  }

  async #show(form: QuestionForm | undefined): Promise<void> {
    this.close();
    this.#shown = form;
    if (form === undefined) return;
    const { Questions, ready } = await import("./questions.js");
    await ready();
    if (this.#shown === form) this.#questions = new Questions(this.#gate, form);
  }
}
