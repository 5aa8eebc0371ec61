// Reads codes by the camera: of offices and of gates. Loaded only when a person wants to scan.

import { FrameScanner, loadGate } from "livepermit/gate";

/** The longer side of what is looked at, in pixels. */
const SIDE = 960;
/** The time between two looks, in milliseconds: the page has other things to do. */
const PAUSE = 120;

/**
 * Looks through the camera until `found` takes a text, or `signal` is aborted. Throws what the
 * platform says where there is no camera.
 */
export async function scan(
  video: HTMLVideoElement,
  signal: AbortSignal,
  found: (text: string) => boolean,
): Promise<void> {
  const [stream] = await Promise.all([
    navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: "environment", width: { ideal: 1280 } },
    }),
    loadGate(),
  ]);
  try {
    if (signal.aborted) return;
    video.srcObject = stream;
    await video.play();
    await look(video, signal, found);
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}

async function look(
  video: HTMLVideoElement,
  signal: AbortSignal,
  found: (text: string) => boolean,
): Promise<void> {
  const scanner = new FrameScanner();
  const paper = new OffscreenCanvas(1, 1);
  const drawing = paper.getContext("2d", { willReadFrequently: true });
  while (!signal.aborted && drawing !== null) {
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, SIDE / Math.max(videoWidth, videoHeight, 1));
    const [width, height] = [Math.floor(videoWidth * scale), Math.floor(videoHeight * scale)];
    if (width > 0 && height > 0) {
      if (paper.width !== width || paper.height !== height) {
        [paper.width, paper.height] = [width, height];
      }
      drawing.drawImage(video, 0, 0, width, height);
      const { data } = drawing.getImageData(0, 0, width, height);
      const { codes } = scanner.read(data, { width, height, stride: 4 * width, layout: "rgba" });
      if (codes.some(({ text }) => text !== undefined && found(text))) return;
    }
    await new Promise((later) => setTimeout(later, PAUSE));
  }
}
