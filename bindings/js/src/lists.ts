import { bytes, instance, number, text } from "./error.js";
import type { FetchStep, HeldList, HttpHeader, ListRequest, StatusLimits } from "./gate-records.js";
import { gateHost, Handle, type Host } from "./host.js";
import { PublicKey } from "./public-key.js";
import { Trust } from "./trust.js";
import type * as Inside from "./wasm/issuer.js";

/** What a gate stores of the last trust list, so that it refuses older lists after a restart. */
export interface TrustState {
  readonly version: number;
  /** SHA-256 of the list. */
  readonly digest: Uint8Array;
  readonly issuedAt: number;
  /** The roots that may sign the next list. */
  readonly roots: readonly PublicKey[];
}

/** An accepted trust list. */
export interface TrustList {
  /** The keys that count now. */
  readonly trust: Trust;
  readonly name: string;
  readonly version: number;
  readonly issuedAt: number;
  /** The first second in which the list has ended. */
  readonly expires: number;
  /** The entries that do not count. */
  readonly skipped: readonly { readonly index: number; readonly reason: string }[];
}

/** A trust list that was accepted, and the state before. */
export interface LastTrustList {
  readonly bytes: Uint8Array;
  readonly accepted: number;
  readonly skew: number;
  readonly before: TrustState | undefined;
}

type RawAnchor = Inside.TrustAnchor;
type RawTrust = Inside.Trust;

/** The name and the root keys of a trust list, and the state of the last accepted one. */
export class TrustAnchor {
  readonly #handle: Handle<RawAnchor>;
  readonly #make: (host: Host, state: TrustState | undefined) => RawAnchor;
  #state: TrustState | undefined;
  /**
   * The last accepted list and what was known before it: with both, another instance knows the
   * same.
   */
  #last: LastTrustList | undefined;

  /**
   * Trusts lists of this name that a root signed, from `lowestVersion` on. Give `state` after a
   * restart. Throws `no-root`, and the codes of names.
   */
  constructor(
    name: string,
    roots: readonly PublicKey[],
    lowestVersion: number,
    state?: TrustState,
  ) {
    text("the name", name);
    number("the lowest version", lowestVersion);
    const kept = [...roots];
    this.#state = state;
    this.#make = (host, state) =>
      host.run((glue) => new glue.TrustAnchor(name, kept, lowestVersion, state));
    this.#handle = new Handle((host) => {
      const last = this.#last;
      if (last === undefined) return this.#make(host, this.#state);
      const raw = this.#make(host, last.before);
      host.run(() => raw.accept(last.bytes, last.accepted, last.skew));
      return raw;
    });
    this.#handle.in(gateHost());
  }

  /** @internal */
  get last(): LastTrustList | undefined {
    return this.#last;
  }

  /**
   * Takes in a list. A refused list changes nothing. Throws the codes of lists: `list-older`,
   * `list-expired`, `list-bad-signature` and so on.
   */
  accept(list: Uint8Array, now: number, skew: number): TrustList {
    const given = bytes("the list", list).slice();
    number("now", now);
    number("the skew", skew);
    const before = this.#state;
    const host = gateHost();
    const raw = this.#handle.in(host);
    type Taken = Omit<TrustList, "trust"> & { trust: RawTrust };
    const taken = host.run(() => raw.accept(given, now, skew) as Taken);
    const state = host.run(
      () => raw.state() as Omit<TrustState, "roots"> & { roots: Uint8Array[] },
    );
    this.#state = { ...state, roots: state.roots.map((root) => PublicKey.of(root)) };
    this.#last = { bytes: given, accepted: now, skew, before };
    // Another instance takes in the same list again.
    let first: RawTrust | undefined = taken.trust;
    const trust = Trust.made((home) => {
      const made = first;
      first = undefined;
      if (made !== undefined && home === host) return made;
      const anchor = this.#make(home, before);
      return home.run(() => (anchor.accept(given, now, skew) as Taken).trust);
    });
    trust.handle.in(host);
    return { ...taken, trust };
  }

  /** What to store after each accepted list; nothing before the first. */
  get state(): TrustState | undefined {
    return this.#state;
  }
}

/** 8 MiB compressed and 16 MiB inflated: 134 million permits at one bit. */
export function defaultStatusLimits(): StatusLimits {
  return gateHost().run((glue) => glue.defaultStatusLimits() as StatusLimits);
}

type RawList = Inside.StatusList;

/** What an accepted status list says of itself. */
interface ListFacts {
  readonly issuer: string;
  readonly uri: string;
  readonly bits: number;
  readonly entries: number;
  readonly issuedAt: number;
  readonly expires?: number;
}

