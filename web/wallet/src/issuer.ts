// What the wallet does with an issuer: enrol, renew, look at its public files. Each step is kept
// before the next one begins.

import { Holder, LivepermitError, type TrustedKey } from "livepermit/holder";

import { clock } from "../../components/src/clock.js";
import { readIssuerKeys } from "./issuer-keys.js";
import { kept, loaded, trustOf } from "./kept-keys.js";
import { deviceKeyOf, jwtSigner, type Keys, newKeys } from "./keys.js";
import { factsOf } from "./permit.js";
import { authorizationUrl, readAnswer } from "./protocol/authorize.js";
import { toBase64url } from "./protocol/base64url.js";
import { bytesOf, hold, type Platform } from "./protocol/fetching.js";
import { thumbprint } from "./protocol/jwt.js";
import { type IssuerFacts, look } from "./protocol/metadata.js";
import type { Offer } from "./protocol/offer.js";
import type { Outcome, Session } from "./protocol/step.js";
import { redeemCode, renew, takeOffer } from "./protocol/talk.js";
import type { LastAnswer, PermitRecord, Problem } from "./record.js";
import type { WalletStore } from "./store.js";

/** Where a permit came to. */
export type Enrolled =
  /** It is in the wallet; the office may not have decided yet. */
  | { readonly kind: "added"; readonly id: string }
  | { readonly kind: "refused"; readonly problem: Problem };

/** After how many seconds the wallet asks again where the issuer does not say. */
const AGAIN = 3600;
/** The same for a session that the issuer no longer knows. */
const AGAIN_ENDED = 86_400;
/** How many credentials are kept: that of today, and the next. */
const KEPT = 2;
/** Errors of an issuer that no longer knows the session. */
const ENDED = ["invalid_grant", "invalid_token", "invalid_client"];

export class Issuers {
  readonly #store: WalletStore;
  /** The address of this wallet: its name at issuers, and where browsers come back to. */
  readonly #address: string;

  constructor(store: WalletStore, address: string) {
    this.#store = store;
    this.#address = address;
  }

  /** Takes an offer of an office. */
  async enrol(offer: Offer, txCode: string | undefined): Promise<Enrolled> {
    if (offer.grant.kind !== "pre-authorized") return strange("offer-unknown");
    const { code } = offer.grant;
    const keys = await newKeys();
    const id = randomId();
    const platform = await this.#platform(id, keys);
    const facts = await hold(look(offer.issuer, offer.configuration), platform);
    if ("kind" in facts) return { kind: "refused", problem: problemOf(facts) };
    return this.#enrolled(id, keys, await hold(takeOffer(facts, code, txCode), platform));
  }

  /** Prepares an application at the issuer's page. Gives the address to go to. */
  async apply(
    issuer: string,
    configuration?: string,
    issuerState?: string,
  ): Promise<{ url: string } | { problem: Problem }> {
    const keys = await newKeys();
    const platform = await this.#platform(randomId(), keys);
    const facts = await hold(look(issuer, configuration), platform);
    if ("kind" in facts) return { problem: problemOf(facts) };
    const request = {
      facts, client: this.#address, redirect: this.#address, state: randomId(),
      verifier: toBase64url(crypto.getRandomValues(new Uint8Array(32))),
    };
    await this.#store.putRequest({ request, keys, made: clock.wall() });
    const named = await thumbprint(platform.session);
    return { url: await authorizationUrl(request, named, issuerState) };
  }

  /** Goes on when the browser came back from the issuer's page. */
  async cameBack(query: URLSearchParams): Promise<Enrolled> {
    const pending = await this.#store.request();
    const answer = readAnswer(query, pending?.request);
    if (pending === undefined || answer.kind === "strange") return strange("answer-strange");
    // The code serves once, whatever becomes of it.
    await this.#store.endRequest();
    if (answer.kind === "refused") return { kind: "refused", problem: problemOf(answer) };
    const { request, keys } = pending;
    const id = randomId();
    const platform = await this.#platform(id, keys);
    const { facts, verifier, redirect, client } = request;
    const talk = redeemCode(facts, { code: answer.code, verifier, redirect, client });
    return this.#enrolled(id, keys, await hold(talk, platform));
  }

  /** Fetches the credential of today, or asks whether the office has decided. */
  async renew(record: PermitRecord): Promise<void> {
    const platform = await this.#platform(record.id, record.keys);
    await this.#learn(record.id, record.keys, await hold(renew(record.session), platform));
  }

  /** What an offer says that lies at an address. */
  async offerAt(url: string): Promise<string | undefined> {
    const body = await bytesOf(url, 64 * 1024);
    return body && new TextDecoder().decode(body);
  }

