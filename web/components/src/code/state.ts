// What `<permit-code>` shows, as a value: the element draws it, and tells apps.

import type { LiveScreen, Token } from "livepermit/holder";

import { day, dayAndTime, type Language, say, span, type Text } from "../texts.js";
import { codeTexts as texts } from "./texts.js";

/** Why no signature came. */
export type SignerProblem = "key-gone" | "locked" | "failed";

/** What the element shows. */
export type CodeState =
  /** No `source` was given. */
  | { readonly kind: "empty" }
  /** The page is hidden, and so is the code. */
  | { readonly kind: "hidden" }
  /** A live code. */
  | { readonly kind: "code"; readonly token: Token }
  /** No code is ready; `problem` says why the last signature did not come. */
  | { readonly kind: "waiting"; readonly problem?: SignerProblem; readonly failure?: unknown }
  /** The credential is not valid yet, by this phone's clock. */
  | { readonly kind: "not-yet-valid"; readonly from: number }
  /** The credential has ended. */
  | { readonly kind: "ended"; readonly at: number };

/** What a state says, in words. */
export interface Words {
  readonly sign: "!" | "…";
  readonly what: string;
  /** What to do. */
  readonly instruction?: string;
}

/** The state of a value of `liveCodes`. */
export function stateOf(screen: LiveScreen): CodeState {
  switch (screen.kind) {
    case "code":
      return { kind: "code", token: screen.token };
    case "waiting":
      return screen.failure === undefined
        ? { kind: "waiting" }
        : { kind: "waiting", problem: problemOf(screen.failure), failure: screen.failure };
    case "not-yet-valid":
    case "ended":
      return screen;
  }
}

/**
 * What kind of failure a signer had. A signer of an app says so by `code`: `locked`, `key-gone`.
 * WebCrypto has names for what it does; a signature by another key does not verify.
 */
export function problemOf(failure: unknown): SignerProblem {
  const { code, name } = (failure ?? {}) as { code?: unknown; name?: unknown };
  if (code === "locked" || name === "NotAllowedError") return "locked";
  const gone = ["key-gone", "does-not-verify", "other-key"];
  const lost = ["NotFoundError", "InvalidAccessError", "DataError"];
  if (gone.includes(String(code)) || lost.includes(String(name))) return "key-gone";
  return "failed";
}

/** What a state says; nothing for a code, which speaks for itself. */
export function wordsOf(state: CodeState, language: Language): Words | undefined {
  const text = (entry: Text, values = {}) => say(entry, language, values);
  switch (state.kind) {
    case "code":
      return undefined;
    case "empty":
      return { sign: "!", what: text(texts.empty) };
    case "hidden":
      return { sign: "…", what: text(texts.hidden) };
    case "waiting":
      switch (state.problem) {
        case undefined:
          return { sign: "…", what: text(texts.waits) };
        case "key-gone":
          return { sign: "!", what: text(texts.keyGone), instruction: text(texts.keyGoneDo) };
        case "locked":
          return { sign: "!", what: text(texts.locked), instruction: text(texts.lockedDo) };
        case "failed":
          return { sign: "!", what: text(texts.failed), instruction: text(texts.failedDo) };
      }
      break;
    case "not-yet-valid": {
      const from = dayAndTime(state.from, language);
      return {
        sign: "!", what: text(texts.early, { from }), instruction: text(texts.clockDo),
      };
    }
    case "ended": {
      const at = dayAndTime(state.at, language);
      return { sign: "!", what: text(texts.ended, { at }), instruction: text(texts.endedDo) };
    }
  }
  return undefined;
}

/** A word about a clock that was set by so many seconds, forward is positive. */
export function clockWords(by: number, language: Language): string {
  const entry = by > 0 ? texts.clockAhead : texts.clockBack;
  const said = say(entry, language, { span: span(by, language) });
  return `${said} ${say(texts.clockDo, language)}`;
}

/** A word about a credential that ends soon, if that is within so many seconds. */
export function endWords(
  expires: number,
  now: number,
  within: number,
  language: Language,
): string | undefined {
  if (expires - now > within || expires <= now) return undefined;
  const at = expires - now > 86_400 ? day(expires, language) : dayAndTime(expires, language);
  return say(texts.endsSoon, language, { at });
}
