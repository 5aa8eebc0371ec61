import { isSafe } from "./address.js";
import { ask, badAnswer, type Came, inner, type Outcome, type Talk, text } from "./step.js";
import type { Refused } from "./step.js";

/** What a wallet knows of an issuer, from its two documents. */
export interface IssuerFacts {
  /** The identifier: an address. */
  readonly issuer: string;
  /** The name of the credential that is asked for. */
  readonly configuration: string;
  readonly scope: string;
  readonly authorize: string;
  readonly token: string;
  readonly nonce: string;
  readonly credential: string;
  readonly deferred?: string;
  readonly notification?: string;
  /** Names by language tag, such as `zh` or `en`. */
  readonly issuerNames: Names;
  readonly permitNames: Names;
}

export type Names = Readonly<Record<string, string>>;

/** The one format that this wallet takes. */
const FORMAT = "sd-cwt";

/** Where a document of an issuer stands: before the path of its identifier (RFC 8414 §3.1). */
export function wellKnown(issuer: string, name: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/${name}${pathname.replace(/\/$/, "")}`;
}

/** Learns how an issuer is asked. `configuration` chooses one of its credentials. */
export function* look(
  issuer: string,
  configuration?: string,
): Talk<IssuerFacts | Extract<Outcome, { kind: "later" | "refused" }>> {
  if (!isSafe(issuer)) return refused("not-an-issuer", "the address is no https address");
  const credentials = yield* document(issuer, "openid-credential-issuer");
  if (!isGood(credentials)) return notAnIssuer(credentials);
  const servers = credentials.json["authorization_servers"];
  const named = Array.isArray(servers) && typeof servers[0] === "string" ? servers[0] : issuer;
  if (!isSafe(named)) return refused("not-an-issuer", "its server is at no https address");
  const server = yield* document(named, "oauth-authorization-server");
  if (!isGood(server)) return notAnIssuer(server);
  return factsOf(issuer, configuration, credentials.json, server.json);
}

type Json = Readonly<Record<string, unknown>>;
type Good = Extract<Came, { kind: "answer" }>;

function* document(issuer: string, name: string): Talk<Came> {
  return yield* ask({ method: "GET", url: wellKnown(issuer, name) });
}

function isGood(came: Came): came is Good {
  return came.kind === "answer" && came.status === 200;
}

function notAnIssuer(came: Came): Extract<Outcome, { kind: "later" | "refused" }> {
  const bad = badAnswer(came);
  return bad.kind === "refused" ? { ...bad, code: "not-an-issuer" } : bad;
}

function refused(code: string, reason: string): Refused {
  return { kind: "refused", code, reason };
}

function factsOf(
  issuer: string,
  wanted: string | undefined,
  credentials: Json,
  server: Json,
): IssuerFacts | Refused {
  if (credentials["credential_issuer"] !== issuer) {
    return refused("not-an-issuer", "its document names another issuer");
  }
  const supported = inner(credentials, "credential_configurations_supported") ?? {};
  const isOurs = (name: string) => inner(supported, name)?.["format"] === FORMAT;
  const configuration = wanted ?? Object.keys(supported).find(isOurs);
  if (configuration === undefined || !isOurs(configuration)) {
    return refused("format-unknown", `it gives no credential of the format ${FORMAT}`);
  }
  const about = inner(supported, configuration) ?? {};
  // Some documents still have the names outside `credential_metadata`.
  const display = inner(about, "credential_metadata")?.["display"] ?? about["display"];
  const address = (json: Json, name: string) => {
    const found = text(json, name);
    return found !== undefined && isSafe(found) ? found : undefined;
  };
  const authorize = address(server, "authorization_endpoint");
  const token = address(server, "token_endpoint");
  const nonce = address(credentials, "nonce_endpoint");
  const credential = address(credentials, "credential_endpoint");
  if (!authorize || !token || !nonce || !credential) {
    return refused("not-an-issuer", "its documents lack an address");
  }
  const deferred = address(credentials, "deferred_credential_endpoint");
  const notification = address(credentials, "notification_endpoint");
  return {
    issuer, configuration, authorize, token, nonce, credential,
    scope: text(about, "scope") ?? configuration,
    ...(deferred === undefined ? {} : { deferred }),
    ...(notification === undefined ? {} : { notification }),
    issuerNames: namesOf(credentials["display"]),
    permitNames: namesOf(display),
  };
}

function namesOf(display: unknown): Names {
  const names: Record<string, string> = {};
  for (const each of Array.isArray(display) ? (display as Json[]) : []) {
    const name = text(each, "name");
    const locale = (text(each, "locale") ?? "en").toLowerCase().split("-")[0] ?? "en";
    if (name !== undefined) names[locale] ??= name;
  }
  return names;
}
