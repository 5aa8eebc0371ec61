import { sha256, toBase64url } from "./base64url.js";
import type { IssuerFacts } from "./metadata.js";

/** What a wallet keeps while its browser is at the issuer's page. */
export interface PendingRequest {
  /** What the issuer sends back, so that no other answer is taken for it. */
  readonly state: string;
  readonly verifier: string;
  readonly client: string;
  readonly redirect: string;
  readonly facts: IssuerFacts;
}

/** The address to which a wallet sends its browser (RFC 6749 §4.1, RFC 7636, RFC 9449 §10). */
export async function authorizationUrl(
  request: PendingRequest,
  sessionKey: string,
  issuerState?: string,
): Promise<string> {
  const { facts, client, redirect, state, verifier } = request;
  const url = new URL(facts.authorize);
  const parameters = {
    response_type: "code",
    client_id: client,
    redirect_uri: redirect,
    scope: facts.scope,
    state,
    code_challenge_method: "S256",
    code_challenge: toBase64url(await sha256(verifier)),
    dpop_jkt: sessionKey,
    ...(issuerState === undefined ? {} : { issuer_state: issuerState }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** With what a browser came back. */
export type CameBack =
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "refused"; readonly code: string; readonly reason: string }
  /** It is no answer to this request: another issuer's, or an old one. */
  | { readonly kind: "strange" };

/** Reads the query of the page to which the browser came back (RFC 6749 §4.1.2, RFC 9207). */
export function readAnswer(query: URLSearchParams, request: PendingRequest | undefined): CameBack {
  const isOurs =
    request !== undefined &&
    query.get("state") === request.state &&
    query.get("iss") === request.facts.issuer;
  if (!isOurs) return { kind: "strange" };
  const [code, error] = [query.get("code"), query.get("error")];
  if (error !== null) {
    return { kind: "refused", code: error, reason: query.get("error_description") ?? error };
  }
  return code === null ? { kind: "strange" } : { kind: "code", code };
}
