// The thin layer between the protocol and the network: it adds proofs, sends, and reads answers.

import { toBase64url } from "./base64url.js";
import { dpopProof, type JwtSigner, keyProof } from "./jwt.js";
import type { Ask, Came, Session, Talk } from "./step.js";

/** What a talk needs of the platform. */
export interface Platform {
  /** Signs requests. */
  readonly session: JwtSigner;
  /** Signs the proof of the device's key. */
  readonly device: JwtSigner;
  /** Seconds since 1970. */
  now(): number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Stores the session before the talk goes on. */
  keep(session: Session): Promise<void>;
}

/** The longest answer that is read, in bytes. */
const LONGEST_ANSWER = 256 * 1024;
/** How long a server may take, in milliseconds. */
const PATIENCE = 30_000;

/** Holds a talk to its end. */
export async function hold<T>(talk: Talk<T>, platform: Platform): Promise<T> {
  let came: Came | undefined;
  for (;;) {
    const { done, value } = talk.next(came);
    if (done) return value;
    if (value.kind === "keep") {
      await platform.keep(value.session);
      came = undefined;
    } else {
      came = await sent(value, platform);
    }
  }
}

async function sent(question: Ask, platform: Platform): Promise<Came> {
  const request = await requestOf(question, platform);
  try {
    const response = await platform.fetch(question.url, request);
    const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
    return {
      kind: "answer",
      status: response.status,
      json: await jsonOf(response),
      ...(retryAfter > 0 ? { retryAfter } : {}),
    };
  } catch (failure) {
    return { kind: "unreachable", reason: failure instanceof Error ? failure.message : "" };
  }
}

async function requestOf(question: Ask, platform: Platform): Promise<RequestInit> {
  const { method, url, body, dpop, keyProof: proof } = question;
  const headers: Record<string, string> = { accept: "application/json" };
  if (dpop !== undefined) {
    const id = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
    const about = { method, url, now: platform.now(), id, ...dpop };
    headers["dpop"] = await dpopProof(platform.session, about);
    if (dpop.accessToken !== undefined) headers["authorization"] = `DPoP ${dpop.accessToken}`;
  }
  let sent: BodyInit | null = null;
  if (body !== undefined && "form" in body) {
    // Sets the type of content by itself.
    sent = new URLSearchParams(body.form);
  } else if (body !== undefined) {
    const jwt = proof && (await keyProof(platform.device, { ...proof, now: platform.now() }));
    headers["content-type"] = "application/json";
    sent = JSON.stringify(jwt === undefined ? body.json : { ...body.json, proofs: { jwt: [jwt] } });
  }
  return {
    method, headers, body: sent,
    // No cookie, no redirect to somewhere else, nothing from a cache.
    credentials: "omit", redirect: "error", cache: "no-store", referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(PATIENCE),
  };
}

async function jsonOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await (await bounded(response, LONGEST_ANSWER)).text();
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) {
      return json as Record<string, unknown>;
    }
  } catch {
    // A page of a proxy, or nothing: the status says enough.
  }
  return {};
}

/** A public file of an issuer; nothing if it does not come whole. */
export async function bytesOf(url: string, most: number): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(url, {
      // What the browser kept is asked about: it may be older than what a person wants to know.
      cache: "no-cache",
      credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) return undefined;
    return new Uint8Array(await (await bounded(response, most)).arrayBuffer());
  } catch {
    return undefined;
  }
}

async function bounded(response: Response, most: number): Promise<Blob> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    length += part.value.length;
    if (length > most) {
      await reader?.cancel();
      throw new Error("the answer is too long");
    }
    parts.push(part.value);
  }
  return new Blob(parts as BlobPart[]);
}
