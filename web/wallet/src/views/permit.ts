import type { CodeSource } from "../../../components/src/code/permit-code.js";
import { clock } from "../../../components/src/clock.js";
import { h } from "../../../components/src/dom.js";
import type { App, View } from "../app.js";
import type { Permit } from "../permit.js";
import { askTexts, permitTexts as texts } from "../texts/wallet.js";
import { problemWords, stateWords } from "../words.js";
import { details } from "./details.js";
import { nameLine, stateLine } from "./parts.js";

/** One permit: its code, or why there is none. */
export function permitView(app: App, id: string): View {
  const permit = app.permit(id) as Permit;
  const state = permit.state(clock.wall());
  const code = state.kind === "good" ? codeOf(app, permit) : undefined;
  const problem = problemWords(app, permit.problem);
  const words = stateWords(app, state);
  const name = nameLine(app, permit);
  const more = words.more === undefined ? undefined : h("p", {}, words.more);
  const before = said(app, permit);
  return {
    title: app.nameOf(permit),
    back: { view: "home" },
    body: [
      ...(app.notice === undefined ? [] : [h("p", { class: "note", role: "status" }, app.notice)]),
      h(
        "div",
        { class: "facts" },
        name === undefined ? undefined : h("p", { class: "name" }, name),
        h("p", { class: "soft" }, permit.facts?.subject),
      ),
      ...(code === undefined
        ? [h("div", { class: "card permit" }, stateLine(words), more)]
        : [code, ...answered(app, permit)]),
      ...(problem === undefined ? [] : [h("p", { class: "note" }, problem)]),
      ...(state.kind === "good"
        ? [
            h(
              "div",
              { class: "actions" },
              h("a", { class: "button quiet", href: `#/ask/${id}` }, app.text(texts.ask)),
            ),
          ]
        : []),
      details(app, permit),
    ],
    // A code that is shown goes on; permits are opened anew when their record changed.
    update: () => app.permit(id) === permit && said(app, permit) === before,
  };
}

/** What else the page depends on. */
function said(app: App, permit: Permit): string {
  const isForAll = answerOf(app, permit) === undefined;
  return JSON.stringify([permit.state(clock.wall()).kind, app.notice, isForAll]);
}

function codeOf(app: App, permit: Permit): Node {
  const element = h("permit-code");
  const { holder, key } = permit;
  element.addEventListener("permit-renew", () => void app.renewals?.run("unreachable"));
  if (holder !== undefined && key !== undefined) {
    const recipient = answerOf(app, permit)?.recipient;
    const source: CodeSource = { holder, key, ...(recipient === undefined ? {} : { recipient }) };
    element.source = source;
  }
  return element;
}

/** For which gate the code is; nothing once the question is over. */
function answerOf(app: App, { id }: Permit) {
  const answer = app.answers.get(id);
  if (answer?.expires !== undefined && answer.expires <= clock.wall()) {
    app.answers.delete(id);
    return undefined;
  }
  return answer;
}

function answered(app: App, permit: Permit): Node[] {
  const answer = answerOf(app, permit);
  if (answer === undefined) return [];
  const { gate, kind } = answer.recipient;
  const all = () => {
    app.answers.delete(permit.id);
    app.draw();
  };
  const said = app.text(kind === "asked" ? askTexts.answers : askTexts.forGate, { gate });
  const back = h("button", { class: "quiet", click: all }, app.text(askTexts.forAll));
  return [h("p", { class: "note" }, said), h("div", { class: "actions" }, back)];
}
