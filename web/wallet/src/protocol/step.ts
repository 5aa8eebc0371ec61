// The protocol is written as generators: each yields what is to be asked or kept, and is told what
// came. They read no clock, draw no random number and open no connection, so tests play the issuer.

import type { IssuerFacts } from "./metadata.js";

/** A request. The layer below adds the proofs, which need keys and time. */
export interface Ask {
  readonly kind: "ask";
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly body?: { readonly form: Readonly<Record<string, string>> } | { readonly json: object };
  /** Signed by the session's key (RFC 9449), over the access token if there is one. */
  readonly dpop?: { readonly accessToken?: string };
  /** The body gets a proof by the device's key (OpenID4VCI 1.0 appendix F.1). */
  readonly keyProof?: {
    readonly audience: string;
    readonly nonce: string;
    readonly client?: string;
  };
}

/** What must be on disk before the next request is sent. */
export interface Keep {
  readonly kind: "keep";
  readonly session: Session;
}

export type Step = Ask | Keep;

/** What came of a request. */
export type Came =
  | {
      readonly kind: "answer";
      readonly status: number;
      /** The body, if it is a JSON object. */
      readonly json: Readonly<Record<string, unknown>>;
      /** Seconds to wait, if the server said so. */
      readonly retryAfter?: number;
    }
  | { readonly kind: "unreachable"; readonly reason: string };

/** What a wallet keeps of its way to an issuer. */
export interface Session {
  readonly facts: IssuerFacts;
  readonly refreshToken: string;
  /** The `client_id`, if the wallet named one. */
  readonly client?: string;
  /** A credential that was asked for, while the case is open. */
  readonly transaction?: { readonly id: string; readonly interval: number };
}

/** How a talk with the issuer ends. */
export type Outcome =
  | { readonly kind: "credential"; readonly session: Session; readonly credential: Uint8Array }
  /** The case is open: ask again after `interval` seconds. */
  | { readonly kind: "deferred"; readonly session: Session; readonly interval: number }
  /** Nobody was reached, or the issuer has a fault of its own: the same later. */
  | { readonly kind: "later"; readonly after: number; readonly reason: string }
  | Refused;

/** The issuer, or this wallet, says no. */
export interface Refused {
  readonly kind: "refused";
  /** The issuer's name of the error, or one of the wallet's: `not-an-issuer`, `answer-unknown`. */
  readonly code: string;
  /** What the issuer says about it. */
  readonly reason: string;
}

export type Talk<T> = Generator<Step, T, Came | undefined>;

/** How long a wallet waits for a server that says nothing about it, in seconds. */
const RETRY = 60;

/** An answer that is no good one, as the end of a talk. */
export function badAnswer(came: Came): Extract<Outcome, { kind: "later" | "refused" }> {
  if (came.kind === "unreachable") return { kind: "later", after: RETRY, reason: came.reason };
  const { status, json, retryAfter } = came;
  const code = text(json, "error");
  const reason = text(json, "error_description") ?? `status ${status}`;
  if (status >= 500 || status === 429) {
    return { kind: "later", after: retryAfter ?? RETRY, reason };
  }
  return { kind: "refused", code: code ?? "answer-unknown", reason };
}

/** A text of a JSON object. */
export function text(json: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = json[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A positive number of a JSON object. */
export function count(json: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = json[name];
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : undefined;
}

/** An object inside a JSON object. */
export function inner(
  json: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = json[name];
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

/** Asks, and gives the answer. */
export function* ask(question: Omit<Ask, "kind">): Talk<Came> {
  const came = yield { kind: "ask", ...question };
  return came ?? { kind: "unreachable", reason: "nothing came" };
}
