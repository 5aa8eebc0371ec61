// What a page and its worker tell each other.

import type { Challenge, GoOn } from "livepermit/gate";

import type { GateHealth } from "./health.js";
import type { GateOptions } from "./options.js";
import type { GateVerdict } from "./verdict.js";

/** A question as a code for phones, or as six digits that people type. */
export type QuestionForm = "code" | "digits";

/** Pixels of a canvas. */
export interface CanvasFrame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

export type ToWorker =
  | { readonly kind: "open"; readonly options: GateOptions }
  /** All frames of a camera. `session` names them. */
  | {
      readonly kind: "stream";
      readonly frames: ReadableStream<VideoFrame>;
      readonly session: number;
    }
  /** One frame. The next one comes after `seen`. */
  | { readonly kind: "frame"; readonly frame: VideoFrame | CanvasFrame }
  /** A list that the page has from elsewhere. */
  | { readonly kind: "list"; readonly of: "trust" | "status"; readonly list: Uint8Array }
  | { readonly kind: "go-on"; readonly word: GoOn }
  | { readonly kind: "ask"; readonly seconds: number; readonly form: QuestionForm }
  /** Ends the worker, when the last frames of ended streams were taken. */
  | { readonly kind: "close" };

/** What a worker says of one frame. */
export interface Seen {
  readonly kind: "seen";
  /** The number of the frame, from 1. */
  readonly frame: number;
  readonly verdicts: readonly GateVerdict[];
  /** Whether a code is in view of which everything was said. */
  readonly held: boolean;
  /** Whether something looks like a code and cannot be read. */
  readonly unreadable: boolean;
  /** Milliseconds that the frame took. */
  readonly millis: number;
}

export type ToPage =
  /** What was sent before may be lost: browsers do not wait until a worker listens. */
  | { readonly kind: "listens" }
  | { readonly kind: "opened" }
  | Seen
  | { readonly kind: "health"; readonly health: GateHealth }
  /** No more frames come from the camera. */
  | { readonly kind: "stream-ended"; readonly session: number }
  | { readonly kind: "asked"; readonly challenge: Challenge; readonly qrText: string }
  | { readonly kind: "not-asked"; readonly reason: string }
  /** The gate does not open, or a wish was refused. */
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly reason: string;
      readonly instruction?: string;
    };
