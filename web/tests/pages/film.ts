// A film in the place of a camera: `getUserMedia` gives a canvas on which the film runs.

import { type FilmedCode, filmFrame, HEIGHT, pose, WIDTH } from "../film.mjs";

/** Pictures of a code: hands move. */
const POSES = 3;

export class Film {
  readonly canvas = document.createElement("canvas");
  /** When the first picture of what runs now was painted. */
  begun = 0;
  #pictures: ImageData[];
  #at = 0;
  #painting: ReturnType<typeof setInterval> | undefined;
  readonly #paper: CanvasRenderingContext2D;

  constructor(rate: number) {
    [this.canvas.width, this.canvas.height] = [WIDTH, HEIGHT];
    this.#paper = this.canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
    this.#pictures = pictures(undefined, 1, 1);
    this.pace(rate);
    const { mediaDevices } = navigator;
    mediaDevices.getUserMedia = async () => this.canvas.captureStream();
    mediaDevices.enumerateDevices = async () => [];
  }

  /** Paints so many pictures a second from now on. */
  pace(rate: number): void {
    clearInterval(this.#painting);
    this.#painting = setInterval(() => this.#paint(), 1000 / rate);
  }

  /** Runs the film of a code; with nothing, of an empty place. */
  show(code: FilmedCode | undefined, seed = 1, side = 360): void {
    this.#run(pictures(code, seed, side));
  }

  /** Runs frames of 8-bit luma that were made elsewhere, each as base64. */
  run(frames: readonly string[]): void {
    this.#run(frames.map((frame) => {
      return grey(Uint8ClampedArray.from(atob(frame), (byte) => byte.charCodeAt(0)));
    }));
  }

  #run(pictures: ImageData[]): void {
    this.#pictures = pictures;
    this.#at = 0;
    this.#paint();
    this.begun = performance.now();
  }

  #paint(): void {
    const picture = this.#pictures[this.#at % this.#pictures.length];
    this.#at += 1;
    if (picture !== undefined) this.#paper.putImageData(picture, 0, 0);
  }
}

function pictures(code: FilmedCode | undefined, seed: number, side: number): ImageData[] {
  const count = code === undefined ? 1 : POSES;
  const poses = Array.from({ length: count }, (_, at) => pose(seed * 10 + at, side));
  return poses.map((how) => grey(filmFrame(code, how)));
}

/** Luma as a canvas has it. */
export function grey(luma: Uint8ClampedArray): ImageData {
  const data = new Uint8ClampedArray(luma.length * 4);
  const pixels = new Uint32Array(data.buffer);
  for (let at = 0; at < luma.length; at++) {
    const value = luma[at] ?? 0;
    pixels[at] = 0xff000000 | (value << 16) | (value << 8) | value;
  }
  return new ImageData(data, WIDTH, HEIGHT);
}
