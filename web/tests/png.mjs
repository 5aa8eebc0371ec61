// Reads the pictures that browsers make of pages: PNG, 8 bits for each colour, not interlaced.

import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";

/** The luma of a picture, row by row. */
export function lumaOfPng(png) {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [depth, kind, , , interlaced] = bytes.subarray(24, 29);
  const across = { 2: 3, 6: 4 }[kind];
  assert.ok(depth === 8 && across !== undefined && interlaced === 0, "a PNG of another kind");
  const parts = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const body = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(body);
  }
  const rows = unfiltered(inflateSync(Buffer.concat(parts)), width * across, height, across);
  const luma = new Uint8ClampedArray(width * height);
  for (let at = 0, from = 0; at < luma.length; at++, from += across) {
    luma[at] = 0.299 * rows[from] + 0.587 * rows[from + 1] + 0.114 * rows[from + 2];
  }
  return { luma, width, height };
}

/** Undoes what makes rows easier to deflate. */
function unfiltered(filtered, length, height, across) {
  const out = new Uint8Array(length * height);
  for (let row = 0; row < height; row++) {
    const [from, to] = [row * (length + 1) + 1, row * length];
    const filter = filtered[from - 1];
    for (let at = 0; at < length; at++) {
      const left = at < across ? 0 : out[to + at - across];
      const above = row === 0 ? 0 : out[to + at - length];
      const corner = at < across || row === 0 ? 0 : out[to + at - length - across];
      out[to + at] = filtered[from + at] + guess(filter, left, above, corner);
    }
  }
  return out;
}

function guess(filter, left, above, corner) {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    default: {
      const near = left + above - corner;
      const [one, two] = [Math.abs(near - left), Math.abs(near - above)];
      const three = Math.abs(near - corner);
      if (one <= two && one <= three) return left;
      return two <= three ? above : corner;
    }
  }
}
