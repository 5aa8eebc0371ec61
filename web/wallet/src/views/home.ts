import { clock } from "../../../components/src/clock.js";
import { h } from "../../../components/src/dom.js";
import type { App, View } from "../app.js";
import type { Permit } from "../permit.js";
import { permitTexts, walletTexts as texts } from "../texts/wallet.js";
import { problemWords, stateWords } from "../words.js";
import { actingLine, nameLine, stateLine } from "./parts.js";

/** The permits on this phone. */
export function home(app: App): View {
  const before = said(app);
  return {
    update: () => said(app) === before,
    title: app.text(texts.title),
    body: [
      ...notes(app),
      ...app.permits.map((permit) => card(app, permit)),
      ...(app.permits.length === 0 ? [empty(app)] : []),
      h(
        "div",
        { class: "actions" },
        h("a", { class: app.permits.length === 0 ? "button" : "button quiet", href: "#/add" },
          app.text(texts.add)),
        app.install &&
          h("button", { class: "quiet", click: () => app.install?.() }, app.text(texts.install)),
      ),
    ],
  };
}

/** What the page depends on: redrawing takes the focus away. */
function said(app: App): string {
  const now = clock.wall();
  const states = app.permits.map((permit) => {
    const { id, problem, record } = permit;
    return [id, permit.state(now).kind, problem, record.label];
  });
  const { lost, keeping, offline, notice, install } = app;
  return JSON.stringify([states, lost, keeping, offline?.kind, notice, install !== undefined]);
}

function notes(app: App): Node[] {
  const { lost, offline, keeping } = app;
  const note = (...inside: (Node | string)[]) => h("div", { class: "note" }, ...inside);
  return [
    ...(lost === undefined ? [] : [erased(app, lost.issuers)]),
    ...(keeping === "may-be-erased" && app.permits.length > 0
      ? [note(h("p", {}, app.text(texts.mayBeErased)))]
      : []),
    ...(offline?.kind === "online-only" ? [note(h("p", {}, app.text(texts.offlineNot)))] : []),
  ];
}

function erased(app: App, issuers: readonly string[]): Node {
  const forget = () => {
    app.lost = undefined;
    app.mark();
    app.draw();
  };
  const separator = app.language === "zh" ? "、" : ", ";
  return h(
    "div",
    { class: "problem actions", role: "alert" },
    h("h2", {}, app.text(texts.lostTitle)),
    h("p", {}, app.text(texts.lostText, { issuers: issuers.join(separator) })),
    h("button", { class: "quiet", click: forget }, app.text(texts.lostDismiss)),
  );
}

function empty(app: App): Node {
  return h(
    "div",
    { class: "card permit" },
    h("h2", {}, app.text(texts.emptyTitle)),
    h("p", {}, app.text(texts.emptyText)),
    app.lost === undefined ? h("p", { class: "soft" }, app.text(texts.emptyLost)) : undefined,
  );
}

function card(app: App, permit: Permit): Node {
  const state = permit.state(clock.wall());
  const words = stateWords(app, state);
  const link = `#/permit/${permit.id}`;
  const isGood = state.kind === "good";
  const more = words.more ?? problemOf(app, permit);
  const about = [app.nameOf(permit), app.issuerOf(permit), permit.facts?.subject];
  const acting = actingLine(app, permit.facts?.acting);
  return h(
    "article",
    { class: "card permit" },
    h("h2", {}, h("a", { href: link }, nameLine(app, permit) ?? app.nameOf(permit))),
    h("p", { class: "soft" }, about.filter((part) => part !== undefined).join(" · ")),
    acting === undefined ? undefined : h("p", {}, acting),
    stateLine(words),
    more === undefined ? undefined : h("p", {}, more),
    h(
      "div",
      { class: "actions" },
      h("a", { class: isGood ? "button" : "button quiet", href: link },
        app.text(isGood ? permitTexts.show : permitTexts.details)),
    ),
  );
}

/** That nobody was reached matters only when a permit has ended, and its state says so then. */
function problemOf(app: App, permit: Permit): string | undefined {
  return permit.problem?.kind === "unreachable" ? undefined : problemWords(app, permit.problem);
}
