import { type GateCode, readGateCode } from "livepermit/holder";

import { clock } from "../../../components/src/clock.js";
import { h } from "../../../components/src/dom.js";
import type { App, View } from "../app.js";
import { askTexts as texts } from "../texts/wallet.js";
import { cameraButton } from "./camera.js";
import { field, problemPlace } from "./parts.js";

/** How long six digits are good for: gates open them for so many seconds at most. */
const DIGITS_LIVE = 30;

/** A gate's question, scanned or typed: the next codes answer it. */
export function ask(app: App, id: string): View {
  const problem = problemPlace();
  const read = h("div", { role: "status" });
  const isOver = (code: GateCode) => {
    const over = code.kind === "question" && code.challenge.expires <= clock.wall();
    if (over) problem.say(app.text(texts.over));
    return over;
  };
  // Whoever painted the code chose the name in it: the person looks before the wallet answers.
  const confirm = (code: GateCode) => {
    const gate = code.kind === "question" ? code.challenge.gate : code.gate;
    const click = () => {
      if (isOver(code)) read.replaceChildren();
      else answer(app, id, code);
    };
    const yes = h("button", { type: "button", click }, app.text(texts.confirm));
    const said = h("p", {}, app.text(texts.isThis, { gate }));
    read.replaceChildren(h("section", { class: "card actions" }, said, yes));
    yes.focus();
  };
  const camera = cameraButton(app, app.text(texts.scan), (text) => {
    const code = gateCodeOf(text);
    if (code === undefined || isOver(code)) return false;
    confirm(code);
    return true;
  });
  const gate = h("input", {
    name: "gate", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
  });
  const digits = h("input", {
    name: "digits", class: "digits", inputmode: "numeric", maxlength: 6, autocomplete: "off",
  });
  const send = (event: Event) => {
    event.preventDefault();
    const [name, nonce] = [gate.value.trim(), digits.value.trim()];
    if (name === "" || !/^\d{6}$/.test(nonce)) return problem.say(app.text(texts.needBoth));
    const expires = clock.wall() + DIGITS_LIVE;
    const challenge = { gate: name, nonce: new TextEncoder().encode(nonce), expires };
    answer(app, id, { kind: "question", challenge });
  };
  return {
    title: app.text(texts.title),
    back: { view: "permit", id },
    body: [
      camera.element,
      read,
      h(
        "section",
        { class: "card" },
        h(
          "form",
          { submit: send, novalidate: true },
          h("h2", {}, app.text(texts.orType)),
          field(app.text(texts.gate), gate),
          field(app.text(texts.digits), digits),
          problem.element,
          h("button", {}, app.text(texts.answer)),
        ),
      ),
    ],
    leave: camera.stop,
    update: () => true,
  };
}

function answer(app: App, id: string, code: GateCode): void {
  if (code.kind === "of-gate") {
    app.answers.set(id, { recipient: { kind: "one-gate", gate: code.gate } });
  } else {
    const { gate, nonce, expires } = code.challenge;
    app.answers.set(id, { recipient: { kind: "asked", gate, nonce }, expires });
  }
  app.go({ view: "permit", id });
}

function gateCodeOf(text: string): GateCode | undefined {
  try {
    return readGateCode(text);
  } catch {
    return undefined;
  }
}
