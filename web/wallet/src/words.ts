// What states and problems are called.

import { dayAndTime, type Text } from "../../components/src/texts.js";
import type { App } from "./app.js";
import type { PermitState } from "./permit.js";
import type { Problem } from "./record.js";
import { permitTexts as texts } from "./texts/wallet.js";

export interface StateWords {
  readonly sign: "✓" | "…" | "!" | "✗";
  readonly what: string;
  readonly more?: string;
}

export function stateWords(app: App, state: PermitState): StateWords {
  const words = (sign: StateWords["sign"], what: Text, more: Text, at?: number): StateWords => ({
    sign,
    what: app.text(what, at === undefined ? {} : { at: dayAndTime(at, app.language) }),
    more: app.text(more),
  });
  switch (state.kind) {
    case "good":
      return { sign: "✓", what: app.text(texts.good) };
    case "waiting":
      return words("…", texts.waiting, texts.waitingText);
    case "withdrawn":
      return words("✗", texts.withdrawn, texts.withdrawnText);
    case "suspended":
      return words("!", texts.suspended, texts.suspendedText);
    case "ended":
      return words("!", texts.ended, texts.endedText, state.at);
    case "clock":
      return words("!", texts.clockState, texts.clock);
    case "key-gone":
      return words("!", texts.keyGone, texts.keyGoneText);
    case "none":
      return words("…", texts.none, texts.noneText);
  }
}

/** What a problem says to a person; nothing where the state says it already. */
export function problemWords(app: App, problem: Problem | undefined): string | undefined {
  switch (problem?.kind) {
    case undefined:
    case "waiting":
      return undefined;
    case "unreachable":
      return app.text(texts.unreachable);
    case "denied":
      return app.text(texts.denied, { reason: problem.reason });
    case "session-ended":
      return app.text(texts.sessionEnded);
    case "clock":
      return app.text(texts.clock);
    case "not-understood":
      return app.text(texts.notUnderstood, { code: problem.code, reason: problem.reason });
  }
}

/** The role of who acts for somebody, in words where it is known. */
export function roleWords(app: App, role: string): string {
  return role === "guardian" ? app.text(texts.guardian) : role;
}
