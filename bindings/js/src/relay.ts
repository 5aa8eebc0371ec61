import { LivepermitError, number, reasonOf, text, wrongArgument } from "./error.js";
import type { Attempt, Retention, StoreAnswer, StoreHealth } from "./gate-records.js";
import { secondsNow } from "./seconds.js";
import type { RelayAccess } from "./setup.js";

// The memory that gates of a zone share at a relay of the operator's (`livepermit gate relay`).
// Gate and relay share a key; each question and each answer carries its code of authentication.

export interface RelayStoreOptions {
  /** Where the relay is, and the key: `relay` of a `GateSetup`. */
  readonly access: RelayAccess;
  /** The name of the gate. */
  readonly gate: string;
  /** The settings of the zone: `retention` of the setup. */
  readonly retention: Retention;
  /** What asks; `fetch` of the platform unless said. */
  readonly fetch?: typeof fetch;
  /** Seconds since 1970, by the clock of this gate. */
  readonly clock?: () => number;
  /** Milliseconds to wait for an answer; 4000 unless said. A visitor waits. */
  readonly wait?: number;
}

type Given = StoreAnswer & { readonly code?: string };

interface Reply {
  readonly answer?: Given;
  readonly health: { readonly outOfOrderUntil?: number; readonly loss?: string };
}

const PATH = "v1/ask";
const QUESTION = "livepermit relay 1\nPOST\n/v1/ask\n";
const ANSWER = "livepermit relay 1\nanswer\n";
const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

/**
 * A memory of used codes at a relay: for `begin` and `finish` of a gate, or for a `KeptGate`. What
 * is not answered, or not by the relay that has this gate's key, is `no-answer`: the gate is out of
 * order, and nobody is refused.
 */
export class RelayStore {
  readonly retention: Retention;
  readonly #options: Required<RelayStoreOptions>;
  readonly #url: string;
  readonly #key: Promise<CryptoKey>;
  #health: StoreHealth = { cautions: [] };

  constructor(options: RelayStoreOptions) {
    const { access, gate, retention } = options;
    text("the address of the relay", access.address);
    text("the gate", gate);
    if (!(access.key instanceof Uint8Array) || access.key.length !== 32) {
      throw wrongArgument("the key of the relay", "a Uint8Array of 32 bytes");
    }
    this.retention = retention;
    this.#options = { fetch: (...it) => fetch(...it), clock: secondsNow, wait: 4000, ...options };
    this.#url = `${access.address.replace(/\/+$/, "")}/${PATH}`;
    // No script reads the key out again.
    const raw = access.key.slice() as Uint8Array<ArrayBuffer>;
    this.#key = crypto.subtle.importKey("raw", raw, HMAC, false, ["sign", "verify"]);
    // Told by the first question.
    this.#key.catch(() => undefined);
  }

  /** Asks whether a code was used before. The relay has recorded what it says was not. */
  async admit(attempt: Attempt): Promise<StoreAnswer> {
    const { permit, moment, lane, zone, passage, debounce, coolDown } = attempt;
    const asked = {
      permit: hex(permit),
      ...(moment === undefined ? {} : { moment }),
      lane, zone, passage, debounce, coolDown,
    };
    try {
      const given = await this.#ask(attempt.now, asked);
      return given ?? { kind: "no-answer", reason: "the relay does not say about the code" };
    } catch (failure) {
      return { kind: "no-answer", reason: reasonOfRelay(failure) };
    }
  }

  /**
   * Asks the relay how it is, without a visitor: call it about once a second while nobody comes.
   * Throws `store-unreachable` and other codes of stores.
   */
  async keepAlive(): Promise<void> {
    const given = await this.#ask(number("now", this.#options.clock()));
    if (given === undefined) return;
    if (given.kind === "no-answer") throw failed(given.reason, given.code);
    throw failed(`the clocks are apart: the relay answers ${given.kind}`, "store-setup");
  }

  /** How the relay's memory was at its last answer. */
  health(): StoreHealth {
    return this.#health;
  }

  async #ask(time: number, attempt?: unknown): Promise<Given | undefined> {
    const nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
    const { oldMaster, ...spans } = this.retention;
    const together = spans.largestWindow + spans.largestSkew;
    const settings = {
      ...spans,
      // The limit is what counts.
      longestCoolDown: Math.max(spans.longestCoolDown, together),
      ...(oldMaster === undefined ? {} : { oldMaster }),
    };
    const body = JSON.stringify({ time, nonce, settings, ...(attempt ? { attempt } : {}) });
    const came = await this.#post(body);
    const reply = came.body;
    const isRight = await crypto.subtle.verify(
      HMAC, await this.#key, unhex(came.code), utf8(`${ANSWER}${nonce}\n${reply}`),
    );
    if (!isRight) {
      throw failed("the answer is not of the relay that has this gate's key", "store-setup");
    }
    const { answer, health } = JSON.parse(reply) as Reply;
    this.#health = { ...health, cautions: [] };
    return answer;
  }

  async #post(body: string): Promise<{ code: string; body: string }> {
    const { fetch: ask, gate, wait } = this.#options;
    const code = await crypto.subtle.sign(HMAC, await this.#key, utf8(QUESTION + body));
    const response = await ask(this.#url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "livepermit-gate": gate,
        "livepermit-mac": hex(new Uint8Array(code)),
      },
      body,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(wait),
    });
    if (response.status === 401) {
      const reason = "the relay does not know this gate, or knows it by another key";
      throw failed(reason, "store-setup");
    }
    if (response.status === 409) throw failed("the relay has just been started");
    if (!response.ok) throw failed(`the relay answers with status ${response.status}`);
    return { code: response.headers.get("livepermit-mac") ?? "", body: await response.text() };
  }
}

function failed(reason: string, code = "store-unreachable"): LivepermitError {
  return new LivepermitError({ code, reason });
}

function reasonOfRelay(failure: unknown): string {
  return failure instanceof LivepermitError ? failure.reason : `the relay: ${reasonOf(failure)}`;
}

const utf8 = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Other text gives bytes that are no code. */
function unhex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