/** What can be said when a status list is taken in. */
export interface AcceptOptions {
  /** The largest difference between right clocks, in seconds; 5 unless said. */
  readonly skew?: number;
  /** The lists that were accepted before, of any issuer and URI. */
  readonly held?: readonly HeldList[];
  readonly limits?: StatusLimits;
}

/** An accepted status list. */
export class StatusList implements ListFacts {
  readonly issuer: string;
  readonly uri: string;
  /** Bits of an entry. */
  readonly bits: number;
  readonly entries: number;
  readonly issuedAt: number;
  /** The first second in which the list has ended; nothing if only its age counts. */
  readonly expires?: number;
  /** What to store. */
  readonly held: HeldList;
  readonly #handle: Handle<RawList>;

  private constructor(make: (host: Host) => RawList) {
    this.#handle = new Handle(make);
    const host = gateHost();
    const raw = this.#handle.in(host);
    const facts = host.run(() => raw.facts() as ListFacts);
    this.issuer = facts.issuer;
    this.uri = facts.uri;
    this.bits = facts.bits;
    this.entries = facts.entries;
    this.issuedAt = facts.issuedAt;
    if (facts.expires !== undefined) this.expires = facts.expires;
    this.held = host.run(() => raw.held() as HeldList);
  }

  /** Takes in a list that a trusted key signed. Throws the codes of lists. */
  static accept(
    list: Uint8Array,
    trust: Trust,
    now: number,
    options: AcceptOptions = {},
  ): StatusList {
    const given = bytes("the list", list).slice();
    instance("the trust", trust, Trust);
    number("now", now);
    const { skew = 5, held = [], limits = defaultStatusLimits() } = options;
    number("the skew", skew);
    const before = [...held];
    return new StatusList((host) => {
      const keys = trust.handle.in(host);
      return host.run((glue) => glue.StatusList.accept(given, keys, now, skew, before, limits));
    });
  }

  /** The value of an entry; nothing behind the end. */
  get(index: number): number | undefined {
    number("the index", index);
    const host = gateHost();
    const raw = this.#handle.in(host);
    return host.run(() => raw.get(index) as number | undefined);
  }

  /** Gives memory back at once. The object can still be used. */
  free(): void {
    this.#handle.free();
  }

  /** Handles to give away. */
  /** @internal */
  static copies(lists: readonly StatusList[], host: Host): RawList[] {
    const raws = lists.map((list) => instance("a list", list, StatusList).#handle.in(host));
    return host.run(() => raws.map((raw) => raw.copy()));
  }
}

/** The most bytes of a body that are read. */
export function mostListBytes(): number {
  return gateHost().run((glue) => glue.mostListBytes() as number);
}

/**
 * One list that is fetched from a web server: what to ask next and when. The program does the HTTP.
 */
export class ListFetch {
  readonly #handle: Handle<Inside.ListFetch>;
  #latest: number;

  /**
   * Fetches the list at an `https:` address. With `every` seconds the program says how often; with
   * nothing, the server does. Throws the codes of addresses.
   */
  constructor(url: string, every: number | undefined, now: number) {
    text("the address", url);
    if (every !== undefined) number("the time between", every);
    this.#latest = number("now", now);
    this.#handle = new Handle((host) =>
      host.run((glue) => new glue.ListFetch(url, every, this.#latest)),
    );
    this.#handle.in(gateHost());
  }

  /** The next question, if it is due and none is out. */
  ask(now: number): ListRequest | undefined {
    return this.#call(now, (raw) => raw.ask(now));
  }

  /** Learns from an answer. Read `mostListBytes()` and one byte of a body at most. */
  came(
    status: number,
    headers: Iterable<readonly [string, string]> | readonly HttpHeader[],
    body: Uint8Array,
    now: number,
  ): FetchStep {
    number("the status", status);
    const given = bytes("the body", body);
    const named = [...headers].map((header) =>
      "name" in header ? header : { name: header[0], value: header[1] },
    );
    return this.#call(now, (raw) => raw.came(status, named, given, now));
  }

  /** Learns that the server could not be reached, and what the platform said. */
  failed(reason: string, now: number): FetchStep {
    text("the reason", reason);
    return this.#call(now, (raw) => raw.failed(reason, now));
  }

  /** When the next question is due. */
  next(): number {
    return this.#call(this.#latest, (raw) => raw.next());
  }

  #call<T>(now: number, work: (raw: Inside.ListFetch) => unknown): T {
    this.#latest = number("now", now);
    const host = gateHost();
    const raw = this.#handle.in(host);
    return host.run(() => work(raw)) as T;
  }
}
