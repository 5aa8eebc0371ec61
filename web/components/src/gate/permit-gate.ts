import type { Challenge, GoOn } from "livepermit/gate";

import { clock } from "../clock.js";
import { languageOfElement, say } from "../texts.js";
import { ScreenAwake } from "../wake-lock.js";
import { cameras } from "./camera.js";
import { Eye } from "./eye.js";
import { bestWay, type FrameWay } from "./frames.js";
import type { GateHealth, GateWarning } from "./health.js";
import type { Waiting } from "./lights.js";
import { WorkerLink } from "./link.js";
import type { QuestionForm, Seen, ToPage } from "./messages.js";
import type { GateOptions } from "./options.js";
import { GateScreen } from "./screen.js";
import { Sound } from "./sound.js";
import { GATE } from "./texts.js";
import type { GateVerdict, Light } from "./verdict.js";
import { warningText } from "./words.js";

export type { GateHealth, GateWarning, ListAge, ListState, WarningCode } from "./health.js";
export type { QuestionForm } from "./messages.js";
export type {
  GateKey,
  GateOptions,
  GatePlace,
  GateRuleOptions,
  GateSetupOptions,
  GateTrust,
} from "./options.js";
export type { GateVerdict, Light, PermitFacts, RejectionFacts } from "./verdict.js";

/** Milliseconds for which a light stays when its code is out of view. */
const LINGERS: Readonly<Record<Light, number>> = {
  green: 3000, yellow: 8000, red: 3000, "out-of-order": 3000, neutral: 2000,
};
/** The light that is heard when a frame has several. */
const LOUDEST: readonly Light[] = ["out-of-order", "red", "yellow", "green", "neutral"];
const TICK = 250;

/** The events of the element. None bubbles. */
export interface PermitGateEvents {
  /** What the gate says of a code. Once for each code, however long it is held. */
  "permit-gate-verdict": CustomEvent<GateVerdict>;
  /** How the gate is, about once a second. */
  "permit-gate-health": CustomEvent<GateHealth>;
  /** What to show to visitors, because of `ask`. */
  "permit-gate-question": CustomEvent<{ readonly challenge: Challenge; readonly qrText: string }>;
}

/**
 * `<permit-gate>`: reads codes by a camera, admits each once, and shows the four lights.
 *
 * Give it `options`, and call `start` when a person touched the page, or let the person press its
 * button. Used codes, lists and what the gate knows of the time stay in IndexedDB. The attribute
 * `muted` silences it. What is in the slot `question` is shown while no light is. Parts: `health`,
 * `health-line`, `warning`, `view`, `video`, `ask`, `start`, `lights`, `light`, `sign`, `word`,
 * `instruction`, `person`, `details`, `waiting`, `tools`.
 */
export class PermitGate extends HTMLElement {
  static readonly tag = "permit-gate";
  static readonly observedAttributes = ["lang", "muted", "frames"];

  readonly #sound = new Sound();
  readonly #awake = new ScreenAwake();
  readonly #screen: GateScreen;
  readonly #eye: Eye;
  #options: GateOptions | undefined;
  #link: WorkerLink | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;
  #health: GateHealth | undefined;
  /** What the page itself knows to be wrong. */
  readonly #own = new Map<GateWarning["code"], GateWarning>();
  #shown: readonly GateVerdict[] = [];
  #seenAt = 0;
  #waiting: Waiting = "show-code";
  #frames = 0;

