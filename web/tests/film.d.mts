/** The modules of a code, row by row: 1 is dark. */
export interface FilmedCode {
  readonly width: number;
  readonly modules: ArrayLike<number>;
}

export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly turn: number;
  readonly lean: readonly [number, number];
  readonly blur: number;
  readonly noise: number;
  readonly dark: number;
  readonly light: number;
  readonly seed: number;
}

/** A screen that was photographed, and the code on it. */
export interface FilmedScreen {
  readonly luma: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly code: { readonly x: number; readonly y: number; readonly side: number };
}

export const WIDTH: number;
export const HEIGHT: number;
export function random(seed: number): () => number;
export function pose(seed: number, side?: number): Pose;
export function filmFrame(code: FilmedCode | undefined, how: Pose): Uint8ClampedArray;
export function filmScreen(screen: FilmedScreen, how: Pose): Uint8ClampedArray;
export function sway(how: Pose, seconds: number): Pose;
export function y4m(frames: readonly Uint8ClampedArray[], rate?: number): Uint8Array[];
