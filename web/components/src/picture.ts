import type { QrPicture } from "livepermit/holder";

import { svg } from "./dom.js";

/** The light border that readers need, in modules. */
const QUIET = 4;
/** What lies between the border and the ring, and the ring itself, in modules. */
const GAP = 1;
const RING = 1;
const MARGIN = QUIET + GAP + RING;

/**
 * A code on a light card, with a ring around that becomes shorter. The ring lies outside the light
 * border, so readers do not meet it.
 */
export class CodePicture {
  readonly element: SVGSVGElement;
  /** The modules of a side, with everything around. */
  readonly side: number;
  readonly #ring: SVGPathElement;

  constructor(picture: QrPicture, label: string) {
    const { width } = picture;
    this.side = width + 2 * MARGIN;
    const edge = RING / 2;
    const around = roundedSquare(edge, this.side - 2 * edge, 2);
    this.#ring = svg("path", {
      d: around, class: "ring", fill: "none", "stroke-width": RING, pathLength: 1000,
      "stroke-dasharray": "1000 1000", part: "ring",
    });
    this.element = svg(
      "svg",
      {
        viewBox: `0 0 ${this.side} ${this.side}`, role: "img", "aria-label": label,
        class: "picture", part: "picture",
      },
      svg("rect", { class: "light", width: this.side, height: this.side, rx: 2 }),
      svg("path", { d: around, class: "track", fill: "none", "stroke-width": RING }),
      this.#ring,
      svg("path", {
        d: darkModules(picture.modules(), width), class: "dark",
        transform: `translate(${MARGIN} ${MARGIN})`, "shape-rendering": "crispEdges",
      }),
    );
  }

  /** Shows how much is left, from 1 to 0. */
  left(share: number): void {
    const part = Math.round(1000 * Math.min(Math.max(share, 0), 1));
    this.#ring.setAttribute("stroke-dasharray", `${part} 1000`);
    // A round cap of nothing would still be a dot.
    this.#ring.toggleAttribute("hidden", part === 0);
  }

  /**
   * Makes the picture at most so wide, in CSS pixels. A module is a whole number of the screen's
   * pixels, so that all modules look alike.
   */
  fit(width: number, pixelRatio: number): void {
    const pixels = Math.max(1, Math.floor((width * pixelRatio) / this.side));
    const side = (pixels * this.side) / pixelRatio;
    this.element.setAttribute("width", String(side));
    this.element.setAttribute("height", String(side));
  }
}

/** The outline of a square, from the middle of its top, clockwise. */
function roundedSquare(from: number, side: number, corner: number): string {
  const [half, straight] = [side / 2, side - 2 * corner];
  const turn = (x: number, y: number) => `a${corner} ${corner} 0 0 1 ${x} ${y}`;
  return [
    `M${from + half} ${from}h${half - corner}`, turn(corner, corner), `v${straight}`,
    turn(-corner, corner), `h${-straight}`, turn(-corner, -corner), `v${-straight}`,
    turn(corner, -corner), "z",
  ].join("");
}

/** One path for all dark modules: a rectangle for each run in a row. */
function darkModules(modules: Uint8Array, width: number): string {
  const parts: string[] = [];
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = x;
      while (x < width && modules[y * width + x] === 1) x += 1;
      if (x > from) parts.push(`M${from} ${y}h${x - from}v1h${from - x}z`);
    }
  }
  return parts.join("");
}

/** The style of pictures, for shadow roots. The card stays light on dark pages, for readers. */
export const pictureStyle = `
  .card {
    display: grid; justify-items: center; gap: .5rem; padding: .75rem;
    border-radius: var(--permit-corner, 14px); background: #fff; color: #17211e;
  }
  .frame { display: grid; justify-items: center; width: 100%; }
  .picture { display: block; max-width: 100%; height: auto; }
  .light { fill: #fff; }
  .dark { fill: #000; }
  .track { stroke: #d7dfdc; }
  .ring { stroke: var(--permit-ring, #0b5c4b); }
  .line { margin: 0; text-align: center; font-variant-numeric: tabular-nums; }
  .soft { color: #4a5753; }
  [hidden] { display: none !important; }
`;
