import { svg } from "../dom.js";
import type { Light } from "./verdict.js";

/** The strokes of the command's gate, in a square of 100. */
const STROKES: Readonly<Record<Light, string>> = {
  green: "M6 53 36 84 94 16",
  yellow: "M8 57 27 84 64 20M88 12v46M88 84v.1",
  red: "M12 12 88 88M88 12 12 88",
  "out-of-order": "M50 8 6 92H94ZM50 38V62M50 78v.1",
  neutral: "M12 34H88M12 66H88",
};

/** The sign of a light, for people who cannot tell its colour. Words stand beside it. */
export function sign(light: Light): SVGSVGElement {
  const path = svg("path", {
    d: STROKES[light], fill: "none", stroke: "currentColor", "stroke-width": 11,
    "stroke-linecap": "round", "stroke-linejoin": "round",
  });
  return svg("svg", { viewBox: "0 0 100 100", "aria-hidden": "true", part: "sign" }, path);
}
