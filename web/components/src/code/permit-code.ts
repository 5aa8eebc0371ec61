import {
  type CodeSchedule,
  drawQr,
  type Holder,
  liveCodes,
  type Recipient,
  type Signer,
} from "livepermit/holder";

import { clock } from "../clock.js";
import { h } from "../dom.js";
import { CodePicture } from "../picture.js";
import { languageOfElement, say } from "../texts.js";
import { ScreenAwake } from "../wake-lock.js";
import { clockWords, type CodeState, endWords, stateOf, wordsOf } from "./state.js";
import { style } from "./style.js";
import { codeTexts as texts } from "./texts.js";

export type { CodeState, SignerProblem } from "./state.js";

/** Whose codes are shown. */
export interface CodeSource {
  /** The wallet of one permit, with a credential that it accepted. */
  readonly holder: Holder;
  /** The key of the device. */
  readonly key: Signer;
  /** For whom the codes are made; every gate unless said. */
  readonly recipient?: Recipient;
  /** How often a code is replaced, in seconds; 10 unless said. */
  readonly refresh?: number;
}

/** The events of the element. None bubbles. */
export interface PermitCodeEvents {
  /** What is shown changed. */
  "permit-state": CustomEvent<CodeState>;
  /** Half of the credential's life is over: fetch the next. Once for each credential. */
  "permit-renew": CustomEvent<{ readonly expires: number }>;
  /** The clock of the device was set by so many seconds, forward is positive. */
  "permit-clock": CustomEvent<{ readonly by: number }>;
}

/** How often the ring and the seconds are drawn. A quicker ring costs battery and tells no more. */
const TICK = 1000;
/** A difference of the clocks from which on the clock was set, in seconds. */
const CLOCK_SET = 3;
/** A longer time between two looks is a pause: the page was hidden, or the device slept. */
const LONGEST_TICK = 5000;
/** How long a word about the clock stays, in milliseconds. */
const NOTE_STAYS = 60_000;
/** How long before its end a credential is said to end soon, in seconds. */
const SOON = 7200;

/**
 * `<permit-code>`: a live code of a permit, with what is wrong in words where there is none.
 *
 * The library must be loaded before `source` is set. The code is taken away while the page is
 * hidden. Parts: `card`, `picture`, `ring`, `line`, `message`, `note`.
 */
export class PermitCode extends HTMLElement {
  static readonly tag = "permit-code";

