import { h } from "../../components/src/dom.js";
import { type Language, say, type Text } from "../../components/src/texts.js";
import { type HeldSetup, type Proposal, readSetup } from "./setup.js";
import { PAGE } from "./texts.js";

/**
 * Asks for a setup, and lets a person compare its number. Nothing counts before the person said
 * that both screens show the same.
 */
export function setupView(
  language: Language,
  before: HeldSetup | undefined,
  accepted: (setup: HeldSetup) => void,
  back: (() => void) | undefined,
): HTMLElement {
  const t = (text: Text, values = {}) => say(text, language, values);
  const field = h("textarea", {
    id: "setup", required: true, autocomplete: "off", spellcheck: "false",
  });
  const said = h("p", { class: "bad", role: "alert" });
  const form = h(
    "form",
    { submit: (event) => {
      event.preventDefault();
      void read();
    } },
    h("label", { for: "setup" }, t(PAGE.paste)),
    field,
    h(
      "div", { class: "row" },
      h("button", { type: "submit" }, t(PAGE.read)),
      back && h("button", { type: "button", class: "quiet", click: back }, t(PAGE.back)),
    ),
  );
  const place = h("div", {}, form);

  async function read(): Promise<void> {
    said.textContent = "";
    try {
      compare(await readSetup(field.value, before));
    } catch (failure) {
      const reason = failure instanceof Error ? failure.message : String(failure);
      said.textContent = t(PAGE.unreadable, { reason });
    }
  }

  function compare(proposal: Proposal): void {
    const refuse = () => {
      field.value = "";
      place.replaceChildren(form);
      said.textContent = t(PAGE.refused);
    };
    const accept = h(
      "button", { type: "button", click: () => accepted(proposal.accept()) }, t(PAGE.accept),
    );
    place.replaceChildren(
      h(
        "div", { class: "card" },
        h("h2", {}, `${t(PAGE.checkNumber)}, ${t(PAGE.forGate, { gate: proposal.gate })}`),
        h("p", { class: "number" }, proposal.checkNumber),
        h("p", {}, t(PAGE.compare)),
        h(
          "div", { class: "row" },
          accept,
          h("button", { type: "button", class: "quiet", click: refuse }, t(PAGE.refuse)),
        ),
      ),
    );
  }

  return h("main", { class: "sheet" }, h("h1", {}, t(PAGE.setUp)), place, said);
}
