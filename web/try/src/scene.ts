import { drawQr } from "livepermit/issuer";

const [WIDTH, HEIGHT] = [960, 720];
/** Pictures a second: as many as a gate needs. */
const RATE = 12;
const QUIET = 4;

/** What stands before the gate's camera. */
export class Scene {
  readonly canvas = document.createElement("canvas");
  readonly #paper: CanvasRenderingContext2D;
  #code: { text: string; picture: ReturnType<typeof drawQr>; frame: string } | undefined;
  #tick = 0;

  constructor() {
    [this.canvas.width, this.canvas.height] = [WIDTH, HEIGHT];
    const paper = this.canvas.getContext("2d", { alpha: false });
    if (paper === null) throw new Error("no canvas");
    this.#paper = paper;
    this.#paint();
    setInterval(() => this.#paint(), 1000 / RATE);
  }

  /** The scene in place of a camera. */
  stream(): MediaStream {
    return this.canvas.captureStream(RATE);
  }

  /** Whether a code is held up. */
  get isBusy(): boolean {
    return this.#code !== undefined;
  }

  /** Holds a code up, on a frame of this colour; with nothing, nobody is there. */
  show(text: string | undefined, frame = "#1c2b26"): void {
    if (text === this.#code?.text) return;
    this.#code = text === undefined ? undefined : { text, picture: drawQr(text), frame };
    this.#paint();
  }

  #paint(): void {
    const paper = this.#paper;
    this.#tick += 1;
    paper.resetTransform();
    const wall = paper.createLinearGradient(0, 0, WIDTH, HEIGHT);
    wall.addColorStop(0, "#8c9a93");
    wall.addColorStop(1, "#5d6a64");
    paper.fillStyle = wall;
    paper.fillRect(0, 0, WIDTH, HEIGHT);
    if (this.#code === undefined) return;
    const { picture, frame } = this.#code;
    // A hand is never quite still, and never quite straight.
    const sway = this.#tick / 9;
    paper.translate(WIDTH / 2 + 6 * Math.sin(sway), HEIGHT / 2 + 5 * Math.cos(sway * 0.8));
    paper.transform(1, 0.02, -0.05, 0.98, 0, 0);
    paper.rotate(-0.05 + 0.01 * Math.sin(sway * 0.6));
    const [side, phone] = [480, 560];
    paper.fillStyle = frame;
    paper.fillRect(-phone / 2, -HEIGHT / 2 + 20, phone, HEIGHT - 40);
    paper.fillStyle = "#ffffff";
    paper.fillRect(-side / 2, -side / 2, side, side);
    const { width } = picture;
    const modules = picture.modules();
    const size = side / (width + 2 * QUIET);
    paper.fillStyle = "#0a0a0a";
    for (let at = 0; at < modules.length; at++) {
      if (modules[at] === 0) continue;
      const [x, y] = [(at % width) + QUIET, Math.floor(at / width) + QUIET];
      // A little larger, so that no light shines between two modules.
      paper.fillRect(x * size - side / 2, y * size - side / 2, size + 0.6, size + 0.6);
    }
  }
}
