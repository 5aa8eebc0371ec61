import { type FetchStep, ListFetch, mostListBytes } from "livepermit/gate";

import { clock } from "../../clock.js";
import { reasonOf } from "../../reason.js";
import type { ListState } from "../health.js";

/** What to do with a list that came. Throws a `LivepermitError` when the list is refused. */
type Take = (list: Uint8Array) => Promise<void>;

/** Milliseconds after which a server is taken for silent. */
const PATIENCE = 30_000;

/** One list that is fetched again and again. The library says what to ask, and when. */
export class FetchedList {
  readonly #url: string;
  readonly #take: Take;
  readonly #steps: ListFetch;
  #answered: number | undefined;
  #failing: { since: number; code: string; reason: string } | undefined;
  /** A list that was refused, and why: it is tried again, because the trust may be newer then. */
  #waiting: Uint8Array | undefined;
  #busy = false;

  constructor(url: string, take: Take) {
    this.#url = url;
    this.#take = take;
    this.#steps = new ListFetch(url, undefined, clock.wall());
  }

  get state(): ListState {
    const { since: failingSince, ...why } = this.#failing ?? {};
    return {
      url: this.#url,
      next: this.#steps.next(),
      ...(this.#answered !== undefined && { answered: this.#answered }),
      ...(failingSince !== undefined && { failingSince, ...why }),
    };
  }

  /** Asks if that is due. Call it about once a second. Never rejects. */
  async look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#takeWaiting();
      // An answer can order another question at once; a bound, in case a server goes on so.
      for (let questions = 0; questions < 3; questions++) {
        if ((await this.#askOnce()) !== "ask-again") return;
      }
    } finally {
      this.#busy = false;
    }
  }

  async #askOnce(): Promise<FetchStep["kind"] | "not-due"> {
    const request = this.#steps.ask(clock.wall());
    if (request === undefined) return "not-due";
    let step: FetchStep;
    try {
      const answer = await fetch(request.url, {
        headers: request.headers.map(({ name, value }): [string, string] => [name, value]),
        redirect: "error",
        credentials: "omit",
        // The library remembers what is needed; a second memory would only answer with old lists.
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      const body = await bounded(answer, mostListBytes() + 1);
      step = this.#steps.came(answer.status, answer.headers, body, clock.wall());
    } catch (failure) {
      step = this.#steps.failed(reasonOf(failure), clock.wall());
    }
    if (step.kind === "no-list") this.#fails(step);
    else if (step.kind !== "ask-again") {
      [this.#answered, this.#failing] = [clock.wall(), undefined];
    }
    if (step.kind === "new-list") {
      this.#waiting = step.list;
      await this.#takeWaiting();
    }
    return step.kind;
  }

  async #takeWaiting(): Promise<void> {
    const list = this.#waiting;
    if (list === undefined) return;
    try {
      await this.#take(list);
      [this.#waiting, this.#failing] = [undefined, undefined];
    } catch (refused) {
      const { code = "not-kept", reason = String(refused) } = refused as Partial<ListState>;
      this.#fails({ code, reason });
    }
  }

  #fails({ code, reason }: { code: string; reason: string }): void {
    this.#failing = { since: this.#failing?.since ?? clock.wall(), code, reason };
  }
}

/** The body, cut after so many bytes. */
async function bounded(answer: Response, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = answer.body?.getReader();
  while (reader !== undefined && length < most) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  await reader?.cancel();
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.subarray(0, most);
}
