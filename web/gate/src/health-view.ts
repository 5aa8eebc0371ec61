import { h } from "../../components/src/dom.js";
import type { GateHealth } from "../../components/src/gate/permit-gate.js";
import { GATE } from "../../components/src/gate/texts.js";
import { listName } from "../../components/src/gate/words.js";
import { dayAndTime, type Language, say, type Text } from "../../components/src/texts.js";
import { PAGE } from "./texts.js";

/** Everything that the gate knows of itself. */
export function healthDetails(health: GateHealth, language: Language): HTMLElement[] {
  const t = (text: Text, values = {}) => say(text, language, values);
  const time = (at: number) => dayAndTime(at, language);
  const { last, outOfOrderUntil, frames } = health;
  const rows: [Text, string][] = [
    [PAGE.since, time(health.since)],
    [PAGE.clock, time(health.at)],
    [PAGE.memory, outOfOrderUntil === undefined
      ? t(PAGE.inOrder) : t(PAGE.memoryUntil, { until: time(outOfOrderUntil) })],
    [PAGE.zone, health.relay === undefined
      ? t(PAGE.alone) : t(PAGE.shared, { zone: health.zone, relay: health.relay })],
    [PAGE.last, last === undefined
      ? t(PAGE.none)
      : t(PAGE.lastSaid, { time: time(last.at), light: t(GATE[last.light]), code: last.code })],
    [PAGE.frames, t(PAGE.frameRate, { second: frames.perSecond, total: frames.total })],
    ...health.lists.map((list): [Text, string] => {
      const made = time(list.made);
      return [PAGE.list, t(PAGE.listMade, { name: listName(list, language), made })];
    }),
    ...health.fetched.map(({ url, answered, next, reason = "" }): [Text, string] => [
      PAGE.fetched,
      answered === undefined || reason !== ""
        ? t(PAGE.notFetched, { url, reason })
        : t(PAGE.fetchedAt, { url, at: time(answered), next: time(next) }),
    ]),
  ];
  return [
    h("h2", {}, t(GATE.health)),
    h("dl", {}, ...rows.flatMap(([name, value]) => [h("dt", {}, t(name)), h("dd", {}, value)])),
  ];
}