  constructor() {
    super();
    this.#screen = new GateScreen(this.attachShadow({ mode: "open" }), {
      start: () => void this.start(),
      choose: (camera) => void this.#eye.open(camera),
      turnTorch: (isOn) => void this.#eye.camera?.light(isOn).catch(() => undefined),
      turnSound: (isOn) => {
        this.muted = !isOn;
      },
    });
    this.#eye = new Eye(this.#screen.video, () => this.#eyeChanged());
  }

  /** What the gate is told. A new value opens the gate anew. */
  get options(): GateOptions | undefined {
    return this.#options;
  }

  set options(options: GateOptions | undefined) {
    this.#options = options && structuredClone(options);
    if (this.isConnected) this.#restart();
  }

  /** A stream in the place of a camera. With one, the gate starts by itself. */
  get stream(): MediaStream | undefined {
    return this.#eye.stream;
  }

  set stream(stream: MediaStream | undefined) {
    this.#eye.stream = stream;
    if (stream !== undefined && this.isConnected) void this.start();
  }

  /** How the gate is; nothing before it is open. */
  get health(): GateHealth | undefined {
    if (this.#health === undefined) return undefined;
    const warnings = [...this.#own.values(), ...this.#health.warnings];
    const inOrder = warnings.every(({ outOfOrder }) => !outOfOrder);
    return { ...this.#health, warnings, inOrder };
  }

  /** Whether the lights are without sound. */
  get muted(): boolean {
    return this.hasAttribute("muted");
  }

  set muted(isMuted: boolean) {
    this.toggleAttribute("muted", isMuted);
  }

  /** How many frames were looked at. */
  get frames(): number {
    return this.#frames;
  }

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.#visible);
    this.#ticking = setInterval(() => this.#tick(), TICK);
    this.#restart();
    if (this.#eye.stream !== undefined) void this.start();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.#visible);
    clearInterval(this.#ticking);
    this.stop();
    this.#eye.giveTo(undefined);
    this.#link?.close();
    this.#link = undefined;
  }

  attributeChangedCallback(): void {
    this.#sound.isOn = !this.muted;
    this.#eye.way = (this.getAttribute("frames") ?? bestWay()) as FrameWay;
    if (this.isConnected) this.#show();
  }

  /** Opens the camera. Call it when a person touched the page, so that it may sound. */
  async start(): Promise<void> {
    this.#sound.wake();
    this.#awake.start();
    await this.#eye.start();
    await this.#showCameras();
  }

  /** Closes the camera. */
  stop(): void {
    this.#awake.stop();
    this.#eye.stop();
    this.#show();
  }

  /** Takes in a list that the page has from elsewhere. Lists with an address are fetched. */
  acceptList(of: "trust" | "status", list: Uint8Array): void {
    this.#own.delete("list-refused");
    this.#link?.list(of, list);
  }

  /** Ends a wait after a loss of memory, because an operator says so. */
  goOn(word: GoOn): void {
    this.#link?.goOn(word);
  }

  /**
   * Asks visitors: `permit-gate-question` tells what to show to them, best by a
   * `<permit-challenge>` in the slot `question`. Digits live for 30 seconds at most, and no others
   * are asked before they are over or answered.
   */
  ask(seconds: number, form: QuestionForm = "code"): void {
    this.#link?.ask(seconds, form);
  }

  #restart(): void {
    this.#eye.giveTo(undefined);
    this.#link?.close();
    [this.#link, this.#health, this.#shown] = [undefined, undefined, []];
    this.#own.delete("worker-failed");
    this.#own.delete("list-refused");
    this.#own.delete("not-asked");
    if (this.#options !== undefined) {
      this.#link = new WorkerLink(this.#options, {
        told: (message) => this.#told(message),
        stopped: (reason) => {
          this.#eye.giveTo(undefined);
          this.#warn({ code: "worker-failed", outOfOrder: true, reason });
        },
      });
    }
    this.#show();
  }

  #told(message: ToPage): void {
    switch (message.kind) {
      case "seen":
        return this.#seen(message);
      case "opened":
        this.#own.delete("worker-failed");
        this.#eye.giveTo(this.#link);
        break;
      case "health":
        this.#health = message.health;
        this.#tellHealth();
        break;
      case "stream-ended":
        this.#eye.reopen();
        break;
      case "asked": {
        const { challenge, qrText } = message;
        this.#own.delete("not-asked");
        this.#dispatch("permit-gate-question", { challenge, qrText });
        break;
      }
      case "not-asked":
        this.#warn({ code: "not-asked", outOfOrder: true, reason: message.reason });
        break;
      case "failed":
        // A list was refused: the gate goes on as before.
        this.#warn({
          code: "list-refused", outOfOrder: false, reason: `${message.code}: ${message.reason}`,
        });
    }
    this.#show();
  }

  #seen(seen: Seen): void {
    this.#frames += 1;
    this.#eye.saw();
    const { verdicts } = seen;
    // A poster in view does not take the light from a visitor.
    const permits = verdicts.filter(({ code }) => code !== "not-ours");
    const next = permits.length > 0 || this.#shown.length > 0 ? permits : verdicts;
    if (next.length > 0) {
      this.#shown = next;
      const loudest = LOUDEST.find((light) => next.some((verdict) => verdict.light === light));
      if (loudest !== undefined) this.#sound.play(loudest);
    }
    if (next.length > 0 || seen.held) this.#seenAt = clock.uptime();
    const wait = seen.unreadable ? "hold-still" : "show-code";
    const isOther = wait !== this.#waiting;
    this.#waiting = wait;
    if (next.length > 0 || isOther) this.#showLights();
    for (const verdict of verdicts) this.#dispatch("permit-gate-verdict", verdict);
  }

  /** What happens a few times a second: lights go out, a silent camera is noticed. */
  #tick(): void {
    this.#eye.tick();
    const lingers = Math.max(0, ...this.#shown.map(({ light }) => LINGERS[light]));
    if (this.#shown.length > 0 && clock.uptime() - this.#seenAt > lingers) {
      this.#shown = [];
      this.#showLights();
    }
  }

  #eyeChanged(): void {
    const { trouble, silence } = this.#eye;
    this.#own.delete("camera-missing");
    this.#own.delete("frames-missing");
    if (trouble !== undefined) {
      this.#warn({ code: "camera-missing", outOfOrder: true, reason: this.#troubleText() ?? "" });
    }
    if (silence !== undefined) {
      this.#warn({ code: "frames-missing", outOfOrder: true, reason: silence });
    }
    this.#tellHealth();
    this.#show();
  }

  #troubleText(): string | undefined {
    const { trouble } = this.#eye;
    return trouble && say(GATE[trouble.kind], languageOfElement(this), { reason: trouble.reason });
  }

  async #showCameras(): Promise<void> {
    const all = this.#eye.stream === undefined ? await cameras() : [];
    this.#screen.showCameras(all, this.#eye.camera?.id, languageOfElement(this));
  }

  readonly #visible = () => {
    if (!document.hidden) this.#eye.seen();
  };

  #warn(warning: GateWarning): void {
    this.#own.set(warning.code, warning);
    this.#tellHealth();
    this.#show();
  }

  #tellHealth(): void {
    const { health } = this;
    if (health !== undefined) this.#dispatch("permit-gate-health", health);
  }

  #dispatch(name: keyof PermitGateEvents, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #show(): void {
    const language = languageOfElement(this);
    const { camera, stream } = this.#eye;
    this.#screen.show({
      language,
      isSetUp: this.#options !== undefined,
      health: this.health,
      faults: [...this.#own.values()].map((warning) => warningText(warning, 0, language)),
      hasPicture: camera !== undefined || stream !== undefined,
      trouble: this.#troubleText(),
      isMirrored: camera?.isFront === true,
      hasTorch: camera?.hasTorch === true,
      hasSound: !this.muted,
    });
    this.#showLights();
  }

  #showLights(): void {
    this.#screen.showLights(this.#shown, this.#waiting, this.health, languageOfElement(this));
  }
}

if (customElements.get(PermitGate.tag) === undefined) {
  customElements.define(PermitGate.tag, PermitGate);
}

declare global {
  interface HTMLElementTagNameMap {
    "permit-gate": PermitGate;
  }
}
