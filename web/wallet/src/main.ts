import { loadHolder } from "livepermit/holder";

import "../../components/src/code/permit-code.js";
import { clock } from "../../components/src/clock.js";
import { h } from "../../components/src/dom.js";
import { languageOfPage, say, tagOf, type Text } from "../../components/src/texts.js";
import { keepOffline } from "../../shared/offline.js";
import { App, type View } from "./app.js";
import type { Issuers } from "./issuer.js";
import { askToKeep, lost } from "./memory.js";
import { readOfferQuery } from "./protocol/offer.js";
import { Renewals } from "./renewals.js";
import { WalletStore } from "./store.js";
import { walletTexts as texts } from "./texts/wallet.js";
import { add, enter, enrolWords } from "./views/add.js";
import { ask } from "./views/ask.js";
import { home } from "./views/home.js";
import { permitView } from "./views/permit.js";

const language = languageOfPage();
document.documentElement.lang = tagOf(language);
document.title = say(texts.title, language);
const root = document.getElementById("app") as HTMLElement;

const loading = h("p", { role: "status" }, say(texts.loading, language));
root.replaceChildren(frame(loading));
void start();

/** A page before there is an app: a title, and one thing to say. */
function frame(said: Node): DocumentFragment {
  const page = document.createDocumentFragment();
  page.append(h("header", {}, h("h1", {}, say(texts.title, language))), h("main", {}, said));
  return page;
}

async function start(): Promise<void> {
  if (!isSecureContext) return stop(texts.noCrypto);
  let store: WalletStore;
  try {
    store = await WalletStore.open();
  } catch {
    return stop(texts.noStorage);
  }
  try {
    await loadHolder();
    await run(store);
  } catch (failure) {
    stop(texts.failed, String((failure as Error).message));
  }
}

/** Says why there is no wallet. */
function stop(why: Text, reason = ""): void {
  const said = h("p", { class: "problem", role: "alert" }, say(why, language, { reason }));
  root.replaceChildren(frame(said));
}

async function run(store: WalletStore): Promise<void> {
  const query = new URLSearchParams(location.search);
  const address = new URL("./", location.href).href;
  let issuers: Issuers | undefined;
  const app = new App(language, store, async () => {
    if (issuers !== undefined) return issuers;
    const { Issuers } = await import("./issuer.js");
    return (issuers ??= new Issuers(store, address));
  });
  app.lost = lost((await store.permits()).length);
  app.draw = drawer(app);
  app.renewals = new Renewals(store, app.issuers, () => void app.reload());
  addEventListener("hashchange", () => {
    app.notice = undefined;
    app.draw();
  });
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    app.install = () => void (event as Event & { prompt(): Promise<void> }).prompt();
    app.draw();
  });
  forgetQuery(query);
  await app.reload();
  await comeIn(app, query);
  app.renewals.start(new AbortController().signal);
  void drawNowAndThen(app);
  void askToKeep().then((keeping) => {
    app.keeping = keeping;
    app.draw();
  });
  void keepOffline((state) => {
    app.offline = state;
    app.draw();
  });
}

/** Credentials end and questions are over without anybody doing something. */
async function drawNowAndThen(app: App): Promise<void> {
  for (;;) {
    await clock.sleep(10_000);
    app.draw();
  }
}

/** Codes and offers stand in no history and in no address that is copied. */
function forgetQuery(query: URLSearchParams): void {
  const kept = new URLSearchParams();
  const lang = query.get("lang");
  if (lang !== null) kept.set("lang", lang);
  const search = kept.size === 0 ? "" : `?${kept}`;
  history.replaceState(undefined, "", `${location.pathname}${search}${location.hash}`);
}

/** Takes what the page was opened with: an offer, or the answer of an issuer's page. */
async function comeIn(app: App, query: URLSearchParams): Promise<void> {
  if (query.has("state") && (query.has("code") || query.has("error"))) {
    const enrolled = await (await app.issuers()).cameBack(query);
    await enter(app, enrolled, () => undefined);
    if (enrolled.kind === "refused") {
      app.notice = enrolWords(app, enrolled.problem);
      app.draw();
    }
    return;
  }
  if (query.has("credential_offer") || query.has("credential_offer_uri")) {
    app.offer = readOfferQuery(query);
    app.go({ view: "add" });
  }
}

/** Draws the place where the wallet is, and anew only what changed. */
function drawer(app: App): () => void {
  let view: View | undefined;
  let shown = "";
  let noted = "";
  const notes = h("div", { class: "notes" });
  return () => {
    const place = app.place;
    const name = JSON.stringify(place);
    // Words about the wallet itself come and go beside what is shown.
    const wanted = JSON.stringify([app.offline?.kind, app.notice, place.view]);
    if (wanted !== noted) notes.replaceChildren(...newer(app), ...notice(app, place.view));
    noted = wanted;
    if (name === shown && view?.update?.() === true) return;
    const isNew = name !== shown;
    view?.leave?.();
    view = viewOf(app);
    shown = name;
    const title = h("h1", { tabindex: -1 }, view.title);
    root.replaceChildren(
      h("header", {}, backLink(app, view), title, place.view === "home" ? switcher() : undefined),
      h("main", {}, notes, ...view.body),
    );
    document.title = view.title;
    if (isNew) title.focus();
  };
}

function viewOf(app: App): View {
  const { place } = app;
  switch (place.view) {
    case "home":
      return home(app);
    case "add":
      return add(app);
    case "permit":
      return permitView(app, place.id);
    case "ask":
      return ask(app, place.id);
  }
}

function backLink(app: App, { back }: View): Node | undefined {
  if (back === undefined) return undefined;
  const href = back.view === "permit" ? `#/permit/${back.id}` : "#/";
  return h("a", { class: "button quiet", href }, app.text(texts.back));
}

/** The other language, in its own words. */
function switcher(): Node {
  const other = language === "zh" ? "en" : "zh";
  const href = `?lang=${other}${location.hash}`;
  const link = { class: "button quiet", href, lang: tagOf(other) };
  return h("a", link, say(texts.otherLanguage, language));
}

function newer({ offline }: App): Node[] {
  if (offline?.kind !== "newer") return [];
  const load = h("button", { click: () => offline.takeOver() }, say(texts.newerLoad, language));
  const said = h("p", {}, say(texts.newer, language));
  return [h("div", { class: "note actions", role: "status" }, said, load)];
}

function notice(app: App, where: string): Node[] {
  if (app.notice === undefined || where === "permit") return [];
  return [h("p", { class: "problem", role: "alert" }, app.notice)];
}
