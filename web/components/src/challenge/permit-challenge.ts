import { type Challenge, challengeQrText, drawQr } from "livepermit/holder";

import { clock } from "../clock.js";
import { h, sheet, svg } from "../dom.js";
import { CodePicture, pictureStyle } from "../picture.js";
import { languageOfElement, say } from "../texts.js";
import { challengeTexts as texts } from "./texts.js";

/** What the element shows. */
export type ChallengeState = "none" | "open" | "over";

/** The events of the element. None bubbles. */
export interface PermitChallengeEvents {
  /** The question is over: nobody can answer it any more. */
  "permit-over": CustomEvent<Challenge>;
}

const TICK = 250;
const DIGITS = 6;

const style = sheet(`
  :host {
    display: block; width: 100%; max-width: var(--permit-challenge-size, 30rem);
    margin-inline: auto;
  }
  :host([hidden]) { display: none; }
  ${pictureStyle}
  .digits {
    margin: 1rem 0; font: 700 clamp(2.5rem, 14vw, 6rem)/1.1 ui-monospace, monospace;
    letter-spacing: .08em; text-align: center; white-space: nowrap;
  }
  .bar { display: block; width: 100%; height: 8px; fill: var(--permit-ring, #0b5c4b); }
  .what { font-weight: 600; }
`);

/**
 * `<permit-challenge>`: a gate's question as a code for phones, or as six digits for people, with
 * the time that is left. Parts: `card`, `picture`, `ring`, `digits`, `line`.
 */
export class PermitChallenge extends HTMLElement {
  static readonly tag = "permit-challenge";

  #question: Challenge | undefined;
  #state: ChallengeState = "none";
  /** The whole time that the question was shown with. */
  #whole = 1;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #picture: CodePicture | undefined;
  #bar: SVGRectElement | undefined;
  readonly #resized = new ResizeObserver(() => this.#fit());
  readonly #frame = h("div", { class: "frame" });
  readonly #what = h("p", { class: "line what", part: "line" });
  readonly #left = h("p", { class: "line soft", part: "line", "aria-hidden": "true" });

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    const parts = { class: "card", part: "card", role: "status" };
    root.append(h("div", parts, this.#frame, this.#what, this.#left));
  }

  /** The question of a gate. Six ASCII digits as nonce are shown as digits. */
  get question(): Challenge | undefined {
    return this.#question;
  }

  set question(question: Challenge | undefined) {
    this.#question = question;
    this.#whole = question === undefined ? 1 : Math.max(1, question.expires - clock.wall());
    if (this.isConnected) this.#draw();
  }

  /** What is shown now. */
  get state(): ChallengeState {
    return this.#state;
  }

  connectedCallback(): void {
    this.#ticking = setInterval(() => this.#tick(), TICK);
    this.#resized.observe(this);
    this.#draw();
  }

  disconnectedCallback(): void {
    clearInterval(this.#ticking);
    this.#resized.disconnect();
  }

  override addEventListener<K extends keyof PermitChallengeEvents>(
    type: K,
    listener: (event: PermitChallengeEvents[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: never,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options);
  }

  #draw(): void {
    const question = this.#question;
    const language = languageOfElement(this);
    [this.#picture, this.#bar] = [undefined, undefined];
    if (question === undefined) return this.#say("none");
    if (question.expires <= clock.wall()) return this.#say("over");
    const digits = digitsOf(question.nonce);
    if (digits === undefined) {
      const qr = drawQr(challengeQrText(question));
      const label = say(texts.label, language, { gate: question.gate });
      this.#picture = new CodePicture(qr, label);
      qr.free();
      this.#frame.replaceChildren(this.#picture.element);
      this.#fit();
    } else {
      // Read one by one, and not as a number.
      const name = [...digits].join(" ");
      const spoken = { class: "digits", part: "digits", role: "img", "aria-label": name };
      const { bar, rect } = countdownBar();
      this.#bar = rect;
      this.#frame.replaceChildren(h("p", spoken, digits), bar);
    }
    this.#say("open", digits === undefined ? texts.scan : texts.type);
    this.#tick();
  }

  #say(state: ChallengeState, entry = state === "over" ? texts.over : texts.none): void {
    this.#state = state;
    this.setAttribute("state", state);
    if (state !== "open") this.#frame.replaceChildren();
    const gate = this.#question?.gate ?? "";
    this.#what.textContent = say(entry, languageOfElement(this), { gate });
    this.#left.hidden = state !== "open";
  }

  #tick(): void {
    const question = this.#question;
    if (question === undefined || this.#state !== "open") return;
    const left = question.expires - clock.millis() / 1000;
    if (left <= 0) {
      this.#say("over");
      this.dispatchEvent(new CustomEvent("permit-over", { detail: question }));
      return;
    }
    const share = left / this.#whole;
    this.#picture?.left(share);
    this.#bar?.setAttribute("width", String(100 * Math.min(share, 1)));
    const said = say(texts.left, languageOfElement(this), { seconds: Math.ceil(left) });
    if (this.#left.textContent !== said) this.#left.textContent = said;
  }

  #fit(): void {
    const { width } = this.#frame.getBoundingClientRect();
    this.#picture?.fit(width, devicePixelRatio);
  }
}

function countdownBar() {
  const rect = svg("rect", { part: "ring", width: 100, height: 8 });
  const shape = { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none" };
  return { bar: svg("svg", { ...shape, "aria-hidden": "true" }, rect), rect };
}

/** The six digits of a question for people. */
function digitsOf(nonce: Uint8Array): string | undefined {
  const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
  if (nonce.length !== DIGITS || !nonce.every(isDigit)) return undefined;
  return String.fromCharCode(...nonce);
}

if (customElements.get(PermitChallenge.tag) === undefined) {
  customElements.define(PermitChallenge.tag, PermitChallenge);
}

declare global {
  interface HTMLElementTagNameMap {
    "permit-challenge": PermitChallenge;
  }
}
