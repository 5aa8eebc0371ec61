import { troubleOf } from "../../components/src/gate/camera.js";
import { GATE } from "../../components/src/gate/texts.js";
import { h } from "../../components/src/dom.js";
import { reasonOf } from "../../components/src/reason.js";
import { type Language, say, type Text } from "../../components/src/texts.js";
import type { HeldSetup, Proposal } from "./setup.js";
import { PAGE, SETUPS } from "./texts.js";

/**
 * Asks for a setup, by camera or by text, and lets a person compare the number of the first one.
 * Nothing counts before the person said that both screens show the same.
 */
export class SetupView {
  readonly element: HTMLElement;
  readonly #language: Language;
  readonly #before: HeldSetup | undefined;
  readonly #accepted: (setup: HeldSetup) => void;
  readonly #field = h("textarea", {
    id: "setup", required: true, autocomplete: "off", spellcheck: "false",
  });
  readonly #said = h("p", { class: "bad", role: "alert" });
  readonly #video = h("video", { muted: true, playsinline: true, hidden: true });
  readonly #scan: HTMLButtonElement;
  readonly #form: HTMLFormElement;
  readonly #place: HTMLElement;
  #looking: AbortController | undefined;

  constructor(
    language: Language,
    before: HeldSetup | undefined,
    accepted: (setup: HeldSetup) => void,
    back: (() => void) | undefined,
  ) {
    [this.#language, this.#before, this.#accepted] = [language, before, accepted];
    this.#video.muted = true;
    this.#video.setAttribute("aria-label", this.#t(GATE.picture));
    const look = () => void this.#look();
    this.#scan = h("button", { type: "button", click: look }, this.#t(PAGE.scan));
    this.#form = h(
      "form",
      { submit: (event) => {
        event.preventDefault();
        void this.#read(this.#field.value);
      } },
      this.#scan,
      this.#video,
      h("label", { for: "setup" }, this.#t(PAGE.paste)),
      this.#field,
      h(
        "div", { class: "row" },
        h("button", { type: "submit", class: "quiet" }, this.#t(PAGE.read)),
        back && h("button", { type: "button", class: "quiet", click: () => {
          this.close();
          back();
        } }, this.#t(PAGE.back)),
      ),
    );
    this.#place = h("div", {}, this.#form);
    this.element = h(
      "main", { class: "sheet" },
      h("h1", {}, this.#t(before === undefined ? PAGE.setUp : PAGE.newSetup)),
      h("p", { class: "soft" }, this.#t(before === undefined ? PAGE.firstHint : PAGE.nextHint)),
      this.#place, this.#said,
    );
  }

  close(): void {
    this.#looking?.abort();
    this.#looking = undefined;
    this.#video.hidden = true;
  }

  #t(text: Text, values = {}): string {
    return say(text, this.#language, values);
  }

  /** Looks through the camera for the code of a setup. */
  async #look(): Promise<void> {
    if (this.#looking !== undefined) return this.close();
    const { signal } = (this.#looking = new AbortController());
    this.#said.textContent = "";
    this.#video.hidden = false;
    try {
      const [{ scan }, { isSetup }] = await Promise.all([
        import("../../shared/scan.js"), import("./setup.js"),
      ]);
      await scan(this.#video, signal, (text) => {
        const found = isSetup(text);
        if (found) void this.#read(text);
        return found;
      });
    } catch (failure) {
      if (signal.aborted) return;
      this.#said.textContent = this.#t(GATE[troubleOf(failure)], { reason: reasonOf(failure) });
    }
    this.close();
  }

  async #read(text: string): Promise<void> {
    this.#said.textContent = "";
    try {
      const { propose, ready } = await import("./setup.js");
      await ready();
      this.#take(propose(text, this.#before));
    } catch (failure) {
      this.#said.textContent = this.#refusal(failure);
    }
  }

  #take(proposal: Proposal): void {
    if (proposal.kind === "next") return this.#accepted(proposal.held);
    const { checkNumber, gate } = proposal;
    const refuse = () => {
      this.#field.value = "";
      this.#place.replaceChildren(this.#form);
      this.#said.textContent = this.#t(PAGE.refused);
    };
    const accept = () => {
      try {
        this.#accepted(proposal.accept());
      } catch (failure) {
        this.#place.replaceChildren(this.#form);
        this.#said.textContent = this.#refusal(failure);
      }
    };
    this.#place.replaceChildren(
      h(
        "div", { class: "card" },
        h("h2", {}, this.#t(PAGE.checkNumber, { gate })),
        h("p", { class: "number" }, checkNumber),
        h("p", {}, this.#t(PAGE.compare)),
        h(
          "div", { class: "row" },
          h("button", { type: "button", click: accept }, this.#t(PAGE.accept)),
          h("button", { type: "button", class: "quiet", click: refuse }, this.#t(PAGE.refuse)),
        ),
      ),
    );
  }

  /** Why a setup is refused, and what to do. */
  #refusal(failure: unknown): string {
    const { code = "", reason = reasonOf(failure) } = failure as { code?: string; reason?: string };
    const known = (SETUPS as Readonly<Record<string, Text>>)[code];
    return known === undefined ? this.#t(PAGE.unreadable, { reason }) : this.#t(known);
  }
}
