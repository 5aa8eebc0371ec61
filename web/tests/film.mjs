// A synthetic camera: what it sees when somebody holds a screen with a code up. In perspective,
// blurred by the lens, with the noise of the sensor. The same seed gives the same picture.

/** The sizes of a frame. */
export const [WIDTH, HEIGHT] = [1280, 720];
const QUIET = 4;
/** The edge of a phone. */
const EDGE = 45;

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

/** The same hand so many seconds later: it sways, and the sensor's noise is other. */
export function sway(how, seconds) {
  const { x, y, turn, seed } = how;
  const swing = (most, pace) => most * Math.sin(pace * seconds + seed);
  return {
    ...how, x: x + swing(14, 2.1), y: y + swing(9, 1.7), turn: turn + swing(0.03, 1.3),
    seed: seed + Math.round(1000 * seconds),
  };
}

/**
 * A frame of 8-bit luma. `code` has the modules of a code, row by row, and the width of a row; with
 * nothing, nobody is there.
 */
export function filmFrame(code, how) {
  if (code === undefined) return seen(how, () => undefined);
  const { dark, light } = how;
  const across = code.width + 2 * QUIET;
  return seen(how, (u, v) => {
    const isOnScreen = Math.abs(u) < 0.5 && Math.abs(v) < 0.5;
    if (!isOnScreen) return Math.abs(u) < 0.56 && Math.abs(v) < 0.95 ? EDGE : undefined;
    const [left, top] = [(u + 0.5) * across - QUIET, (v + 0.5) * across - QUIET];
    const isInside = left >= 0 && top >= 0 && left < code.width && top < code.width;
    const module = Math.floor(top) * code.width + Math.floor(left);
    return isInside && code.modules[module] === 1 ? dark : light;
  });
}

/**
 * A frame of a screen that was photographed: its luma, row by row, its width and height, and where
 * the code is, whose middle is held before the camera.
 */
export function filmScreen({ luma, width, height, code }, how) {
  const { dark, light } = how;
  const rim = 0.03 * code.side;
  return seen(how, (u, v) => {
    const [left, top] = [code.x + u * code.side - 0.5, code.y + v * code.side - 0.5];
    if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) {
      const isEdge = left > -rim && top > -rim && left < width + rim && top < height + rim;
      return isEdge ? EDGE : undefined;
    }
    const at = Math.floor(top) * width + Math.floor(left);
    const [right, down] = [left % 1, top % 1];
    const above = luma[at] * (1 - right) + luma[at + 1] * right;
    const below = luma[at + width] * (1 - right) + luma[at + width + 1] * right;
    const shown = above * (1 - down) + below * down;
    return dark + (shown * (light - dark)) / 255;
  });
}

/**
 * What the camera sees. `shows` says how light a screen is at a place, whose unit is the side of
 * the code and whose middle is that of the code; nothing where there is no screen.
 */
function seen({ x, y, side, turn, lean, blur, noise, seed }, shows) {
  const sharp = new Float32Array(WIDTH * HEIGHT);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  for (let row = 0, at = 0; row < HEIGHT; row++) {
    for (let column = 0; column < WIDTH; column++, at++) {
      const [dx, dy] = [column - x, row - y];
      const depth = 1 + (lean[0] * dx + lean[1] * dy) / side;
      const u = (cos * dx + sin * dy) / (side * depth);
      const v = (cos * dy - sin * dx) / (side * depth);
      // Behind is a wall with a light on one side.
      const wall = 90 + (40 * column) / WIDTH + (20 * row) / HEIGHT;
      sharp[at] = depth > 0.2 ? (shows(u, v) ?? wall) : wall;
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
