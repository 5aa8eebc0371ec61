import type { Light } from "./verdict.js";

/** Tones as hertz and seconds; 0 hertz is silence. The lights differ in number and in height. */
const TONES: Readonly<Record<Light, readonly (readonly [number, number])[]>> = {
  green: [[1320, 0.12], [1760, 0.18]],
  yellow: [[1320, 0.12], [0, 0.08], [1320, 0.12], [0, 0.08], [1320, 0.12]],
  red: [[220, 0.45]],
  "out-of-order": [[330, 0.18], [0, 0.1], [262, 0.18], [0, 0.1], [208, 0.3]],
  neutral: [],
};
const TREMBLES: Readonly<Record<Light, readonly number[]>> = {
  green: [80], yellow: [80, 60, 80], red: [400], "out-of-order": [150, 80, 150, 80, 150],
  neutral: [],
};

/** The sounds of the lights. Browsers let a page sound after a person touched it. */
export class Sound {
  #context: AudioContext | undefined;
  isOn = true;

  /** Call it when a person touched the page. */
  wake(): void {
    try {
      this.#context ??= new AudioContext();
      void this.#context.resume().catch(() => undefined);
    } catch {
      // A device without sound: the light says the same.
    }
  }

  play(light: Light): void {
    if (!this.isOn) return;
    // Firefox and Safari have no `vibrate`.
    (navigator as Partial<Navigator>).vibrate?.([...TREMBLES[light]]);
    const context = this.#context;
    if (context === undefined || context.state !== "running") return;
    let at = context.currentTime;
    for (const [hertz, seconds] of TONES[light]) {
      if (hertz > 0) this.#tone(context, hertz, at, seconds);
      at += seconds;
    }
  }

  #tone(context: AudioContext, hertz: number, from: number, seconds: number): void {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.type = "triangle";
    tone.frequency.value = hertz;
    // Begins and ends softly: a hard edge clicks.
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(0.5, from + 0.01);
    volume.gain.setValueAtTime(0.5, from + seconds - 0.02);
    volume.gain.linearRampToValueAtTime(0, from + seconds);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + seconds);
  }
}
