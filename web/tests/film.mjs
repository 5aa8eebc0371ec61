// A synthetic camera: what it sees when somebody holds a screen with a code up. In perspective,
// blurred by the lens, with the noise of the sensor. The same seed gives the same picture.

/** The sizes of a frame. */
export const [WIDTH, HEIGHT] = [1280, 720];
const QUIET = 4;

/** A source of numbers from 0 to 1 (xorshift), so that a film can be made again. */
export function random(seed) {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** How a hand holds a phone: `side` is how large the code is, in pixels. */
export function pose(seed, side = 360) {
  const next = random(seed);
  const spread = (most) => (next() * 2 - 1) * most;
  return {
    x: WIDTH / 2 + spread(120), y: HEIGHT / 2 + spread(50), side: side * (1 + spread(0.12)),
    turn: spread(0.2), lean: [spread(0.12), spread(0.12)], blur: 0.8 + next() * 0.8,
    noise: 4 + next() * 6, dark: 25 + next() * 25, light: 190 + next() * 50, seed,
  };
}

/**
 * A frame of 8-bit luma. `code` has the modules of a code, row by row, and the width of a row; with
 * nothing, nobody is there.
 */
export function filmFrame(code, how) {
  const { x, y, side, turn, lean, blur, noise, dark, light, seed } = how;
  const sharp = new Float32Array(WIDTH * HEIGHT);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const across = code === undefined ? 1 : code.width + 2 * QUIET;
  for (let row = 0, at = 0; row < HEIGHT; row++) {
    for (let column = 0; column < WIDTH; column++, at++) {
      // A wall with a light on one side.
      sharp[at] = 90 + (40 * column) / WIDTH + (20 * row) / HEIGHT;
      if (code === undefined) continue;
      const [dx, dy] = [column - x, row - y];
      const depth = 1 + (lean[0] * dx + lean[1] * dy) / side;
      if (depth <= 0.2) continue;
      const u = (cos * dx + sin * dy) / (side * depth);
      const v = (cos * dy - sin * dx) / (side * depth);
      if (Math.abs(u) < 0.56 && Math.abs(v) < 0.95) sharp[at] = 45;
      if (Math.abs(u) >= 0.5 || Math.abs(v) >= 0.5) continue;
      const [left, top] = [(u + 0.5) * across - QUIET, (v + 0.5) * across - QUIET];
      const isInside = left >= 0 && top >= 0 && left < code.width && top < code.width;
      const module = Math.floor(top) * code.width + Math.floor(left);
      const isDark = isInside && code.modules[module] === 1;
      sharp[at] = isDark ? dark : light;
    }
  }
  const soft = blurred(sharp, blur);
  const next = random(seed + 77);
  const out = new Uint8ClampedArray(WIDTH * HEIGHT);
  for (let at = 0; at < out.length; at++) {
    // The sum of three is close enough to what a sensor does.
    out[at] = soft[at] + (next() + next() + next() - 1.5) * noise;
  }
  return out;
}

/** A lens: a small bell in both directions. */
function blurred(source, sigma) {
  const side = Math.exp(-1 / (2 * sigma * sigma));
  const far = Math.exp(-4 / (2 * sigma * sigma));
  const all = 1 + 2 * side + 2 * far;
  const along = (from, step, length, start) => {
    const to = new Float32Array(from.length);
    for (let at = 0; at < from.length; at++) {
      const place = Math.floor(at / start) % length;
      if (place < 2 || place >= length - 2) {
        to[at] = from[at];
        continue;
      }
      to[at] = (from[at] + side * (from[at - step] + from[at + step]) +
        far * (from[at - 2 * step] + from[at + 2 * step])) / all;
    }
    return to;
  };
  return along(along(source, 1, WIDTH, 1), WIDTH, HEIGHT, WIDTH);
}

/** A film as a camera file that Chromium plays again and again: y4m, grey. */
export function y4m(frames, rate = 10) {
  const facts = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${rate}:1 Ip A1:1 C420\n`;
  const header = new TextEncoder().encode(facts);
  const grey = new Uint8Array(WIDTH * HEIGHT / 2).fill(128);
  const mark = new TextEncoder().encode("FRAME\n");
  const bytes = (luma) => new Uint8Array(luma.buffer);
  return [header, ...frames.flatMap((luma) => [mark, bytes(luma), grey])];
}
