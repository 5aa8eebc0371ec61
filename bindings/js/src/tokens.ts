import { bytes, text } from "./error.js";
import { issuerHost } from "./host.js";
import type { Token } from "./records.js";

/** Reads the bytes of a token, and verifies nothing. */
export function readToken(token: Uint8Array): Token {
  const given = bytes("the token", token);
  return issuerHost().run((glue) => glue.readToken(given) as Token);
}

/** Reads the text of a token, from a QR code or a link, and verifies nothing. */
export function readTokenText(content: string): Token {
  text("the text", content);
  return issuerHost().run((glue) => glue.readTokenText(content) as Token);
}

/** What the text of a token says, as CBOR diagnostic notation with comments. */
export function inspect(content: string): string {
  text("the text", content);
  return issuerHost().run((glue) => glue.inspect(content));
}

/** CBOR bytes, such as claims of an application, as diagnostic notation (RFC 8949 §8). */
export function diagnosticNotation(cbor: Uint8Array): string {
  const given = bytes("the bytes", cbor);
  return issuerHost().run((glue) => glue.diagnosticNotation(given));
}
