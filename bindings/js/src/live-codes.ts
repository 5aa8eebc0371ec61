import type { DeviceKey } from "./device-key.js";
import type { HeldCredential, Recipient, Slot, Token } from "./records.js";
import { secondsNow } from "./seconds.js";
import { CodeSchedule, type Holder } from "./wallet.js";

/** The two clocks of a phone, and a way to wait. */
export interface PhoneClock {
  /** Seconds since 1970, as the phone shows the time. */
  wall(): number;
  /** Milliseconds of a counter that nobody can set. */
  uptime(): number;
  /** Waits so many milliseconds, or until `signal` is aborted. Never rejects. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

/** The clocks of browsers, workers and Node. */
export const platformClock: PhoneClock = {
  wall: secondsNow,
  uptime: () => Math.floor(performance.now()),
  sleep: (millis, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, millis);
      signal?.addEventListener("abort", done);
    }),
};

/** What the screen shows. */
export type LiveScreen =
  /** A code, until another value comes. */
  | { readonly kind: "code"; readonly token: Token; readonly schedule: CodeSchedule }
  /** No code is ready: show a spinner. `failure` is why the last signature did not come. */
  | { readonly kind: "waiting"; readonly failure?: unknown }
  /** The credential is not valid yet, by this phone's clock. */
  | { readonly kind: "not-yet-valid"; readonly from: number }
  /** The credential has ended: fetch another. The codes end. */
  | { readonly kind: "ended"; readonly at: number };

export interface LiveOptions {
  /** For whom the codes are made; every gate unless said. */
  readonly recipient?: Recipient;
  /** How often a code is replaced, in seconds; 10 unless said. */
  readonly refresh?: number;
  readonly clock?: PhoneClock;
  /** Ends the codes. */
  readonly signal?: AbortSignal;
}

/** What signs: a `DeviceKey`, or what an app has instead. */
export type Signer = Pick<DeviceKey, "sign">;

/** The longest sleep. Browsers hold timers back, so the clocks are read again now and then. */
const LONGEST_SLEEP = 60_000;

/**
 * The codes of a wallet, each signed shortly before it is shown, replaced every `refresh` seconds.
 * Loop over them while the screen is visible, and draw each value at once. Both clocks are read
 * again at each waking, and the codes go on with the next credential that the wallet accepted.
 */
export async function* liveCodes(
  holder: Holder,
  key: Signer,
  options: LiveOptions = {},
): AsyncGenerator<LiveScreen, void, void> {
  const { recipient = { kind: "anyone" }, refresh = 10, clock = platformClock, signal } = options;
  let credential = holder.current(clock.wall()) ?? holder.credentials().at(-1);
  if (credential === undefined) {
    yield { kind: "ended", at: clock.wall() };
    return;
  }
  const times = ({ notBefore, expires, window }: HeldCredential) =>
    [notBefore, expires, window, Math.min(refresh, window - 1)] as const;
  const schedule = new CodeSchedule(...times(credential));
  // The last two: the code that is shown, and the code that replaces it.
  const signed: { slot: Slot; token: Token }[] = [];
  let failure: unknown;
  let last: unknown[] = [];
  while (!signal?.aborted) {
    const newest = holder.current(clock.wall());
    if (newest !== undefined && newest.bytes.join() !== credential.bytes.join()) {
      credential = newest;
      schedule.renew(...times(newest));
    }
    const step = schedule.at(clock.wall(), clock.uptime());
    const { screen } = step;
    let shown: LiveScreen | undefined;
    let what: unknown[];
    switch (screen.kind) {
      case "code": {
        const found = signed.find(({ slot }) => slot.number === screen.slot.number);
        if (found) shown = { kind: "code", token: found.token, schedule };
        what = ["code", screen.slot.number];
        break;
      }
      case "waiting":
        shown = failure === undefined ? { kind: "waiting" } : { kind: "waiting", failure };
        what = ["waiting", failure];
        break;
      case "not-yet-valid":
        shown = screen;
        what = ["not-yet-valid", screen.from];
        break;
      case "ended":
        yield screen;
        return;
    }
    if (shown !== undefined && what.some((part, at) => part !== last[at])) {
      last = what;
      yield shown;
      if (signal?.aborted) return;
    }
    const slot = step.prepare;
    if (slot === undefined) {
      const millis = Math.max(step.wake - clock.uptime(), 1);
      await clock.sleep(Math.min(millis, LONGEST_SLEEP), signal);
      continue;
    }
    let token: Token | undefined;
    try {
      const prepared = holder.prepare(recipient, slot.issuedAt);
      token = await key.sign(prepared);
      prepared.free();
    } catch (refused) {
      failure = refused;
      schedule.failed(slot, clock.uptime());
      continue;
    }
    failure = undefined;
    if (schedule.prepared(slot, clock.uptime()).kind === "accepted") {
      signed.unshift({ slot, token });
      signed.length = Math.min(signed.length, 2);
    }
  }
}