  async #enrolled(id: string, keys: Keys, outcome: Outcome): Promise<Enrolled> {
    await this.#learn(id, keys, outcome);
    const isHere = (await this.#store.permit(id)) !== undefined;
    if (isHere) return { kind: "added", id };
    return { kind: "refused", problem: problemOf(outcome) };
  }

  /** Keeps what came of a talk. */
  async #learn(id: string, keys: Keys, outcome: Outcome): Promise<void> {
    const now = clock.wall();
    switch (outcome.kind) {
      case "credential":
        return this.#accept(id, keys, outcome);
      case "deferred": {
        const { session, interval } = outcome;
        const last = { at: now, next: now + interval, problem: { kind: "waiting" } as const };
        return this.#store.change(id, (record) => ({ ...record, session, last }));
      }
      case "later":
      case "refused": {
        const last = lastOf(outcome, now);
        return this.#store.change(id, (record) => ({ ...record, last }));
      }
    }
  }

  /** Takes a credential in, if the library accepts it by the issuer's keys. */
  async #accept(
    id: string,
    keys: Keys,
    { session, credential }: Extract<Outcome, { kind: "credential" }>,
  ): Promise<void> {
    const now = clock.wall();
    const fetched = await issuerKeys(session.facts);
    const record = await this.#store.permit(id);
    if (record === undefined) return;
    const keysOfIssuer = fetched ?? record.issuerKeys.map(loaded);
    const trust = trustOf(keysOfIssuer);
    const key = await deviceKeyOf(keys);
    try {
      if (trust === undefined) throw new LivepermitError(NO_KEYS);
      const held = new Holder(key.publicKey).accept(credential, trust, now);
      const half = held.notBefore + Math.floor((held.expires - held.notBefore) / 2);
      // The entry of another credential may be another one: the list is looked at anew.
      await this.#store.change(id, ({ status: _, ...before }) => ({
        ...before, session,
        credentials: [...before.credentials, credential].slice(-KEPT),
        facts: factsOf(held),
        issuerKeys: keysOfIssuer.map(kept),
        last: { at: now, next: Math.max(half, now + 60) },
      }));
    } catch (failure) {
      if (!(failure instanceof LivepermitError)) throw failure;
      const { code, reason } = failure;
      const problem = { kind: "not-understood", code, reason } as const;
      const last = { at: now, next: now + AGAIN, problem };
      await this.#store.change(id, (before) => ({ ...before, session, last }));
    }
  }

  async #platform(id: string, keys: Keys): Promise<Platform> {
    return {
      session: await jwtSigner(keys.session),
      device: await jwtSigner(keys.device),
      now: () => clock.wall(),
      fetch: (url, init) => fetch(url, init),
      keep: (session) => this.#keep(id, keys, session),
    };
  }

  async #keep(id: string, keys: Keys, session: Session): Promise<void> {
    if ((await this.#store.permit(id)) !== undefined) {
      return this.#store.change(id, (record) => ({ ...record, session }));
    }
    const now = clock.wall();
    await this.#store.put({
      id, keys, session, added: now, credentials: [], issuerKeys: [], last: { at: now, next: now },
    });
  }
}

const NO_KEYS = {
  code: "no-issuer-keys",
  reason: "the issuer publishes no trust list",
};

/** The keys in an issuer's trust list; nothing if the list does not come. */
async function issuerKeys(facts: IssuerFacts): Promise<TrustedKey[] | undefined> {
  const list = await bytesOf(`${facts.issuer.replace(/\/$/, "")}/trust`, 4 * 1024 * 1024);
  return list && readIssuerKeys(list);
}

function randomId(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

function strange(code: string): Enrolled {
  return { kind: "refused", problem: { kind: "not-understood", code, reason: "" } };
}

function lastOf(outcome: Exclude<Outcome, { kind: "credential" }>, now: number): LastAnswer {
  const problem = problemOf(outcome);
  const again = problem.kind === "session-ended" ? AGAIN_ENDED : AGAIN;
  const after = outcome.kind === "later" ? outcome.after : again;
  return { at: now, next: now + after, problem };
}

/** What an end without a credential means for a person. */
export function problemOf(outcome: Outcome): Problem {
  switch (outcome.kind) {
    case "later":
      return { kind: "unreachable", reason: outcome.reason };
    case "refused": {
      const { code, reason } = outcome;
      if (reason.includes("set the clock")) return { kind: "clock", reason };
      if (ENDED.includes(code)) return { kind: "session-ended", reason };
      const denied = ["credential_request_denied", "access_denied"];
      if (denied.includes(code)) return { kind: "denied", reason };
      return { kind: "not-understood", code, reason };
    }
    default:
      return { kind: "waiting" };
  }
}
