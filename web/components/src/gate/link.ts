import type { GoOn } from "livepermit/gate";

import type { FrameSink } from "./frames.js";
import type { CanvasFrame, QuestionForm, ToPage, ToWorker } from "./messages.js";
import type { GateOptions } from "./options.js";

/** Milliseconds before a worker that stopped is started again, the longest wait last. */
const WAITS = [500, 1000, 2000, 5000, 10_000];
/** Milliseconds after which a worker that should end is ended. */
const PATIENCE = 2000;

/** What the worker told, and that it stopped. */
export interface LinkListener {
  told(message: ToPage): void;
  stopped(reason: string): void;
}

/** The worker of a gate, started again when it stops. */
export class WorkerLink implements FrameSink {
  readonly #options: GateOptions;
  readonly #listener: LinkListener;
  #worker: Worker | undefined;
  #isOpen = false;
  /** What waits until the worker listens. */
  #queue: { message: ToWorker; transfer: Transferable[] }[] | undefined;
  #failures = 0;
  #session = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** Who waits until a frame was looked at. */
  #waiting: (() => void)[] = [];

  constructor(options: GateOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
    this.#start();
  }

  stream(frames: ReadableStream<VideoFrame>): void {
    this.#session += 1;
    this.#send({ kind: "stream", frames, session: this.#session }, [frames]);
  }

  frame(frame: VideoFrame | CanvasFrame, transfer: Transferable): Promise<void> {
    return new Promise((seen) => {
      this.#waiting.push(seen);
      this.#send({ kind: "frame", frame }, [transfer]);
    });
  }

  list(of: "trust" | "status", list: Uint8Array): void {
    this.#send({ kind: "list", of, list });
  }

  goOn(word: GoOn): void {
    this.#send({ kind: "go-on", word });
  }

  ask(seconds: number, form: QuestionForm): void {
    this.#send({ kind: "ask", seconds, form });
  }

  /** Ends the worker. End what gives it frames before. */
  close(): void {
    clearTimeout(this.#again);
    const worker = this.#worker;
    this.#send({ kind: "close" });
    this.#worker = undefined;
    this.#release();
    if (worker === undefined) return;
    worker.onmessage = null;
    worker.onerror = null;
    // It ends by itself, unless something holds it.
    setTimeout(() => worker.terminate(), PATIENCE);
  }

  #start(): void {
    // Written so that bundlers find the file.
    const worker = new Worker(new URL("./permit-gate-worker.js", import.meta.url), {
      type: "module",
    });
    [this.#worker, this.#isOpen, this.#queue] = [worker, false, []];
    worker.onmessage = ({ data }: MessageEvent<ToPage>) => {
      if (data.kind === "listens") this.#sendQueue();
      if (data.kind === "opened") [this.#isOpen, this.#failures] = [true, 0];
      if (data.kind === "seen") this.#release();
      if (data.kind === "failed" && !this.#isOpen) this.#stopped(`${data.code}: ${data.reason}`);
      // A stream that another one has replaced may end.
      else if (data.kind !== "stream-ended" || data.session === this.#session) {
        this.#listener.told(data);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#stopped(event.message || "the worker does not load");
    };
    worker.onmessageerror = () => this.#stopped("a message could not be read");
    this.#send({ kind: "open", options: this.#options });
  }

  #stopped(reason: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#release();
    this.#listener.stopped(reason);
    const wait = WAITS[Math.min(this.#failures, WAITS.length - 1)];
    this.#failures += 1;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#start(), wait);
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    if (this.#worker !== undefined && this.#queue !== undefined) {
      this.#queue.push({ message, transfer });
      return;
    }
    this.#worker?.postMessage(message, transfer);
    // Without a worker a frame is lost, and nobody waits for it.
    if (this.#worker === undefined) this.#release();
  }

  #sendQueue(): void {
    const queue = this.#queue ?? [];
    this.#queue = undefined;
    for (const { message, transfer } of queue) this.#send(message, transfer);
  }

  #release(): void {
    for (const seen of this.#waiting.splice(0)) seen();
  }
}
