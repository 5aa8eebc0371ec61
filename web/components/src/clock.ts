// The one place from which elements, pages and their workers take the time.
//
// In a build for tests the time is that of the test: where it begins, the test's server says
// (`/test-clock.js`); how it goes on, a message on the channel `livepermit-clock`. Tabs and workers
// of a browser get both. The package has nothing of this.

import type { PhoneClock } from "livepermit/holder";

/** Two readings of the time. */
interface Reading {
  /** Milliseconds since 1970, as the device shows the time. */
  readonly wall: number;
  /** Milliseconds of a counter that nobody can set. */
  readonly uptime: number;
}

/** What a test says of the time. */
interface SetTime extends Reading {
  /** Whether the time goes on by itself. */
  readonly runs: boolean;
  /** When the test said so, by `Date.now()`. */
  readonly said: number;
}

/** The time. It is what `liveCodes` of the library takes. */
export interface Clock extends PhoneClock {
  /** Milliseconds since 1970. */
  millis(): number;
}

let read: () => Reading = () => ({ wall: Date.now(), uptime: performance.now() });
/** Called when a test sets the time, so that sleepers look again. */
const sleepers = new Set<() => void>();

export const clock: Clock = {
  wall: () => Math.floor(read().wall / 1000),
  millis: () => Math.floor(read().wall),
  uptime: () => Math.floor(read().uptime),
  sleep: (millis, signal) =>
    new Promise((resolve) => {
      const until = read().uptime + millis;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const look = () => {
        clearTimeout(timer);
        const left = until - read().uptime;
        if (left > 0 && signal?.aborted !== true) {
          timer = setTimeout(look, TESTED ? Math.min(left, 50) : left);
          return;
        }
        signal?.removeEventListener("abort", look);
        sleepers.delete(look);
        resolve();
      };
      signal?.addEventListener("abort", look);
      sleepers.add(look);
      look();
    }),
};

if (TESTED) {
  const server = "/test-clock.js";
  const { start } = (await import(server)) as { start: SetTime };
  let last = start;
  read = () => {
    const { wall, uptime, runs, said } = last;
    const since = runs ? Date.now() - said : 0;
    return { wall: wall + since, uptime: uptime + since };
  };
  const channel = new BroadcastChannel("livepermit-clock");
  // A test that waits for a worker hears that the worker has the time.
  const heard = new BroadcastChannel("livepermit-clock-heard");
  const isWorker = !("document" in globalThis);
  channel.onmessage = ({ data }: MessageEvent<SetTime>) => {
    last = data;
    for (const look of [...sleepers]) look();
    heard.postMessage({ said: data.said, isWorker });
  };
}
