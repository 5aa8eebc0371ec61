import { dayAndTime, type Language, say, span, type Text } from "../texts.js";
import type { GateHealth, GateWarning, ListAge } from "./health.js";
import { CAUTIONS, REJECTIONS } from "./rejections.js";
import { DETAILS, GATE, HEALTH } from "./texts.js";
import type { GateVerdict, PermitFacts } from "./verdict.js";

/** The first time that no date can be made of: an operator alone ends such a wait. */
const BEYOND = 8_640_000_000_000;

/** What to do. */
export function instructionOf(verdict: GateVerdict, language: Language): string {
  if (verdict.opens) {
    const cautions = verdict.cautions.map((code) => known(CAUTIONS[code], code, language));
    return cautions.length === 0
      ? say(GATE.letIn, language)
      : say(GATE.letInAnd, language, { cautions: cautions.join(language === "zh" ? "" : " ") });
  }
  const usual = verdict.rejection?.instruction ?? verdict.code;
  return known(REJECTIONS[verdict.code], usual, language);
}

/** A text, or what the library says about a code that is newer than the table. */
function known(text: Text | undefined, otherwise: string, language: Language): string {
  return text === undefined ? otherwise : say(text, language);
}

const HIDES = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/**
 * A text of a stranger as it is written; what hides or turns text is written as a number.
 */
export function shown(text: string): string {
  return text.replace(HIDES, (hidden) => `\\u{${hidden.codePointAt(0)?.toString(16)}}`);
}

/** What the permit says, beside name and check number. */
export function permitLines(permit: PermitFacts, language: Language): string[] {
  const { form, permitClass, id, acting, subject } = permit;
  const values = { form: say(GATE[form], language), class: permitClass, permit: id };
  const lines = [say(GATE.permit, language, values)];
  if (acting !== undefined) {
    const [who, role] = [shown(acting.representative), shown(acting.role)];
    lines.push(say(GATE.shownBy, language, { who, role, subject: shown(subject) }));
  }
  return lines;
}

const ENDED = [
  "expired", "credential-too-old", "key-expired", "challenge-expired", "trust-list-expired",
  "status-list-expired", "status-list-too-old",
];

/** The values compared, in a person's words; nothing where they say no more than the rest. */
export function detailsOf(
  verdict: GateVerdict,
  lane: string,
  language: Language,
): string | undefined {
  const evidence = verdict.rejection?.evidence;
  if (evidence === undefined || evidence.kind === "nothing") return undefined;
  if (evidence.kind === "malformed") return `${evidence.layer}: ${evidence.flaw} (${evidence.at})`;
  const { found, limit } = evidence;
  if (evidence.kind !== "times") return say(DETAILS.beyond, language, { found, limit });
  const { code, at: now } = verdict;
  const time = (at: number) => when(at, language);
  const between = (later: number, earlier: number) => span(Math.max(later - earlier, 0), language);
  switch (code) {
    case "from-the-future":
      return say(DETAILS.phoneAhead, language, { span: between(found, now) });
    case "stale":
      return say(DETAILS.stale, language, { span: between(now, limit) });
    case "forgotten":
      return limit > now
        ? say(DETAILS.memoryLost, language, { until: time(limit), span: between(limit, now) })
        : say(DETAILS.forgotten, language, { made: time(found), from: time(limit) });
    case "memory-ahead":
      return say(DETAILS.memoryAhead, language, { moment: time(limit) });
    case "clock-suspect":
      return say(DETAILS.phonesAgree, language, { theirs: time(limit), ours: time(found) });
    case "cooling-down":
      return say(DETAILS.freeIn, language, { span: between(limit, now) });
    case "already-used":
      return say(DETAILS.ago, language, { span: between(now, limit) });
    case "already-accepted-here": {
      const ago = say(DETAILS.ago, language, { span: between(now, limit) });
      return say(DETAILS.letInAt, language, { ago, lane });
    }
    case "not-yet-valid":
      return say(DETAILS.begins, language, { from: time(limit), span: between(limit, now) });
  }
  return ENDED.includes(code)
    ? say(DETAILS.ended, language, { until: time(limit), span: between(now, limit) })
    : say(DETAILS.beyond, language, { found: time(found), limit: time(limit) });
}

function when(at: number, language: Language): string {
  return at < BEYOND ? dayAndTime(at, language) : "–";
}

/** The line that is always there. */
export function healthLine(health: GateHealth, language: Language): string {
  const { gate, lane, zone } = health;
  const text = health.inOrder ? HEALTH.inOrder : HEALTH.outOfOrder;
  return say(text, language, { gate, lane, zone });
}

/** A warning, and what to do. */
export function warningText(warning: GateWarning, now: number, language: Language): string {
  const { code, list, until, reason = "", seconds = 0 } = warning;
  const left = code === "clock-suspect" ? Math.abs(seconds) : Math.max((until ?? now) - now, 0);
  return say(HEALTH[code], language, {
    reason,
    span: span(left, language),
    until: until === undefined ? "" : when(until, language),
    list: list === undefined ? "" : listName(list, language),
    age: list === undefined ? "" : span(Math.max(now - list.made, 0), language),
  });
}

export function listName({ kind, name }: ListAge, language: Language): string {
  return say(kind === "trust" ? HEALTH.trustList : HEALTH.statusList, language, { name });
}
