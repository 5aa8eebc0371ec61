import { clock } from "../../components/src/clock.js";
import type { Issuers } from "./issuer.js";
import type { PermitRecord } from "./record.js";
import type { WalletStore } from "./store.js";

/** How often the wallet looks whether something is due, in milliseconds. */
const LOOK = 30_000;
/** How often the status list is fetched while the wallet is open, in seconds. */
const STATUS = 900;
const LOCK = "livepermit-wallet-renewals";

/** Fetches credentials and status lists when they are due and there is a network. */
export class Renewals {
  readonly #store: WalletStore;
  readonly #issuers: () => Promise<Issuers>;
  readonly #changed: () => void;
  readonly #statusAsked = new Map<string, number>();
  #running: Promise<void> | undefined;

  constructor(store: WalletStore, issuers: () => Promise<Issuers>, changed: () => void) {
    this.#store = store;
    this.#issuers = issuers;
    this.#changed = changed;
  }

  /** Looks now, and from now on whenever the page is seen, the network comes back, time passes. */
  start(signal: AbortSignal): void {
    const look = () => {
      if (document.visibilityState === "visible") void this.run();
    };
    document.addEventListener("visibilitychange", look, { signal });
    addEventListener("online", () => void this.run("unreachable"), { signal });
    void this.#go(look, signal);
  }

  async #go(look: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      look();
      await clock.sleep(LOOK, signal);
    }
  }

  /**
   * Asks for what is due. `all` asks for every permit, `unreachable` also for those whose issuer
   * was not reached.
   */
  async run(which: "due" | "unreachable" | "all" = "due"): Promise<void> {
    await this.#running;
    // A storage that fails is tried again at the next look.
    this.#running = this.#once(which).catch(() => undefined);
    await this.#running;
  }

  async #once(which: "due" | "unreachable" | "all"): Promise<void> {
    if (!navigator.onLine) return;
    // Two tabs would use up each other's transactions.
    await navigator.locks.request(LOCK, async () => {
      let changed = false;
      for (const record of await this.#store.permits()) {
        changed = (await this.#renew(record, which)) || changed;
        changed = (await this.#look(record.id, which)) || changed;
      }
      if (changed) this.#changed();
    });
  }

  async #renew(record: PermitRecord, which: "due" | "unreachable" | "all"): Promise<boolean> {
    const { next, problem } = record.last;
    const missed = which === "unreachable" && problem?.kind === "unreachable";
    if (which !== "all" && !missed && clock.wall() < next) return false;
    await (await this.#issuers()).renew(record);
    return true;
  }

  async #look(id: string, which: "due" | "unreachable" | "all"): Promise<boolean> {
    const now = clock.wall();
    const asked = this.#statusAsked.get(id);
    if (which === "due" && asked !== undefined && now - asked < STATUS) return false;
    this.#statusAsked.set(id, now);
    const record = await this.#store.permit(id);
    // It comes with the module for gates, and is not needed to show a code.
    const { statusOf } = await import("./status.js");
    const status = record && (await statusOf(record));
    if (status === undefined || status.value === record?.status?.value) return false;
    await this.#store.change(id, (before) => ({ ...before, status }));
    return true;
  }
}
