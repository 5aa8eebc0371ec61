import { bytes, text } from "./error.js";
import { anyHost, gateHost, type Host, hosts, issuerHost } from "./host.js";
import type { CodeFacts, Token } from "./records.js";

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

/** Every code with which a token is refused, in the order of the checks. */
export function rejectionCodes(): CodeFacts[] {
  return anyHost().run((glue) => glue.rejectionCodes() as CodeFacts[]);
}

/** Every code with which a trust list or a status list is refused. */
export function listRejectionCodes(): CodeFacts[] {
  return gateHost().run((glue) => glue.listRejectionCodes() as CodeFacts[]);
}

/**
 * Defects that a test asks for, in each module that is loaded: a panic, and a trap without a word.
 * The package that users get has neither, and says so by `undefined`.
 */
export function defectsForTests(): { panic(): void; trap(): void } | undefined {
  const broken = [hosts.gate, hosts.issuer, hosts.holder].filter(
    (host) => host?.ready && host.run((glue) => "panicForTests" in glue),
  ) as Host[];
  const called = (name: "panicForTests" | "trapForTests") => () => {
    const thrown: unknown[] = [];
    for (const host of broken) {
      try {
        host.run((glue) => (glue as unknown as Record<typeof name, () => void>)[name]());
      } catch (defect) {
        thrown.push(defect);
      }
    }
    if (thrown.length > 0) throw thrown[0];
  };
  const defects = { panic: called("panicForTests"), trap: called("trapForTests") };
  return broken.length > 0 ? defects : undefined;
}
