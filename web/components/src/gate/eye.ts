import { clock } from "../clock.js";
import { reasonOf } from "../reason.js";
import { Camera, type CameraTrouble, troubleOf } from "./camera.js";
import { bestWay, type FrameSink, FrameWatch, type FrameWay, giveFrames } from "./frames.js";

/** Milliseconds without a frame after which the camera is out of order. */
const SILENT = 5000;
/** Milliseconds before a camera that failed is opened again. */
const REOPEN = 2000;

/** Why there is no picture. */
export interface EyeTrouble {
  readonly kind: CameraTrouble;
  readonly reason: string;
}

/** The camera of a gate and its frames. A camera that failed is opened again. */
export class Eye {
  readonly #video: HTMLVideoElement;
  readonly #watch = new FrameWatch();
  /** Told when something changed. */
  readonly #changed: () => void;
  #camera: Camera | undefined;
  #isWanted = false;
  #opening: AbortController | undefined;
  #giving: AbortController | undefined;
  #sink: FrameSink | undefined;
  #reopenAt = Number.POSITIVE_INFINITY;
  /** A stream in the place of a camera. */
  stream: MediaStream | undefined;
  /** How frames come; the best way of the browser unless said. */
  way: FrameWay = bestWay();
  trouble: EyeTrouble | undefined;
  /** Why frames do not come; nothing while they do. */
  silence: string | undefined;

  constructor(video: HTMLVideoElement, changed: () => void) {
    this.#video = video;
    this.#changed = changed;
  }

  get camera(): Camera | undefined {
    return this.#camera;
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** Opens a camera, unless one is open. */
  async start(): Promise<void> {
    this.#isWanted = true;
    if (this.#camera?.track.readyState !== "live") await this.open(undefined);
  }

  stop(): void {
    this.#isWanted = false;
    this.#close();
  }

  /** What takes the frames; with nothing, nobody does. */
  giveTo(sink: FrameSink | undefined): void {
    this.#giving?.abort();
    this.#sink = sink;
    this.#give();
  }

  /** A frame was looked at. */
  saw(): void {
    this.#watch.saw();
  }

  /** Opens this camera; with nothing, the one at the back. Never rejects. */
  async open(id: string | undefined): Promise<void> {
    this.#close();
    const { signal } = (this.#opening = new AbortController());
    try {
      const camera = this.stream ? new Camera(this.stream) : await Camera.open(id);
      if (signal.aborted) return this.#drop(camera);
      this.#camera = camera;
      this.#reopenAt = Number.POSITIVE_INFINITY;
      this.#watch.saw();
      camera.track.addEventListener("ended", () => {
        if (!signal.aborted) this.reopen();
      });
      this.#video.srcObject = camera.stream;
      await this.#video.play().catch(() => undefined);
      if (signal.aborted) return;
      this.trouble = undefined;
      this.#give();
    } catch (failure) {
      if (signal.aborted) return;
      this.trouble = { kind: troubleOf(failure), reason: reasonOf(failure) };
      // Who does not allow a camera is not asked again and again.
      if (this.trouble.kind === "in-use") this.reopen();
    }
    this.#changed();
  }

  /** Opens the camera again after a while. */
  reopen(): void {
    if (this.#isWanted) this.#reopenAt = clock.uptime() + REOPEN;
  }

  /** The page is seen again. Phones take the camera from pages in the background. */
  seen(): void {
    if (this.#isWanted && this.#camera?.track.readyState !== "live") {
      this.#reopenAt = clock.uptime();
    }
  }

  /** Call it a few times a second. */
  tick(): void {
    if (!this.#isWanted) return;
    const isSilent = this.#sink !== undefined && this.#camera !== undefined &&
      this.#watch.isSilent(SILENT);
    if (isSilent !== (this.silence !== undefined)) {
      this.silence = isSilent ? "" : undefined;
      this.#changed();
    }
    if (clock.uptime() >= this.#reopenAt) {
      this.#reopenAt = Number.POSITIVE_INFINITY;
      void this.open(this.#camera?.id);
    }
  }

  /** Lets the sink see, once both sink and camera are there. */
  #give(): void {
    const [camera, sink] = [this.#camera, this.#sink];
    if (sink === undefined || camera === undefined) return;
    if (this.#giving?.signal.aborted === false) return;
    this.#watch.saw();
    const { signal } = (this.#giving = new AbortController());
    giveFrames(this.#video, camera.track, sink, signal, this.way).catch((failure: unknown) => {
      if (signal.aborted) return;
      this.silence = reasonOf(failure);
      this.reopen();
      this.#changed();
    });
  }

  #close(): void {
    this.#opening?.abort();
    this.#giving?.abort();
    if (this.#camera !== undefined) this.#drop(this.#camera);
    [this.#opening, this.#camera, this.silence] = [undefined, undefined, undefined];
    this.#reopenAt = Number.POSITIVE_INFINITY;
    this.#video.srcObject = null;
  }

  /** A stream that the page gave is the page's to close. */
  #drop(camera: Camera): void {
    if (camera.stream !== this.stream) camera.close();
  }
}
