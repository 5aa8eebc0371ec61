import type { Frame, Pixels } from "livepermit/gate";

import type { CanvasFrame } from "../messages.js";

/** The pixels of a frame, as the library takes them. */
export interface Picture {
  readonly pixels: Pixels;
  readonly frame: Frame;
}

const LUMA_FIRST = ["I420", "I420A", "I422", "I422A", "I444", "I444A", "NV12"];
const LAYOUTS: Readonly<Record<string, "rgba" | "bgra">> = {
  RGBA: "rgba", RGBX: "rgba", BGRA: "bgra", BGRX: "bgra",
};

/** Takes the pixels out of frames. The memory is used again for the next frame. */
export class PixelReader {
  #buffer = new Uint8Array(0);
  #canvas: OffscreenCanvas | undefined;

  /** Closes a `VideoFrame`: cameras give no more frames while too many are open. */
  async read(frame: VideoFrame | CanvasFrame): Promise<Picture> {
    if (!("close" in frame)) return ofCanvas(frame);
    try {
      return await this.#copied(frame);
    } finally {
      frame.close();
    }
  }

  async #copied(frame: VideoFrame): Promise<Picture> {
    const format = frame.format ?? "";
    const layout = LUMA_FIRST.includes(format) ? "luma" : LAYOUTS[format];
    // A format that the platform does not name can only be painted.
    if (layout === undefined) return this.#painted(frame);
    const needed = frame.allocationSize();
    if (this.#buffer.length < needed) this.#buffer = new Uint8Array(needed);
    const [plane] = await frame.copyTo(this.#buffer.subarray(0, needed));
    if (plane === undefined) return this.#painted(frame);
    const { width, height } = frame.visibleRect ?? frame.codedRect ?? { width: 0, height: 0 };
    const { offset, stride } = plane;
    // The last row may be shorter than the stride.
    const pixels = this.#buffer.subarray(offset, Math.min(needed, offset + stride * height));
    return { pixels, frame: { width, height, stride, layout } };
  }

  #painted(frame: VideoFrame): Picture {
    const { displayWidth: width, displayHeight: height } = frame;
    this.#canvas ??= new OffscreenCanvas(width, height);
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
    }
    const paper = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
    if (paper === null) throw new Error("no canvas to paint a frame");
    paper.drawImage(frame, 0, 0, width, height);
    return ofCanvas(paper.getImageData(0, 0, width, height));
  }
}

function ofCanvas({ width, height, data }: CanvasFrame): Picture {
  return { pixels: data, frame: { width, height, stride: width * 4, layout: "rgba" } };
}
