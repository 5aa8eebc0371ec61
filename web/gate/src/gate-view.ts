import "../../components/src/gate/permit-gate.js";

import { h } from "../../components/src/dom.js";
import type { GateHealth, GateVerdict } from "../../components/src/gate/permit-gate.js";
import { reasonOf } from "../../components/src/reason.js";
import { type Language, say, type Text } from "../../components/src/texts.js";
import type { Offline } from "../../shared/offline.js";
import { type Asking, AskingChoice } from "./asking.js";
import { healthDetails } from "./health-view.js";
import { lineOf, MOST_LINES } from "./log.js";
import { logView } from "./log-view.js";
import type { HeldSetup } from "./setup.js";
import type { PageStore } from "./store.js";
import { PAGE } from "./texts.js";

/** The gate, its notes, and what can be opened beside it. The gate goes on while those are read. */
export class GateView {
  readonly element: HTMLElement;
  readonly #language: Language;
  readonly #store: PageStore;
  readonly #gate = h("permit-gate");
  readonly #notes = h("footer", { class: "notes" });
  readonly #side = h("div", { hidden: true });
  readonly #said = new Map<string, HTMLElement>();
  readonly #asking: AskingChoice;
  #health: GateHealth | undefined;
  readonly #details = h("div", { class: "facts" });

  constructor(
    language: Language,
    setup: HeldSetup,
    asking: Asking,
    store: PageStore,
    setUp: () => void,
  ) {
    this.#language = language;
    this.#store = store;
    const open = () => {
      this.#gate.options = { ...setup, asks: this.#asking.chosen !== "not" };
    };
    this.#asking = new AskingChoice(this.#gate, language, asking, (chosen) => {
      void store.keepAsking(chosen).then(open);
    });
    open();
    this.#gate.addEventListener("permit-gate-verdict", (event) => {
      void this.#keep((event as CustomEvent<GateVerdict>).detail);
    });
    this.#gate.addEventListener("permit-gate-health", (event) => {
      this.#health = (event as CustomEvent<GateHealth>).detail;
      this.#asking.hear(this.#health);
      this.#note("alone", this.#health.relay === undefined ? this.#t(PAGE.alone) : undefined);
      this.#drawDetails();
    });
    const tool = (text: Text, click: () => void) =>
      h("button", { type: "button", class: "quiet", click }, this.#t(text));
    this.element = h(
      "div", { class: "gate-page" },
      h(
        "header", { class: "bar" },
        h("h1", {}, this.#t(PAGE.title)),
        h(
          "nav", { "aria-label": this.#t(PAGE.title) },
          tool(PAGE.details, () => this.#toggle(this.#openDetails())),
          tool(PAGE.log, () => void this.#openLog()),
          tool(PAGE.newSetup, setUp),
        ),
      ),
      h("main", {}, this.#side, this.#gate),
      this.#notes,
    );
    void this.#look();
  }

  close(): void {
    this.#gate.stop();
    this.#asking.close();
  }

  /** What the service worker says. */
  offline(state: Offline): void {
    if (state.kind !== "newer") return;
    const update = h(
      "button", { type: "button", click: () => state.takeOver() }, this.#t(PAGE.update),
    );
    this.#note("newer", this.#t(PAGE.newer), update);
  }

  #t(text: Text, values = {}): string {
    return say(text, this.#language, values);
  }

  /** Whether the browser may delete what the gate must know. */
  async #look(): Promise<void> {
    const isKept = await navigator.storage?.persisted?.().catch(() => false);
    if (isKept !== true) this.#note("not-kept", this.#t(PAGE.notKept));
  }

  async #keep(verdict: GateVerdict): Promise<void> {
    const { gate = "", lane = "", zone = "" } = this.#health ?? {};
    try {
      await this.#store.log(lineOf(verdict, { gate, lane, zone }), MOST_LINES);
      this.#note("log", undefined);
    } catch (failure) {
      this.#note("log", this.#t(PAGE.logFailed, { reason: reasonOf(failure) }));
    }
  }

  #note(name: string, text: string | undefined, ...more: HTMLElement[]): void {
    const before = this.#said.get(name);
    if (before?.dataset.text === text) return;
    before?.remove();
    this.#said.delete(name);
    if (text === undefined) return;
    const note = h("p", { class: "soft", "data-text": text }, text, " ", ...more);
    this.#said.set(name, note);
    this.#notes.append(note);
  }

  #openDetails(): HTMLElement {
    this.#drawDetails();
    return h("section", { class: "sheet" }, this.#details, this.#asking.element);
  }

  #drawDetails(): void {
    if (this.#health === undefined) return;
    this.#details.replaceChildren(...healthDetails(this.#health, this.#language));
  }

  async #openLog(): Promise<void> {
    const close = () => this.#toggle(undefined);
    this.#toggle(await logView(this.#store, this.#language, close));
  }

  /** Shows this beside the gate, or takes away what is shown. */
  #toggle(what: HTMLElement | undefined): void {
    const isSame = this.#side.firstElementChild?.className === what?.className &&
      this.#side.firstElementChild?.tagName === what?.tagName && !this.#side.hidden;
    const shown = isSame ? undefined : what;
    this.#side.hidden = shown === undefined;
    this.#side.replaceChildren(...(shown === undefined ? [] : [shown]));
  }
}
