import { clock } from "../clock.js";
import type { CanvasFrame } from "./messages.js";

/**
 * How frames come from a camera to the worker: all of a track at once, one `VideoFrame` after the
 * other, or the pixels of a canvas.
 */
export type FrameWay = "track" | "video-frame" | "canvas";

/** What takes frames. */
export interface FrameSink {
  /** All frames of a camera, until the track of the stream ends. */
  stream(frames: ReadableStream<VideoFrame>): void;
  /** Resolves when the frame was looked at. */
  frame(frame: VideoFrame | CanvasFrame, transfer: Transferable): Promise<void>;
}

interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
type MakesProcessor = new (init: {
  track: MediaStreamTrack;
  maxBufferSize: number;
}) => TrackProcessor;

const Processor = (globalThis as { MediaStreamTrackProcessor?: MakesProcessor })
  .MediaStreamTrackProcessor;

/** The best way of this browser. */
export function bestWay(): FrameWay {
  if (Processor !== undefined) return "track";
  return "VideoFrame" in globalThis ? "video-frame" : "canvas";
}

/** The most pixels of a side that are copied from a canvas. */
const LARGEST = 1280;
/** Milliseconds without a frame of the video after which it is looked at all the same. */
const IMPATIENT = 500;

/** Gives the frames of a playing video, until `signal` ends that. */
export async function giveFrames(
  video: HTMLVideoElement,
  track: MediaStreamTrack,
  sink: FrameSink,
  signal: AbortSignal,
  way: FrameWay = bestWay(),
): Promise<void> {
  if (way === "track" && Processor !== undefined) {
    // The newest frame alone waits. The stream ends with its own track.
    const own = track.clone();
    signal.addEventListener("abort", () => own.stop());
    sink.stream(new Processor({ track: own, maxBufferSize: 1 }).readable);
    return;
  }
  const painted = way === "canvas" ? canvasOf(video) : undefined;
  while (!signal.aborted) {
    await nextFrame(video, signal);
    if (signal.aborted || video.readyState < video.HAVE_CURRENT_DATA) continue;
    if (painted !== undefined) {
      const frame = painted();
      await sink.frame(frame, frame.data.buffer);
    } else {
      const frame = new VideoFrame(video);
      await sink.frame(frame, frame);
    }
  }
}

/** Waits for the next frame of the video. */
function nextFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const hasCallback = "requestVideoFrameCallback" in video;
    const come = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", come);
      resolve();
    };
    // A page that is hidden gets no callbacks, and neither does a video that stands.
    const timer = setTimeout(come, hasCallback ? IMPATIENT : 33);
    if (hasCallback) video.requestVideoFrameCallback(come);
    signal.addEventListener("abort", come);
  });
}

function canvasOf(video: HTMLVideoElement): () => CanvasFrame {
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  return () => {
    if (paper === null) throw new Error("no canvas to paint a frame");
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, LARGEST / Math.max(videoWidth, videoHeight, 1));
    const width = Math.max(Math.round(videoWidth * scale), 1);
    const height = Math.max(Math.round(videoHeight * scale), 1);
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
    }
    paper.drawImage(video, 0, 0, width, height);
    const { data } = paper.getImageData(0, 0, width, height);
    return { width, height, data };
  };
}

/** Says when no frame was seen for a while, though the page is visible. */
export class FrameWatch {
  #last = clock.uptime();
  #hidden = false;

  saw(): void {
    this.#last = clock.uptime();
  }

  /** Whether frames are missing. */
  isSilent(millis: number): boolean {
    // A page that comes back gets its time anew.
    if (document.hidden) this.#hidden = true;
    else if (this.#hidden) {
      this.#hidden = false;
      this.saw();
    }
    return !this.#hidden && clock.uptime() - this.#last > millis;
  }
}
