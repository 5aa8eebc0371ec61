import type { Acting } from "livepermit/holder";

import { h } from "../../../components/src/dom.js";
import type { App } from "../app.js";
import type { Permit } from "../permit.js";
import { permitTexts as texts } from "../texts/wallet.js";
import { roleWords, type StateWords } from "../words.js";

/** A state with its sign. */
export function stateLine({ sign, what }: StateWords): HTMLElement {
  return h(
    "p",
    { class: "state", "data-sign": sign },
    h("span", { class: "sign", "aria-hidden": "true" }, sign),
    h("span", {}, what),
  );
}

/** Whose permit it is, as far as the person or the credential says so. */
export function nameLine(app: App, { facts, record }: Permit): string | undefined {
  return record.label ?? facts?.person?.fullName ?? actingLine(app, facts?.acting);
}

/** Who shows the permit of another person. */
export function actingLine(app: App, acting: Acting | undefined): string | undefined {
  return acting && app.text(texts.acting, { role: roleWords(app, acting.role) });
}

/** A field with its label, and a hint below. */
export function field(
  label: string,
  input: HTMLInputElement | HTMLTextAreaElement,
  hint?: string,
): HTMLElement {
  const id = `field-${input.name}`;
  input.id = id;
  if (hint !== undefined) input.setAttribute("aria-describedby", `${id}-hint`);
  return h(
    "div",
    {},
    h("label", { for: id }, label),
    input,
    hint === undefined ? undefined : h("p", { class: "soft", id: `${id}-hint` }, hint),
  );
}

/** A place for what went wrong, which screen readers say. */
export function problemPlace(): { element: HTMLElement; say(what: string | undefined): void } {
  const element = h("div", { role: "alert" });
  return {
    element,
    say: (what) =>
      element.replaceChildren(...(what === undefined ? [] : [h("p", { class: "problem" }, what)])),
  };
}
