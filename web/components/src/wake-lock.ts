/** Whether the screen stays on. */
export type Wake = "on" | "off" | "unavailable" | "refused";

/**
 * Keeps the screen on while the page is seen. Browsers drop the lock when the page is hidden, so the
 * lock is asked for again when the page is seen again.
 */
export class ScreenAwake {
  readonly #changed: (wake: Wake) => void;
  #wanted = false;
  #lock: WakeLockSentinel | undefined;
  #asking = false;
  #wake: Wake = "off";

  constructor(changed: (wake: Wake) => void = () => undefined) {
    this.#changed = changed;
  }

  get wake(): Wake {
    return this.#wake;
  }

  /** Keeps the screen on from now on. */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    document.addEventListener("visibilitychange", this.#ask);
    void this.#ask();
  }

  /** Lets the screen go dark again. */
  stop(): void {
    this.#wanted = false;
    document.removeEventListener("visibilitychange", this.#ask);
    void this.#lock?.release();
    this.#lock = undefined;
    this.#say("off");
  }

  readonly #ask = async (): Promise<void> => {
    if (!this.#wanted || this.#asking || this.#lock?.released === false) return;
    if (document.visibilityState !== "visible") return;
    const { wakeLock } = navigator as Partial<Navigator>;
    if (wakeLock === undefined) return this.#say("unavailable");
    this.#asking = true;
    try {
      const lock = await wakeLock.request("screen");
      if (!this.#wanted) return void lock.release();
      this.#lock = lock;
      lock.addEventListener("release", () => {
        if (this.#lock === lock) this.#say("off");
      });
      this.#say("on");
    } catch {
      // A phone that saves power refuses.
      this.#say("refused");
    } finally {
      this.#asking = false;
    }
  };

  #say(wake: Wake): void {
    if (this.#wake === wake) return;
    this.#wake = wake;
    this.#changed(wake);
  }
}
