import { number, text } from "./error.js";
import { anyHost, Handle, issuerHost } from "./host.js";
import type { Challenge, ErrorCorrection } from "./records.js";
import type * as Inside from "./wasm/issuer.js";

/** A QR code that was drawn. */
export class QrPicture {
  readonly #handle: Handle<Inside.QrPicture>;

  /** @internal */
  constructor(content: string, level: ErrorCorrection) {
    this.#handle = new Handle((host) => host.run((glue) => new glue.QrPicture(content, level)));
    this.#handle.in(anyHost());
  }

  /** The version of the symbol, 1 to 40. */
  get version(): number {
    return this.#call((raw) => raw.version());
  }

  /** Modules along a side, without the light border of 4 modules. */
  get width(): number {
    return this.#call((raw) => raw.width());
  }

  /**
   * The modules row by row: 1 is dark, 0 is light. Without the light border: the page draws that.
   */
  modules(): Uint8Array {
    return this.#call((raw) => raw.modules());
  }

  /** An SVG picture with the light border. */
  toSvg(): string {
    return this.#call((raw) => raw.toSvg());
  }

  /** The same with a bar below that becomes shorter: `left` of `of` milliseconds. */
  toSvgWithCountdown(left: number, of: number): string {
    number("the time left", left);
    number("the whole time", of);
    return this.#call((raw) => raw.toSvgWithCountdown(left, of));
  }

  /** A PNG picture with the light border, 1 to 255 pixels a module: by the module for issuers. */
  toPng(pixelsPerModule: number): Uint8Array {
    number("the pixels of a module", pixelsPerModule);
    const host = issuerHost();
    const raw = this.#handle.in(host);
    return host.run(() => raw.toPng(pixelsPerModule));
  }

  /** The pixels of a module with which the picture is at most `side` pixels wide. */
  pixelsToFit(side: number): number | undefined {
    number("the side", side);
    return this.#call((raw) => raw.pixelsToFit(side));
  }

  /** Gives memory back at once. The object can still be used. */
  free(): void {
    this.#handle.free();
  }

  #call<T>(work: (raw: Inside.QrPicture) => unknown): T {
    const host = this.#handle.home(anyHost);
    const raw = this.#handle.in(host);
    return host.run(() => work(raw)) as T;
  }
}

/** Draws a text of the 45 characters of alphanumeric mode, such as `qrText` of a token. */
export function drawQr(content: string, level: ErrorCorrection = "medium"): QrPicture {
  return new QrPicture(text("the text", content), level);
}

/** The text of the code that a gate shows to phones to ask a question. */
export function challengeQrText(challenge: Challenge): string {
  return anyHost().run((glue) => glue.challengeQrText(challenge));
}

/** The text of the code that a gate prints once: its name alone. */
export function gateNameQrText(gate: string): string {
  text("the gate", gate);
  return anyHost().run((glue) => glue.gateNameQrText(gate));
}
