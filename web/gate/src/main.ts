import { h } from "../../components/src/dom.js";
import { languageOfPage, say, tagOf } from "../../components/src/texts.js";
import { keepOffline, type Offline } from "../../shared/offline.js";
import { readAsking } from "./asking.js";
import { GateView } from "./gate-view.js";
import type { HeldSetup } from "./setup.js";
import { SetupView } from "./setup-view.js";
import { PageStore } from "./store.js";
import { PAGE } from "./texts.js";

const language = languageOfPage();
document.documentElement.lang = tagOf(language);
document.title = say(PAGE.title, language);

let view: GateView | undefined;
let offline: Offline | undefined;
void keepOffline((state) => {
  offline = state;
  view?.offline(state);
});

const store = await PageStore.open();
const held = (await store.setup()) as HeldSetup | undefined;
if (held === undefined) setUp(undefined);
else await run(held);

/** Asks for a setup: the first one, or a later one of a gate that has one. */
function setUp(before: HeldSetup | undefined): void {
  view?.close();
  view = undefined;
  const accepted = (setup: HeldSetup) => {
    void store.keepSetup(setup).then(() => {
      // A browser that may delete what is kept could make the gate forget used codes.
      void navigator.storage?.persist?.();
      void run(setup);
    });
  };
  const back = before && (() => void run(before));
  document.body.replaceChildren(new SetupView(language, before, accepted, back).element);
}

async function run(setup: HeldSetup): Promise<void> {
  const asking = readAsking(await store.asking());
  view = new GateView(language, setup, asking, store, () => setUp(setup));
  document.body.replaceChildren(view.element);
  if (offline !== undefined) view.offline(offline);
}

if (document.body.childElementCount === 0) {
  document.body.append(h("main", {}, say(PAGE.loading, language)));
}
