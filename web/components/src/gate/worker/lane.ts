import { type Challenge, type GoOn, IndexedDbStorage, KeptGate, RelayStore } from "livepermit/gate";

import { clock } from "../../clock.js";
import { alarmOf, type GateHealth, type GateWarning, type ListAge } from "../health.js";
import type { QuestionForm, Seen } from "../messages.js";
import type { GateOptions } from "../options.js";
import { type GateVerdict, verdictOf } from "../verdict.js";
import { FetchedList } from "./fetching.js";
import type { Picture } from "./pixels.js";
import { type Plan, planOf } from "./plan.js";

/** Seconds for which a list may not be fetched before that is told. */
const NOT_FETCHED = 900;
/** Milliseconds between two questions to a storage that nobody else asks. */
const KEPT_ALIVE = 5000;

/** The gate in a worker: kept memory, lists, what it saw. */
export class Lane {
  readonly #plan: Plan;
  readonly #kept: KeptGate;
  readonly #fetched: readonly FetchedList[];
  readonly #since = clock.wall();
  #frames = 0;
  #counted = { total: 0, at: clock.uptime(), perSecond: 0 };
  #answers = 0;
  #last: GateHealth["last"];
  #asked = Number.NEGATIVE_INFINITY;
  /** Why the last frame could not be read. */
  #wrongFrame: string | undefined;

