import { bytes, instance, number } from "./error.js";
import type { Frame, FrameCodes, ScanEvent } from "./gate-records.js";
import { gateHost, Handle } from "./host.js";
import { Gate } from "./lane.js";
import type * as Inside from "./wasm/issuer.js";

/**
 * The pixels of a frame, row by row from the top: `data` of a canvas, a plane of a `VideoFrame`.
 */
export type Pixels = Uint8Array | Uint8ClampedArray;

/** Reads codes from frames, and judges nothing. One object for one camera. */
export class FrameScanner {
  readonly #handle: Handle<Inside.FrameScanner>;

  constructor() {
    this.#handle = new Handle((host) => host.run((glue) => new glue.FrameScanner()));
    this.#handle.in(gateHost());
  }

  /**
   * Reads the codes of a frame, within the bounds for a frame of a camera at a gate. Throws
   * `frame-empty`, `frame-side-too-long`, `frame-stride-too-short`, `frame-too-few-pixels`.
   */
  read(pixels: Pixels, frame: Frame): FrameCodes {
    const given = bytes("the pixels", pixels);
    const raw = this.#handle.in(gateHost());
    return gateHost().run(() => raw.read(given, frame) as FrameCodes);
  }

  /** Reads all codes that it can find, which takes longer. */
  readAll(pixels: Pixels, frame: Frame): FrameCodes {
    const given = bytes("the pixels", pixels);
    const raw = this.#handle.in(gateHost());
    return gateHost().run(() => raw.readAll(given, frame) as FrameCodes);
  }
}

/** A lane with a camera: it follows the codes of the frames and says each verdict once. */
export class GateScanner {
  readonly #gate: Gate;
  readonly #handle: Handle<Inside.GateScanner>;

  constructor(gate: Gate) {
    this.#gate = instance("the gate", gate, Gate);
    this.#handle = new Handle((host) => {
      const lane = this.#gate.in(host);
      return host.run((glue) => new glue.GateScanner(lane));
    });
    this.#handle.in(gateHost());
  }

  /** Looks at a frame. Throws as `read` of a `FrameScanner`, and `time-out-of-range`. */
  scan(pixels: Pixels, frame: Frame, now: number): ScanEvent[] {
    const given = bytes("the pixels", pixels);
    number("now", now);
    this.#gate.hear(now);
    const raw = this.#handle.in(gateHost());
    return gateHost().run(() => raw.scan(given, frame, now) as ScanEvent[]);
  }
}