  #source: CodeSource | undefined;
  #state: CodeState = { kind: "empty" };
  #running: AbortController | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #schedule: CodeSchedule | undefined;
  #picture: CodePicture | undefined;
  /** The clocks as they were read last. */
  #last: { readonly wall: number; readonly uptime: number } | undefined;
  #clockNote: { readonly by: number; readonly until: number } | undefined;
  /** For which credential the app was told to fetch the next. */
  #told: number | undefined;
  readonly #awake = new ScreenAwake(() => this.#lines());
  readonly #resized = new ResizeObserver(() => this.#fit());
  readonly #parts = {
    card: h("div", { class: "card", part: "card" }),
    picture: h("div", { class: "frame" }),
    next: h("p", { class: "line", part: "line", "aria-hidden": "true" }),
    hint: h("p", { class: "line soft", part: "line" }),
    message: h("div", { class: "message", part: "message", role: "status" }),
    note: h("p", { class: "note", part: "note", role: "status", hidden: true }),
  };

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    const { card, picture, next, hint, message, note } = this.#parts;
    card.append(picture, next, hint, message, note);
    root.append(card);
  }

  /** Whose codes are shown. Setting it starts anew. */
  get source(): CodeSource | undefined {
    return this.#source;
  }

  set source(source: CodeSource | undefined) {
    this.#source = source;
    this.#told = undefined;
    if (this.isConnected) this.#start();
  }

  /** What is shown now. */
  get state(): CodeState {
    return this.#state;
  }

  /** Starts anew: after `holder` accepted a credential where the last had ended. */
  refresh(): void {
    if (this.isConnected) this.#start();
  }

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.#seen);
    this.#resized.observe(this);
    this.#start();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#seen);
    this.#resized.disconnect();
    this.#stop();
  }

  override addEventListener<K extends keyof PermitCodeEvents>(
    type: K,
    listener: (event: PermitCodeEvents[K]) => void,
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

  readonly #seen = (): void => {
    if (document.visibilityState === "visible") this.#start();
    else this.#hide();
  };

  #hide(): void {
    this.#stop();
    this.#show(this.#source === undefined ? { kind: "empty" } : { kind: "hidden" });
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    clearInterval(this.#ticking);
    this.#awake.stop();
    this.#schedule = undefined;
  }

  #start(): void {
    this.#stop();
    const source = this.#source;
    if (source === undefined) return this.#show({ kind: "empty" });
    if (document.visibilityState !== "visible") return this.#hide();
    const running = new AbortController();
    this.#running = running;
    this.#ticking = setInterval(() => this.#tick(), TICK);
    this.#awake.start();
    void this.#follow(source, running.signal);
  }

  async #follow(source: CodeSource, signal: AbortSignal): Promise<void> {
    const { holder, key, ...options } = source;
    try {
      for await (const screen of liveCodes(holder, key, { ...options, clock, signal })) {
        if (signal.aborted) return;
        this.#schedule = screen.kind === "code" ? screen.schedule : undefined;
        this.#show(stateOf(screen));
        this.#tick();
      }
    } catch (failure) {
      if (!signal.aborted) this.#show({ kind: "waiting", problem: "failed", failure });
    }
  }

  #show(state: CodeState): void {
    this.#state = state;
    this.setAttribute("state", state.kind);
    const { picture, message } = this.#parts;
    const language = languageOfElement(this);
    const words = wordsOf(state, language);
    message.hidden = words === undefined;
    if (words !== undefined) {
      message.replaceChildren(
        h("span", { class: "sign", "aria-hidden": "true", "data-sign": words.sign }, words.sign),
        h("p", { class: "line what" }, words.what),
        ...(words.instruction === undefined ? [] : [h("p", { class: "line" }, words.instruction)]),
      );
    }
    this.#picture = undefined;
    if (state.kind === "code") {
      const qr = drawQr(state.token.qrText);
      this.#picture = new CodePicture(qr, say(texts.label, language));
      qr.free();
      picture.replaceChildren(this.#picture.element);
      this.#fit();
    } else {
      picture.replaceChildren();
    }
    this.#lines();
    this.dispatchEvent(new CustomEvent("permit-state", { detail: state }));
  }

  /** Everything that changes between two codes. */
  #tick(): void {
    const [wall, uptime] = [clock.wall(), clock.uptime()];
    this.#watchClock(wall, uptime);
    const left = this.#schedule?.remaining(wall, uptime);
    if (left !== undefined) this.#picture?.left(left.toNext / left.refresh);
    const { next } = this.#parts;
    const said =
      left === undefined
        ? ""
        : say(texts.next, languageOfElement(this), { seconds: Math.ceil(left.toNext / 1000) });
    // Each write is a layout.
    if (next.textContent !== said) next.textContent = said;
    this.#tellToRenew(wall);
    this.#note(wall);
  }

  /**
   * Finds a clock that was set. Counters of some browsers stand still while a device sleeps, so
   * after a pause only a clock that went back is sure.
   */
  #watchClock(wall: number, uptime: number): void {
    const last = this.#last;
    this.#last = { wall, uptime };
    if (last === undefined) return;
    const by = Math.round(wall - last.wall - (uptime - last.uptime) / 1000);
    const paused = uptime - last.uptime > LONGEST_TICK || uptime < last.uptime;
    const isSet = paused ? wall < last.wall - CLOCK_SET : Math.abs(by) >= CLOCK_SET;
    if (!isSet) return;
    this.#clockNote = { by, until: uptime + NOTE_STAYS };
    this.dispatchEvent(new CustomEvent("permit-clock", { detail: { by } }));
    // The code on the screen carries a time of the other clock: another one at once.
    this.#start();
  }

  #tellToRenew(wall: number): void {
    const newest = this.#source?.holder.credentials().at(-1);
    if (newest === undefined || newest.expires === this.#told) return;
    const { notBefore, expires } = newest;
    if (wall < notBefore + (expires - notBefore) / 2) return;
    this.#told = expires;
    this.dispatchEvent(new CustomEvent("permit-renew", { detail: { expires } }));
  }

  #note(wall: number): void {
    const language = languageOfElement(this);
    if (this.#clockNote !== undefined && clock.uptime() >= this.#clockNote.until) {
      this.#clockNote = undefined;
    }
    const newest = this.#source?.holder.credentials().at(-1);
    const said =
      this.#state.kind !== "code" && this.#state.kind !== "waiting"
        ? undefined
        : this.#clockNote !== undefined
          ? clockWords(this.#clockNote.by, language)
          : newest && endWords(newest.expires, wall, SOON, language);
    const { note } = this.#parts;
    note.hidden = said === undefined;
    if (said !== undefined && note.textContent !== said) note.textContent = said;
  }

  #lines(): void {
    const { next, hint } = this.#parts;
    const language = languageOfElement(this);
    const isCode = this.#state.kind === "code";
    next.hidden = !isCode;
    hint.hidden = !isCode;
    const goesDark = ["refused", "unavailable"].includes(this.#awake.wake);
    const said = [texts.bright, ...(goesDark ? [texts.awake] : [])];
    hint.textContent = said.map((entry) => say(entry, language)).join(" ");
  }

  #fit(): void {
    const { width } = this.#parts.picture.getBoundingClientRect();
    this.#picture?.fit(width, devicePixelRatio);
  }
}

if (customElements.get(PermitCode.tag) === undefined) {
  customElements.define(PermitCode.tag, PermitCode);
}

declare global {
  interface HTMLElementTagNameMap {
    "permit-code": PermitCode;
  }
}