  private constructor(plan: Plan, kept: KeptGate) {
    this.#plan = plan;
    this.#kept = kept;
    const { trustList, statusLists } = plan;
    const fetched = (of: "trust" | "status") => (url: string) =>
      new FetchedList(url, (list) => this.take(of, list));
    const trustLists = trustList === undefined ? [] : [trustList];
    this.#fetched = [
      ...trustLists.map(fetched("trust")), ...statusLists.map(fetched("status")),
    ];
  }

  static async open(options: GateOptions): Promise<Lane> {
    const plan = planOf(options);
    const { settings, trust, retention, relay, database } = plan;
    const now = () => clock.wall();
    const shared = relay !== undefined && retention !== undefined &&
      new RelayStore({ access: relay, gate: settings.policy.gate, retention, clock: now });
    const kept = await KeptGate.open({
      storage: new IndexedDbStorage(database === undefined ? {} : { database }),
      settings,
      trust,
      clock: now,
      ...(retention && { retention }),
      ...(shared && { relay: shared }),
    });
    return new Lane(plan, kept);
  }

  get kept(): KeptGate {
    return this.#kept;
  }

  /** Reads a frame, and asks the storage about new codes. */
  async look(picture: Picture): Promise<Seen> {
    const begun = clock.uptime();
    this.#frames += 1;
    const events = await this.#kept.scan(picture.pixels, picture.frame);
    this.#wrongFrame = undefined;
    const at = clock.wall();
    const verdicts: GateVerdict[] = [];
    for (const event of events) {
      const verdict = verdictOf(event, at);
      if (verdict === undefined) continue;
      verdicts.push(verdict);
      this.#answers += 1;
      this.#last = { at, light: verdict.light, code: verdict.code };
    }
    const has = (kind: string) => events.some((event) => event.kind === kind);
    return {
      kind: "seen",
      frame: this.#frames,
      verdicts,
      held: has("held"),
      unreadable: has("unreadable"),
      millis: clock.uptime() - begun,
    };
  }

  /** Remembers that a frame could not be read. */
  spoiled(reason: string): Seen {
    this.#frames += 1;
    this.#wrongFrame = reason;
    const nothing = { verdicts: [], held: false, unreadable: false, millis: 0 };
    return { kind: "seen", frame: this.#frames, ...nothing };
  }

  /** Takes in a list. */
  async take(of: "trust" | "status", list: Uint8Array): Promise<void> {
    await (of === "trust" ? this.#kept.acceptTrustList(list) : this.#kept.acceptStatusList(list));
  }

  async goOn(word: GoOn): Promise<void> {
    await this.#kept.goOn(word);
  }

  /** Opens a question. */
  ask(seconds: number, form: QuestionForm): Challenge {
    const now = clock.wall();
    const { lane } = this.#kept;
    if (form === "code") return lane.ask(seconds, now);
    const { gate } = this.#plan.settings.policy;
    const challenge = { gate, nonce: sixDigits(), expires: now + seconds };
    lane.openChallenge(challenge, now);
    return challenge;
  }

  /** What is done about once a second: lists are fetched, the storage is asked how it is. */
  async tick(): Promise<void> {
    const asked = this.#fetched.map((list) => list.look());
    const uptime = clock.uptime();
    if (uptime - this.#asked >= KEPT_ALIVE) {
      this.#asked = uptime;
      await this.#kept.keepAlive();
    }
    await Promise.all(asked);
  }

  health(): GateHealth {
    const at = clock.wall();
    const { lane, zone, policy } = this.#plan.settings;
    const { outOfOrderUntil, loss } = this.#kept.health();
    const clockOffset = this.#kept.lane.clockOffset();
    const lists = this.#lists();
    const fetched = this.#fetched.map(({ state }) => state);
    const warnings = [
      ...this.#memoryWarnings(outOfOrderUntil, loss),
      ...(clockOffset === undefined
        ? []
        : [{ code: "clock-suspect", outOfOrder: true, seconds: clockOffset } as const]),
      ...this.#listWarnings(lists, at),
      ...fetched.flatMap(({ url, failingSince, reason }): GateWarning[] =>
        failingSince === undefined || at - failingSince < NOT_FETCHED
          ? []
          : [{
              code: "not-fetched", outOfOrder: false, until: failingSince,
              reason: `${url}: ${reason ?? ""}`,
            }],
      ),
      ...(this.#wrongFrame === undefined
        ? []
        : [{ code: "frames-wrong", outOfOrder: true, reason: this.#wrongFrame } as const]),
    ];
    return {
      gate: policy.gate, lane, zone,
      ...(this.#plan.relay && { relay: this.#plan.relay.address }),
      at,
      since: this.#since,
      inOrder: warnings.every(({ outOfOrder }) => !outOfOrder),
      asks: policy.challenge === "required",
      warnings,
      lists,
      fetched,
      ...(outOfOrderUntil !== undefined && { outOfOrderUntil }),
      ...(loss !== undefined && { loss }),
      ...(clockOffset !== undefined && { clockOffset }),
      ...(this.#last && { last: this.#last }),
      answers: this.#answers,
      frames: this.#frameRate(),
    };
  }

  #memoryWarnings(until: number | undefined, loss: string | undefined): GateWarning[] {
    const reason = this.#kept.storeFailure;
    const away = this.#plan.relay === undefined ? "store-unreachable" : "relay-unreachable";
    if (reason !== undefined) return [{ code: away, outOfOrder: true, reason }];
    if (until === undefined) return [];
    const code = loss === undefined || loss === "no-state" ? "memory-new" : "memory-lost";
    return [{ code, outOfOrder: true, until }];
  }

  #lists(): ListAge[] {
    const { revocation } = this.#plan.settings.policy;
    const { trustList, statusLists } = this.#kept;
    const trust = trustList && [{
      kind: "trust" as const, name: trustList.name, made: trustList.issuedAt,
      expires: trustList.expires,
    }];
    const status = statusLists.map(({ uri, issuedAt, expires }) => ({
      kind: "status" as const, name: uri, made: issuedAt,
      ...(expires !== undefined && { expires }),
      ...(revocation.kind === "required" && { tooOld: issuedAt + revocation.maxAge }),
    }));
    return [...(trust ?? []), ...status];
  }

  #listWarnings(lists: readonly ListAge[], at: number): GateWarning[] {
    const alarms = lists.map((list) => alarmOf(list, at));
    const warnings = alarms.filter((alarm) => alarm !== undefined);
    const has = (wanted: ListAge["kind"]) => lists.some(({ kind }) => kind === wanted);
    if ("roots" in this.#plan.trust && !has("trust")) {
      warnings.push(this.#lacks("no-trust-list"));
    }
    if (this.#plan.settings.policy.revocation.kind === "required" && !has("status")) {
      warnings.push(this.#lacks("no-status-list"));
    }
    return warnings;
  }

  #lacks(code: "no-trust-list" | "no-status-list"): GateWarning {
    const reason = this.#fetched.map(({ state }) => state.reason).find((said) => said);
    return { code, outOfOrder: true, ...(reason !== undefined && { reason }) };
  }

  #frameRate(): GateHealth["frames"] {
    const uptime = clock.uptime();
    const span = uptime - this.#counted.at;
    if (span >= 1000) {
      const perSecond = Math.round(((this.#frames - this.#counted.total) * 1000) / span);
      this.#counted = { total: this.#frames, at: uptime, perSecond };
    }
    return { total: this.#frames, perSecond: this.#counted.perSecond };
  }
}

/** Six digits, each as likely as any other. */
function sixDigits(): Uint8Array {
  const [millions, drawn] = [4_294_000_000, new Uint32Array(1)];
  let number: number;
  do number = crypto.getRandomValues(drawn)[0] ?? millions; while (number >= millions);
  return new TextEncoder().encode(String(number % 1_000_000).padStart(6, "0"));
}
