import { fromBase64url } from "./base64url.js";
import type { IssuerFacts } from "./metadata.js";
import { ask, badAnswer, type Came, count, type Outcome } from "./step.js";
import { type Session, type Talk, text } from "./step.js";

const PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/** How long a wallet waits between two questions about an open case, if the issuer does not say. */
const INTERVAL = 3600;

type Answer = Extract<Came, { kind: "answer" }>;
type Failed = Extract<Outcome, { kind: "later" | "refused" }>;

/** Takes an offer of an office, with the digits that were said. */
export function* takeOffer(
  facts: IssuerFacts,
  code: string,
  txCode: string | undefined,
  client?: string,
): Talk<Outcome> {
  return yield* enrol(facts, client, {
    grant_type: PRE_AUTHORIZED,
    "pre-authorized_code": code,
    ...(txCode === undefined ? {} : { tx_code: txCode }),
    ...(client === undefined ? {} : { client_id: client }),
  });
}

/** Redeems the code with which the browser came back from the issuer's page. */
export function* redeemCode(
  facts: IssuerFacts,
  came: { code: string; verifier: string; redirect: string; client: string },
): Talk<Outcome> {
  return yield* enrol(facts, came.client, {
    grant_type: "authorization_code",
    code: came.code,
    code_verifier: came.verifier,
    redirect_uri: came.redirect,
    client_id: came.client,
  });
}

/** Gets the credential of today with the session that the phone has. */
export function* renew(session: Session): Talk<Outcome> {
  const tokens = yield* tokensFor(session.facts, {
    grant_type: "refresh_token",
    refresh_token: session.refreshToken,
    ...(session.client === undefined ? {} : { client_id: session.client }),
  });
  if (tokens.kind !== "tokens") return tokens;
  const { refresh = session.refreshToken, access } = tokens;
  const next = { ...session, refreshToken: refresh };
  if (refresh !== session.refreshToken) yield { kind: "keep", session: next };
  if (next.transaction !== undefined) return yield* askAgain(next, next.transaction, access);
  return yield* credential(next, access);
}

function* enrol(
  facts: IssuerFacts,
  client: string | undefined,
  form: Readonly<Record<string, string>>,
): Talk<Outcome> {
  const tokens = yield* tokensFor(facts, form);
  if (tokens.kind !== "tokens") return tokens;
  const { refresh, access } = tokens;
  if (refresh === undefined) return unknown("the issuer gave no refresh token");
  const named = client === undefined ? {} : { client };
  const session: Session = { facts, refreshToken: refresh, ...named };
  // The offer is used up: whatever happens now, the phone can go on with the session.
  yield { kind: "keep", session };
  return yield* credential(session, access);
}

interface Tokens {
  readonly kind: "tokens";
  readonly access: string;
  readonly refresh?: string;
}

function* tokensFor(
  facts: IssuerFacts,
  form: Readonly<Record<string, string>>,
): Talk<Tokens | Failed> {
  const came = yield* ask({ method: "POST", url: facts.token, body: { form }, dpop: {} });
  const answer = answered(came, 200);
  if (answer === undefined) return badAnswer(came);
  const access = text(answer.json, "access_token");
  const refresh = text(answer.json, "refresh_token");
  const isBound = text(answer.json, "token_type")?.toLowerCase() === "dpop";
  if (access === undefined || !isBound) return unknown("the issuer gave no token bound to a key");
  return { kind: "tokens", access, ...(refresh === undefined ? {} : { refresh }) };
}

/** Asks for a credential. A nonce that the issuer no longer knows is replaced once. */
function* credential(session: Session, access: string): Talk<Outcome> {
  const { facts, client } = session;
  for (let attempt = 1; ; attempt += 1) {
    const fresh = yield* ask({ method: "POST", url: facts.nonce });
    const nonces = answered(fresh, 200);
    if (nonces === undefined) return badAnswer(fresh);
    const nonce = text(nonces.json, "c_nonce");
    if (nonce === undefined) return unknown("the issuer gave no nonce");
    const came = yield* ask({
      method: "POST",
      url: facts.credential,
      body: { json: { credential_configuration_id: facts.configuration } },
      dpop: { accessToken: access },
      keyProof: { audience: facts.issuer, nonce, ...(client === undefined ? {} : { client }) },
    });
    if (isError(came, "invalid_nonce") && attempt === 1) continue;
    return yield* given(session, access, came);
  }
}

/** Asks for what was deferred. What the issuer no longer knows is asked for anew. */
function* askAgain(
  session: Session,
  { id }: { readonly id: string },
  access: string,
): Talk<Outcome> {
  const url = session.facts.deferred;
  if (url === undefined) return yield* credential(without(session), access);
  const came = yield* ask({
    method: "POST", url, body: { json: { transaction_id: id } }, dpop: { accessToken: access },
  });
  if (isError(came, "invalid_transaction_id")) return yield* credential(without(session), access);
  return yield* given(session, access, came);
}

function* given(session: Session, access: string, came: Came): Talk<Outcome> {
  const later = answered(came, 202);
  if (later !== undefined) {
    const id = text(later.json, "transaction_id");
    if (id === undefined) return unknown("the issuer said to wait, and not for what");
    const interval = count(later.json, "interval") ?? INTERVAL;
    return { kind: "deferred", session: { ...session, transaction: { id, interval } }, interval };
  }
  const now = answered(came, 200);
  if (now === undefined) return badAnswer(came);
  const all = now.json["credentials"];
  const first = (Array.isArray(all) ? all[0] : undefined) as Record<string, unknown> | undefined;
  const bytes = fromBase64url(text(first ?? {}, "credential") ?? "");
  if (bytes === undefined || bytes.length === 0) return unknown("the answer has no credential");
  const note = text(now.json, "notification_id");
  const next = without(session);
  yield { kind: "keep", session: next };
  if (note !== undefined && next.facts.notification !== undefined) {
    // Whether this arrives changes nothing.
    yield* ask({
      method: "POST",
      url: next.facts.notification,
      body: { json: { notification_id: note, event: "credential_accepted" } },
      dpop: { accessToken: access },
    });
  }
  return { kind: "credential", session: next, credential: bytes };
}

function without({ transaction: _, ...session }: Session): Session {
  return session;
}

/** The answer, if it has this status. */
function answered(came: Came, status: number): Answer | undefined {
  return came.kind === "answer" && came.status === status ? came : undefined;
}

function isError(came: Came, code: string): boolean {
  return came.kind === "answer" && came.json["error"] === code;
}

function unknown(reason: string): Failed {
  return { kind: "refused", code: "answer-unknown", reason };
}
