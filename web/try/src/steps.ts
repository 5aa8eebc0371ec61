import { type Challenge, readToken, readTokenText } from "livepermit/issuer";

import { clock } from "../../components/src/clock.js";
import type { GateVerdict, PermitGate } from "../../components/src/gate/permit-gate.js";
import { CLASS, type Office, type Visitor } from "./office.js";
import type { Phone } from "./phone.js";
import type { Scene } from "./scene.js";

export const STEPS = [
  "live", "copy", "old", "clock", "change", "withdraw", "ask", "answer",
] as const;
export type Step = (typeof STEPS)[number];

/** What a step tells while it runs. */
export type Progress = "walks" | "looks";

const GATE = "gate-3";
/** Milliseconds after which the gate has forgotten a code that left its view. */
const GONE = 3500;
/** Milliseconds after which a gate that said nothing will say nothing. */
const PATIENCE = 15_000;
const AHEAD = 300;
const AGO = 60;

/** The steps: each shows something to the gate, and gives what the gate said. */
export class Steps {
  readonly #office: Office;
  readonly #phone: Phone;
  readonly #scene: Scene;
  readonly #gate: PermitGate;
  #visitor: Visitor | undefined;
  /** The code that was let in. */
  #used: string | undefined;
  #asks: boolean | undefined;
  #question: Challenge | undefined;

  constructor(office: Office, phone: Phone, scene: Scene, gate: PermitGate) {
    this.#office = office;
    this.#phone = phone;
    this.#scene = scene;
    this.#gate = gate;
    phone.changed = (code) => {
      if (phone.isShown) scene.show(code);
    };
  }

  /** Gets phone and gate ready. */
  async begin(): Promise<void> {
    await this.#next();
    await this.#gateThat(false);
  }

  get visitor(): string {
    return this.#visitor?.number ?? "";
  }

  /** The picture that a stranger took, and when. */
  screenshot: { readonly text: string; readonly taken: number } | undefined;

  async run(step: Step, tell: (progress: Progress) => void): Promise<GateVerdict> {
    const visitor = this.#visitor ?? (await this.#next());
    const needsQuestion = step === "ask" || step === "answer";
    if (needsQuestion !== this.#asks) await this.#gateThat(needsQuestion);
    switch (step) {
      case "live": {
        const next = this.#used === undefined ? visitor : await this.#next();
        await this.#leave(tell, next !== visitor);
        const verdict = await this.#hold(tell, await this.#phone.code(), true);
        this.#used = verdict.opens ? this.#phone.shown : undefined;
        return verdict;
      }
      case "copy": {
        const text = this.#used ?? (await this.#phone.code());
        this.screenshot = { text, taken: clock.wall() };
        // The picture is of the code that was let in, so the gate has to lose sight of it.
        await this.#leave(tell, true);
        return this.#hold(tell, text, false);
      }
      case "old": {
        // Bit for bit what a screenshot of that time shows.
        const taken = clock.wall() - AGO;
        const text = await this.#phone.codeMadeAt(taken);
        this.screenshot = { text, taken };
        await this.#leave(tell, false);
        return this.#hold(tell, text, false);
      }
      case "clock": {
        const text = await this.#phone.codeMadeAt(clock.wall() + AHEAD);
        await this.#leave(tell, true);
        return this.#hold(tell, text, false);
      }
      case "change": {
        const text = changed(await this.#phone.code());
        await this.#leave(tell, false);
        return this.#hold(tell, text, false);
      }
      case "withdraw": {
        this.#office.withdraw(visitor);
        this.#gate.acceptList("status", this.#office.statusList());
        await this.#leave(tell, true);
        const verdict = await this.#hold(tell, await this.#phone.code(), true);
        await this.#leave(tell, false);
        await this.#next();
        return verdict;
      }
      case "ask":
        await this.#leave(tell, true);
        return this.#hold(tell, await this.#phone.code(), false);
      case "answer": {
        const { gate, nonce } = await this.#ask();
        this.#phone.hold(visitor, { kind: "asked", gate, nonce });
        await this.#leave(tell, true);
        const verdict = await this.#hold(tell, await this.#phone.code(), true);
        this.#phone.hold(visitor);
        return verdict;
      }
    }
  }

  async #next(): Promise<Visitor> {
    const visitor = await this.#office.visitor();
    [this.#visitor, this.#used] = [visitor, undefined];
    this.#phone.isShown = false;
    this.#phone.hold(visitor);
    return visitor;
  }

  /** Takes away what the gate sees, for so long that the gate forgets it if `isNew`. */
  async #leave(tell: (progress: Progress) => void, isNew: boolean): Promise<void> {
    this.#phone.isShown = false;
    const wasThere = this.#scene.isBusy;
    this.#scene.show(undefined);
    if (!wasThere || !isNew) return;
    tell("walks");
    await clock.sleep(GONE);
  }

  /** Holds a code up, and waits for what the gate says. */
  #hold(
    tell: (progress: Progress) => void,
    text: string,
    isPhone: boolean,
  ): Promise<GateVerdict> {
    tell("looks");
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#gate.removeEventListener("permit-gate-verdict", come);
        reject(new Error("the gate said nothing"));
      }, PATIENCE);
      const come = (event: Event) => {
        const verdict = (event as CustomEvent<GateVerdict>).detail;
        clearTimeout(timer);
        this.#gate.removeEventListener("permit-gate-verdict", come);
        resolve(verdict);
      };
      this.#gate.addEventListener("permit-gate-verdict", come);
      this.#scene.show(text, isPhone ? "#1c2b26" : "#5b2330");
      this.#phone.isShown = isPhone;
    });
  }

  /** The gate with questions stands before another zone: who was let in may go on to that. */
  async #gateThat(asks: boolean): Promise<void> {
    const { key, ...trusted } = this.#office.trustedKey;
    this.#asks = asks;
    this.#gate.options = {
      policy: {
        gate: GATE, classes: [CLASS], revocation: { kind: "required", maxAge: 86_400, grace: 0 },
        challenge: asks ? "required" : "not-used",
      },
      settings: { zone: asks ? "archive" : "hall", lane: asks ? "2" : "1" },
      trust: { kind: "keys", keys: [{ ...trusted, key: key.coseKey }] },
      database: "livepermit-try",
    };
    // Nothing was ever admitted under the issuer of this page.
    this.#gate.goOn("nothing-was-admitted");
    this.#gate.acceptList("status", this.#office.statusList());
    await this.#until((health) => health.inOrder);
  }

  #until(isSo: (health: { inOrder: boolean }) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const come = (event: Event) => {
        if (!isSo((event as CustomEvent<{ inOrder: boolean }>).detail)) return;
        this.#gate.removeEventListener("permit-gate-health", come);
        resolve();
      };
      this.#gate.addEventListener("permit-gate-health", come);
    });
  }

  async #ask(): Promise<Challenge> {
    const now = clock.wall();
    if (this.#question !== undefined && this.#question.expires > now + 10) return this.#question;
    return new Promise((resolve) => {
      const come = (event: Event) => {
        this.#question = (event as CustomEvent<{ challenge: Challenge }>).detail.challenge;
        resolve(this.#question);
      };
      this.#gate.addEventListener("permit-gate-question", come, { once: true });
      this.#gate.ask(60);
    });
  }
}

/** The code with one bit of its last signature turned over. */
function changed(text: string): string {
  const bytes = readTokenText(text).bytes.slice();
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  return readToken(bytes).qrText;
}
