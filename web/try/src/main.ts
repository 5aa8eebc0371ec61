import "../../components/src/code/permit-code.js";
import "../../components/src/gate/permit-gate.js";

import { drawQr, loadIssuer } from "livepermit/issuer";

import { clock } from "../../components/src/clock.js";
import { h } from "../../components/src/dom.js";
import type { GateVerdict } from "../../components/src/gate/permit-gate.js";
import { instructionOf } from "../../components/src/gate/words.js";
import { reasonOf } from "../../components/src/reason.js";
import { languageOfPage, say, span, tagOf, type Text } from "../../components/src/texts.js";
import { keepOffline } from "../../shared/offline.js";
import { Office } from "./office.js";
import { Phone } from "./phone.js";
import { Scene } from "./scene.js";
import { type Step, Steps, STEPS } from "./steps.js";
import { TRY } from "./texts.js";

const language = languageOfPage();
const t = (text: Text, values = {}) => say(text, language, values);
document.documentElement.lang = tagOf(language);
document.title = t(TRY.title);

const outcome = h("p", { class: "card outcome", role: "status" }, t(TRY.loading));
const code = h("permit-code");
const gate = h("permit-gate");
const screenshot = h("div", { class: "paper" }, h("p", { class: "soft" }, t(TRY.noScreenshot)));
const buttons = new Map<Step, HTMLButtonElement>();
for (const step of STEPS) {
  buttons.set(step, makeButton(step));
}
const phoneBox = h("section", { class: "phone" }, h("h2", {}, t(TRY.phone)), code);
const paperBox = h("section", {}, h("h2", {}, t(TRY.screenshot)), screenshot);
document.body.append(
  h("header", {}, h("h1", {}, t(TRY.title)), h("p", { class: "soft" }, t(TRY.intro))),
  h(
    "nav", { "aria-label": t(TRY.steps) },
    h("ol", { class: "steps" }, ...[...buttons.values()].map((button) => h("li", {}, button))),
  ),
  h(
    "main", {},
    h("section", { class: "outcome-box", "aria-label": t(TRY.outcome) }, outcome),
    phoneBox, paperBox,
    h("section", { class: "gate" }, h("h2", {}, t(TRY.gate)), gate),
  ),
);
void keepOffline(() => undefined);

try {
  await loadIssuer();
  const scene = new Scene();
  const steps = new Steps(new Office(), new Phone(code), scene, gate);
  gate.stream = scene.stream();
  await steps.begin();
  tell(t(TRY.ready));
  enable(true);
  for (const [step, button] of buttons) {
    button.addEventListener("click", () => void run(steps, step));
  }
  setInterval(() => drawScreenshot(steps), 1000);
} catch (failure) {
  tell(t(TRY.failed, { reason: reasonOf(failure) }));
  throw failure;
}

function makeButton(step: Step): HTMLButtonElement {
  const facts = { type: "button", class: "quiet", disabled: true, "data-step": step };
  return h("button", facts, t(TRY[step]));
}

async function run(steps: Steps, step: Step): Promise<void> {
  enable(false);
  gate.removeAttribute("muted");
  void gate.start();
  const isPhone = step === "live" || step === "ask" || step === "answer" || step === "clock";
  phoneBox.classList.toggle("shown", isPhone);
  paperBox.classList.toggle("shown", step === "copy" || step === "old");
  try {
    const verdict = await steps.run(step, (progress) => {
      drawScreenshot(steps);
      tell(t(TRY[progress]));
    });
    tell(sentence(step, verdict), verdict.light);
  } catch (failure) {
    tell(t(TRY.failed, { reason: reasonOf(failure) }));
  }
  enable(true);
}

/** What happened, and why, in one sentence. */
function sentence(step: Step, verdict: GateVerdict): string {
  const known = (TRY as Readonly<Record<string, Text>>)[`${step}.${verdict.light}`];
  if (known !== undefined) return t(known);
  return t(TRY.other, { code: verdict.code, instruction: instructionOf(verdict, language) });
}

function tell(text: string, light = ""): void {
  outcome.className = `card outcome ${light}`;
  outcome.textContent = text;
}

function enable(isOn: boolean): void {
  for (const button of buttons.values()) button.disabled = !isOn;
}

let drawn: string | undefined;

function drawScreenshot({ screenshot: taken }: Steps): void {
  if (taken === undefined) return;
  if (taken.text !== drawn) {
    drawn = taken.text;
    const picture = new DOMParser().parseFromString(drawQr(drawn).toSvg(), "image/svg+xml");
    const image = picture.documentElement;
    image.setAttribute("role", "img");
    image.setAttribute("aria-label", t(TRY.screenshotOf));
    screenshot.replaceChildren(image, h("p", { class: "soft" }));
  }
  const ago = span(Math.max(clock.wall() - taken.taken, 0), language);
  const line = screenshot.querySelector("p");
  if (line !== null) line.textContent = t(TRY.takenAgo, { span: ago });
}
