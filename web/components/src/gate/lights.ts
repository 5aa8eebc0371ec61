import { h } from "../dom.js";
import { type Language, say } from "../texts.js";
import { sign } from "./signs.js";
import { GATE } from "./texts.js";
import type { GateVerdict, PermitFacts } from "./verdict.js";
import { detailsOf, instructionOf, permitLines, shown } from "./words.js";

/** What is shown while no code is in view. */
export type Waiting = "show-code" | "hold-still";

/** The lights of the codes in view. Each is as large as there is room. */
export function lights(
  verdicts: readonly GateVerdict[],
  lane: string,
  language: Language,
): HTMLElement[] {
  return verdicts.map((verdict) => light(verdict, lane, language));
}

function light(verdict: GateVerdict, lane: string, language: Language): HTMLElement {
  const { permit } = verdict;
  const details = detailsOf(verdict, lane, language);
  const more = permit === undefined ? [] : permitLines(permit, language);
  if (details !== undefined) more.push(details);
  return h(
    "div", { class: `light ${verdict.light}`, part: `light ${verdict.light}` },
    sign(verdict.light),
    h(
      "div", { class: "words" },
      h("p", { class: "word", part: "word" }, say(GATE[verdict.light], language)),
      h("p", { class: "do", part: "instruction" }, instructionOf(verdict, language)),
      permit && who(permit, language),
      ...more.map((line) => h("p", { class: "more", part: "details" }, line)),
    ),
  );
}

/** Name and check number of a slip, to be compared with a document. */
function who(permit: PermitFacts, language: Language): HTMLElement | undefined {
  const { person, checkNumber } = permit;
  if (checkNumber === undefined) return undefined;
  const rows: [string, string][] = [];
  if (person !== undefined) {
    rows.push([say(GATE.name, language), shown(person.fullName)]);
    const { birthDate } = person;
    if (birthDate !== undefined) rows.push([say(GATE.born, language), dashed(birthDate)]);
  }
  rows.push([say(GATE.checkNumber, language), checkNumber]);
  return h(
    "dl", { class: "who", part: "person" },
    ...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, h("bdi", {}, value))]),
  );
}

/** `19490731` as `1949-07-31`: the year, month and day that are known. */
function dashed(digits: string): string {
  return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].filter(Boolean).join("-");
}

/** The light of a gate that is out of order, whoever comes. */
export function outOfOrder(reason: string, language: Language): HTMLElement {
  const light = "out-of-order";
  return h(
    "div", { class: `light ${light}`, part: `light ${light}` },
    sign(light),
    h(
      "div", { class: "words" },
      h("p", { class: "word", part: "word" }, say(GATE[light], language)),
      h("p", { class: "more", part: "details" }, reason),
    ),
  );
}

/** The place of the lights while nobody shows a code. */
export function waiting(state: Waiting, language: Language): HTMLElement {
  const text = state === "hold-still" ? GATE.holdStill : GATE.showCode;
  return h(
    "div", { class: "light wait", part: "waiting" },
    h("p", { class: "word", part: "word" }, say(text, language)),
  );
}
