import { h } from "../../components/src/dom.js";
import type { Light } from "../../components/src/gate/permit-gate.js";
import { GATE } from "../../components/src/gate/texts.js";
import { dayAndTime, type Language, say, type Text } from "../../components/src/texts.js";
import { type LogLine, toCsv, toJson } from "./log.js";
import type { PageStore } from "./store.js";
import { PAGE } from "./texts.js";

/** The most lines of the table. The exports have all. */
const MOST = 200;

/** The log as a table, and its exports. */
export async function logView(
  store: PageStore,
  language: Language,
  close: () => void,
): Promise<HTMLElement> {
  const t = (text: Text, values = {}) => say(text, language, values);
  const lines = (await store.lines()) as LogLine[];
  const newest = lines.slice(-MOST).reverse();
  const save = (name: string, type: string, text: () => string) =>
    h("button", { type: "button", class: "quiet", click: () => offer(name, type, text()) },
      t(name.endsWith("csv") ? PAGE.csv : PAGE.json));
  let isSure = false;
  const clear = h("button", { type: "button", class: "quiet", click: () => {
    if (isSure) void store.clearLog().then(close);
    isSure = true;
    clear.textContent = t(PAGE.clearSure);
  } }, t(PAGE.clear));
  const row = ({ at, light, code, permit = "" }: LogLine) =>
    h("tr", {},
      h("td", {}, dayAndTime(at, language)),
      h("td", {}, `${t(GATE[light as Light])} ${code}`),
      h("td", {}, permit));
  const head = [PAGE.time, PAGE.light, PAGE.permit].map((name) => {
    return h("th", { scope: "col" }, t(name));
  });
  return h(
    "section", { class: "sheet log" },
    h("h2", {}, t(PAGE.log)),
    h(
      "div", { class: "row" },
      save("gate-log.csv", "text/csv;charset=utf-8", () => toCsv(lines)),
      save("gate-log.json", "application/json", () => toJson(lines)),
      clear,
      h("button", { type: "button", click: close }, t(PAGE.back)),
    ),
    lines.length === 0
      ? h("p", { class: "soft" }, t(PAGE.empty))
      : h("p", { class: "soft" }, t(PAGE.count, { count: lines.length, shown: newest.length })),
    lines.length === 0 ? undefined : h(
      "div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t(PAGE.log) },
      h("table", {}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...newest.map(row))),
    ),
  );
}

/** Lets the browser save a text. */
function offer(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
