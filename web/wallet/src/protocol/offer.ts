import { isSafe } from "./address.js";
import { inner, text } from "./step.js";

/** What an office offers (OpenID4VCI 1.0 §4.1): a permit that is there, for a phone. */
export interface Offer {
  readonly issuer: string;
  readonly configuration: string;
  readonly grant:
    | {
        readonly kind: "pre-authorized";
        readonly code: string;
        /** How many digits or signs are said beside; nothing if none. */
        readonly txCode?: { readonly length?: number; readonly numeric: boolean };
      }
    /** The person goes to the issuer's page. */
    | { readonly kind: "authorization"; readonly state?: string };
}

/** What a text is that a person pasted, scanned or followed. */
export type OfferText =
  | { readonly kind: "offer"; readonly offer: Offer }
  /** The offer lies at an address, and is fetched from there. */
  | { readonly kind: "reference"; readonly url: string }
  | { readonly kind: "not-an-offer" };

const PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/** Reads a link: `openid-credential-offer://?…`, or any https address with such a query. */
export function readOfferText(given: string): OfferText {
  const link = given.trim();
  if (!URL.canParse(link)) return { kind: "not-an-offer" };
  const query = new URL(link).searchParams;
  return readOfferQuery(query);
}

/** Reads the query of a page: a link that a phone opened with this wallet. */
export function readOfferQuery(query: URLSearchParams): OfferText {
  const value = query.get("credential_offer");
  const reference = query.get("credential_offer_uri");
  if (value !== null && reference === null) {
    const offer = readOffer(value);
    return offer === undefined ? { kind: "not-an-offer" } : { kind: "offer", offer };
  }
  if (reference !== null && value === null && isSafe(reference)) {
    return { kind: "reference", url: reference };
  }
  return { kind: "not-an-offer" };
}

/** Reads the JSON of an offer. */
export function readOffer(json: string): Offer | undefined {
  let offer: unknown;
  try {
    offer = JSON.parse(json);
  } catch {
    return undefined;
  }
  const inside = inner({ offer }, "offer");
  return inside && offerOf(inside);
}

/** Takes the members of an offer. */
export function offerOf(json: Readonly<Record<string, unknown>>): Offer | undefined {
  const issuer = text(json, "credential_issuer");
  const ids = json["credential_configuration_ids"];
  const configuration: unknown = Array.isArray(ids) ? ids[0] : undefined;
  if (issuer === undefined || !isSafe(issuer) || typeof configuration !== "string") {
    return undefined;
  }
  const grants = inner(json, "grants") ?? {};
  const grant = inner(grants, PRE_AUTHORIZED);
  const code = grant && text(grant, "pre-authorized_code");
  if (grant !== undefined && code !== undefined) {
    const tx = inner(grant, "tx_code");
    const length = tx?.["length"];
    const txCode = tx && {
      ...(typeof length === "number" ? { length } : {}),
      numeric: tx["input_mode"] !== "text",
    };
    const kind = "pre-authorized";
    return { issuer, configuration, grant: { kind, code, ...(txCode ? { txCode } : {}) } };
  }
  const state = text(inner(grants, "authorization_code") ?? {}, "issuer_state");
  const kind = "authorization";
  return { issuer, configuration, grant: { kind, ...(state === undefined ? {} : { state }) } };
}
