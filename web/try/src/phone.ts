import type { CodeState, PermitCode } from "../../components/src/code/permit-code.js";
import type { Recipient } from "livepermit/issuer";

import type { Visitor } from "./office.js";

/** The phone of a visitor: the element shows its live codes. */
export class Phone {
  readonly #element: PermitCode;
  #visitor: Visitor | undefined;
  #shown: string | undefined;
  #waiting: ((code: string) => void)[] = [];
  /** Whether the phone is held before the gate. */
  isShown = false;
  /** Called with each code that the screen shows. */
  changed: (code: string) => void = () => undefined;

  constructor(element: PermitCode) {
    this.#element = element;
    element.addEventListener("permit-state", ({ detail }: CustomEvent<CodeState>) => {
      this.#shown = detail.kind === "code" ? detail.token.qrText : undefined;
      if (this.#shown === undefined) return;
      this.changed(this.#shown);
      for (const take of this.#waiting.splice(0)) take(this.#shown);
    });
  }

  /** The code on the screen. */
  get shown(): string | undefined {
    return this.#shown;
  }

  /** Shows codes of this visitor. */
  hold(visitor: Visitor, recipient: Recipient = { kind: "anyone" }): void {
    [this.#visitor, this.#shown] = [visitor, undefined];
    const { holder, key } = visitor;
    this.#element.source = { holder, key, recipient };
  }

  /** The code on the screen, when there is one. */
  code(): Promise<string> {
    if (this.#shown !== undefined) return Promise.resolve(this.#shown);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The code that the phone makes when its clock shows this time. */
  async codeMadeAt(time: number): Promise<string> {
    const visitor = this.#visitor;
    if (visitor === undefined) throw new Error("nobody holds the phone");
    const { holder, key } = visitor;
    return (await key.sign(holder.prepare({ kind: "anyone" }, time))).qrText;
  }
}
