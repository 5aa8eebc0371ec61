// Reads the same pictures with the reader of the library and with zxing-wasm, and takes the time.

import { FrameScanner, loadGate } from "livepermit/gate";
import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";

import { type FilmedCode, filmFrame, HEIGHT, pose, WIDTH } from "../film.mjs";
import { grey } from "./film.js";

/** What one reader did. */
interface Figures {
  readonly read: number;
  readonly wrong: number;
  /** Milliseconds for one frame. */
  readonly median: number;
  readonly p95: number;
  readonly perSecond: number;
}

/** A code, its text, and how large it is in the picture. */
interface Shown {
  readonly code: FilmedCode;
  readonly text: string;
  readonly side: number;
}

type Reader = (picture: ImageData, luma: Uint8ClampedArray) => Promise<readonly string[]>;

async function readers(): Promise<Record<string, Reader>> {
  await loadGate();
  const module = { locateFile: (name: string) => `/zxing/${name}` };
  await prepareZXingModule({ overrides: module, fireImmediately: true });
  const ours = new FrameScanner();
  const rgba = { width: WIDTH, height: HEIGHT, stride: WIDTH * 4, layout: "rgba" } as const;
  const plain = { width: WIDTH, height: HEIGHT, stride: WIDTH, layout: "luma" } as const;
  const zxing = (more: ReaderOptions): Reader => async (picture) => {
    const options: ReaderOptions = { formats: ["QRCode"], maxNumberOfSymbols: 1, ...more };
    return (await readBarcodes(picture, options)).map(({ text }) => text);
  };
  const texts = (codes: readonly { text?: string }[]) => codes.map(({ text }) => text ?? "");
  return {
    "livepermit, rgba": async ({ data }) => texts(ours.read(data, rgba).codes),
    "livepermit, luma": async (_, luma) => texts(ours.read(luma, plain).codes),
    "zxing-wasm, tryHarder on": zxing({ tryHarder: true }),
    "zxing-wasm, tryHarder off": zxing({ tryHarder: false }),
  };
}

async function measure(shown: readonly Shown[]): Promise<Record<string, Figures>> {
  const all = await readers();
  const times: Record<string, number[]> = {};
  const right: Record<string, number> = {};
  const wrong: Record<string, number> = {};
  for (const [at, { code, text, side }] of shown.entries()) {
    const luma = filmFrame(code, pose(at + 1, side));
    const picture = grey(luma);
    // In turns, so that whatever else the machine does meets all of them.
    for (const [name, read] of Object.entries(all)) {
      // The first look warms the reader up for a picture of this kind.
      if (at === 0) await read(picture, luma);
      const begun = performance.now();
      const found = await read(picture, luma);
      (times[name] ??= []).push(performance.now() - begun);
      right[name] = (right[name] ?? 0) + Number(found.includes(text));
      wrong[name] = (wrong[name] ?? 0) + Number(found.some((other) => other !== text));
    }
  }
  return Object.fromEntries(Object.keys(all).map((name) => {
    const sorted = (times[name] ?? []).toSorted((one, other) => one - other);
    const part = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    const whole = sorted.reduce((sum, one) => sum + one, 0);
    return [name, {
      read: right[name] ?? 0, wrong: wrong[name] ?? 0, median: part(0.5), p95: part(0.95),
      perSecond: (1000 * sorted.length) / whole,
    }];
  }));
}

Object.assign(globalThis, { hooks: { measure } });
