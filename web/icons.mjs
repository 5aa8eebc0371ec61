// Draws shared/icons/icon.svg as PNG, for home screens that take no SVG. The shapes are few, so
// each is known by how far a point is from it; a test holds both pictures together.

import { crc32, deflateSync } from "node:zlib";

const GROUND = [0x0b, 0x5c, 0x4b];
const WHITE = 255;
/** In units of the drawing, which is 512 wide. */
const WIDE = 512;
const [MIDDLE, RADIUS] = [256, 150];
const RING = 14;
const TICK = 17;
const CORNERS = [[192, 260], [238, 306], [324, 210]];
/** Where the bright part of the ring begins and ends. */
const ENDS = [[256, 106], [126, 181]];
/** How bright the rest of it is. */
const DIM = 0.35;

/** The icon, so many pixels wide, as a PNG file. */
export function drawIcon(side) {
  const unit = WIDE / side;
  const rows = Buffer.alloc(side * (3 * side + 1));
  for (let y = 0, at = 0; y < side; y++) {
    rows[at++] = 0;
    for (let x = 0; x < side; x++) {
      const point = [(x + 0.5) * unit, (y + 0.5) * unit];
      // A pixel on an edge is as white as it is covered.
      const covered = (half, far) => Math.min(Math.max((half - far) / unit + 0.5, 0), 1);
      const shares = [
        DIM * covered(RING, fromRing(point)), covered(RING, fromArc(point)),
        covered(TICK, fromTick(point)),
      ];
      const ground = shares.reduce((left, share) => left * (1 - share), 1);
      for (const colour of GROUND) rows[at++] = Math.round(WHITE + (colour - WHITE) * ground);
    }
  }
  return png(side, rows);
}

const apart = ([x, y], [otherX, otherY]) => Math.hypot(x - otherX, y - otherY);

const fromRing = (point) => Math.abs(apart(point, [MIDDLE, MIDDLE]) - RADIUS);

/** Clockwise from the top; the gap is the sixth before the top. */
function fromArc(point) {
  const [x, y] = [point[0] - MIDDLE, point[1] - MIDDLE];
  const turn = (Math.atan2(x, -y) / Math.PI) * 180;
  if (turn < -60 || turn > 0) return fromRing(point);
  return Math.min(...ENDS.map((end) => apart(point, end)));
}

function fromTick(point) {
  const [first, second, third] = CORNERS;
  return Math.min(fromLine(point, first, second), fromLine(point, second, third));
}

function fromLine([x, y], [fromX, fromY], [toX, toY]) {
  const [across, down] = [toX - fromX, toY - fromY];
  const along = ((x - fromX) * across + (y - fromY) * down) / (across ** 2 + down ** 2);
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - fromX - share * across, y - fromY - share * down);
}

/** A file of three bytes a pixel, each row after a byte for its filter. */
function png(side, rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const part = (kind, body) => {
    const named = Buffer.concat([Buffer.from(kind, "latin1"), body]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    check.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, check]);
  };
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"), part("IHDR", header),
    part("IDAT", deflateSync(rows, { level: 9 })), part("IEND", Buffer.alloc(0)),
  ]);
}
