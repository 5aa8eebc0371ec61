import { h } from "../dom.js";
import { type Language, say } from "../texts.js";
import type { CameraChoice } from "./camera.js";
import type { GateHealth } from "./health.js";
import { lights, outOfOrder, type Waiting, waiting } from "./lights.js";
import { STYLE } from "./style.js";
import { GATE } from "./texts.js";
import type { GateVerdict } from "./verdict.js";
import { healthLine, warningText } from "./words.js";

/** What a person asks for by the controls. */
export interface Wishes {
  start(): void;
  choose(camera: string): void;
  turnTorch(isOn: boolean): void;
  turnSound(isOn: boolean): void;
}

/** What is shown. */
export interface Shown {
  readonly language: Language;
  readonly isSetUp: boolean;
  readonly health: GateHealth | undefined;
  /** What is wrong while there is no health yet. */
  readonly faults: readonly string[];
  /** Whether a picture comes, or may come at once. */
  readonly hasPicture: boolean;
  /** Why there is no camera. */
  readonly trouble: string | undefined;
  readonly isMirrored: boolean;
  readonly hasTorch: boolean;
  readonly hasSound: boolean;
}

/** The parts of the element that a person sees. */
export class GateScreen {
  readonly video = h("video", { part: "video", muted: true, playsinline: true });
  readonly #wishes: Wishes;
  #said = "";
  readonly #ask = h("div", { class: "ask", part: "ask" });
  readonly #lights = h("div", { class: "lights", part: "lights", role: "status" });
  /** What the page asks visitors. It stands where the lights are, while there is none. */
  readonly #question = h("slot", { name: "question", hidden: true });
  readonly #stage = h("div", { class: "stage", part: "stage" });
  readonly #health = h("section", { class: "health", part: "health" });
  readonly #choice = h("select", { part: "choice" });
  readonly #choiceName = h("span");
  readonly #choiceLabel = h("label", { hidden: true }, this.#choiceName, this.#choice);
  readonly #torch = h("button", { type: "button", part: "torch", "aria-pressed": "false" });
  readonly #sound = h("button", { type: "button", part: "sound", "aria-pressed": "true" });

  constructor(root: ShadowRoot, wishes: Wishes) {
    this.#wishes = wishes;
    root.adoptedStyleSheets = [STYLE];
    // The attribute alone does not silence a video that a script made.
    this.video.muted = true;
    this.#choice.addEventListener("change", () => wishes.choose(this.#choice.value));
    this.#torch.addEventListener("click", () => {
      const isOn = this.#torch.getAttribute("aria-pressed") !== "true";
      this.#torch.setAttribute("aria-pressed", String(isOn));
      wishes.turnTorch(isOn);
    });
    this.#sound.addEventListener("click", () => {
      wishes.turnSound(this.#sound.getAttribute("aria-pressed") !== "true");
    });
    const view = h("div", { class: "view", part: "view" }, this.video, this.#ask);
    this.#stage.append(view, this.#question, this.#lights);
    root.append(
      this.#health,
      this.#stage,
      h(
        "div", { class: "tools", part: "tools" },
        this.#choiceLabel, this.#torch, this.#sound,
      ),
    );
  }

  show(shown: Shown): void {
    const { language, hasTorch, hasSound, isMirrored } = shown;
    this.#showHealth(shown);
    this.#choiceName.textContent = say(GATE.camera, language);
    this.#torch.textContent = say(GATE.torch, language);
    this.#torch.hidden = !hasTorch;
    this.#sound.textContent = say(GATE.sound, language);
    this.#sound.setAttribute("aria-pressed", String(hasSound));
    this.video.setAttribute("aria-label", say(GATE.picture, language));
    this.video.classList.toggle("mirrored", isMirrored);
    this.#ask.replaceChildren(...this.#instead(shown));
    this.#ask.hidden = this.#ask.childElementCount === 0;
  }

  /** The lights of the codes in view; with none, what to do, or that the gate is out of order. */
  showLights(
    verdicts: readonly GateVerdict[],
    wait: Waiting,
    health: GateHealth | undefined,
    language: Language,
  ): void {
    const fault = health?.warnings.find((warning) => warning.outOfOrder);
    let next: HTMLElement[];
    if (verdicts.length > 0) next = lights(verdicts, health?.lane ?? "", language);
    else if (health === undefined || fault === undefined) next = [waiting(wait, language)];
    else next = [outOfOrder(warningText(fault, health.at, language), language)];
    const asks = verdicts.length === 0 && fault === undefined &&
      this.#question.assignedElements().length > 0;
    [this.#question.hidden, this.#lights.hidden] = [!asks, asks];
    this.#stage.classList.toggle("asking", asks);
    // What stays the same is not read out again.
    const said = next.map(({ outerHTML }) => outerHTML).join("");
    if (said !== this.#said) this.#lights.replaceChildren(...next);
    this.#said = said;
  }

  /** The cameras that can be chosen. */
  showCameras(all: readonly CameraChoice[], chosen: string | undefined, language: Language): void {
    this.#choice.replaceChildren(...all.map(({ id, name }, at) => {
      const shown = name || say(GATE.cameraNumber, language, { number: at + 1 });
      return h("option", { value: id, selected: id === chosen }, shown);
    }));
    this.#choiceLabel.hidden = all.length < 2;
  }

  /** What stands in the place of the picture while there is none. */
  #instead({ language, isSetUp, hasPicture, trouble }: Shown): HTMLElement[] {
    if (!isSetUp) return [h("p", {}, say(GATE.noSetup, language))];
    if (hasPicture) return [];
    const text = trouble === undefined ? GATE.start : GATE.again;
    const click = () => this.#wishes.start();
    const button = h("button", { type: "button", part: "start", click }, say(text, language));
    return trouble === undefined ? [button] : [h("p", {}, trouble), button];
  }

  #showHealth({ language, isSetUp, health, faults }: Shown): void {
    const box = this.#health;
    box.setAttribute("aria-label", say(GATE.health, language));
    box.classList.toggle("out", health === undefined ? faults.length > 0 : !health.inOrder);
    box.classList.toggle("warned", health?.inOrder === true && health.warnings.length > 0);
    if (health === undefined) {
      const usual = say(isSetUp ? GATE.opening : GATE.noSetup, language);
      const lines = faults.length > 0 ? faults : [usual];
      box.replaceChildren(...lines.map((line) => h("p", { class: "line" }, line)));
      return;
    }
    const warnings = health.warnings.map((warning) => {
      return h("li", { part: "warning" }, warningText(warning, health.at, language));
    });
    const line = h("p", { class: "line", part: "health-line" }, healthLine(health, language));
    box.replaceChildren(line, ...(warnings.length > 0 ? [h("ul", {}, ...warnings)] : []));
  }
}
