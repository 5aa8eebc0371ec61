import { h } from "../../../components/src/dom.js";
import { dayAndTime } from "../../../components/src/texts.js";
import type { App } from "../app.js";
import type { Permit } from "../permit.js";
import { permitTexts as texts } from "../texts/wallet.js";
import { field } from "./parts.js";

/** What is seldom wanted of a permit: its facts, its name here, another question, its end. */
export function details(app: App, permit: Permit): Node {
  const { facts, record } = permit;
  const row = (name: string, value: string | undefined) =>
    value === undefined ? [] : [h("dt", {}, name), h("dd", {}, value)];
  const { host } = new URL(record.session.facts.issuer);
  const until = facts && dayAndTime(facts.expires, app.language);
  const element = h(
    "details",
    { class: "card", open: app.detailsOpen },
    h("summary", {}, app.text(texts.details)),
    h(
      "dl",
      {},
      ...row(app.text(texts.number), facts?.subject),
      ...row(app.text(texts.class), facts?.permitClass),
      ...row(app.text(texts.issuer), `${app.issuerOf(permit)} (${host})`),
    ),
    until === undefined ? undefined : h("p", {}, app.text(texts.validUntil, { at: until })),
    labelForm(app, permit),
    h("div", { class: "actions" }, asker(app), remover(app, permit)),
  );
  // The page is drawn anew when an answer comes: what a person opened stays open.
  element.addEventListener("toggle", () => {
    app.detailsOpen = element.open;
  });
  return element;
}

function asker(app: App): HTMLElement {
  const button = h("button", { class: "quiet" }, app.text(texts.renew));
  const ask = async () => {
    button.disabled = true;
    await app.renewals?.run("all");
    app.notice = app.text(texts.renewed);
    await app.reload();
  };
  button.addEventListener("click", () => void ask());
  return button;
}

/** A name for this phone alone: credentials carry no names of persons. */
function labelForm(app: App, permit: Permit): HTMLElement {
  const input = h("input", {
    name: "label", maxlength: 40, autocomplete: "off",
    value: app.typed.get(permit.id) ?? permit.record.label,
  });
  input.addEventListener("input", () => app.typed.set(permit.id, input.value));
  const save = async (event: Event) => {
    event.preventDefault();
    const label = input.value.trim();
    await app.store.change(permit.id, ({ label: _, ...record }) =>
      label === "" ? record : { ...record, label },
    );
    app.typed.delete(permit.id);
    await app.reload();
  };
  return h(
    "form",
    { submit: ((event: Event) => void save(event)) as EventListener },
    field(app.text(texts.label), input, app.text(texts.labelHint)),
    h("button", { class: "quiet" }, app.text(texts.labelSave)),
  );
}

/** Asks before it erases. */
function remover(app: App, permit: Permit): HTMLElement {
  const place = h("div", { class: "actions" });
  const first = h("button", { class: "quiet" }, app.text(texts.remove));
  const back = () => {
    place.replaceChildren(first);
    first.focus();
  };
  const erase = async () => {
    await app.store.remove(permit.id);
    app.go({ view: "home" });
    await app.reload();
  };
  first.addEventListener("click", () => {
    const keep = h("button", { class: "quiet", click: back }, app.text(texts.keep));
    const yes = h("button", { click: () => void erase() }, app.text(texts.removeYes));
    place.replaceChildren(h("p", { role: "status" }, app.text(texts.removeSure)), yes, keep);
    keep.focus();
  });
  place.append(first);
  return place;
}
