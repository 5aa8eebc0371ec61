// The vectors of the memory of used codes: stores and gates as values.

import assert from "node:assert/strict";

import * as lp from "livepermit/issuer";

import { bytes, hex, without } from "./values.mjs";

const same = (what, found, wanted) => assert.deepStrictEqual(found, wanted, what);

class Memory {
  constructor(group, test) {
    const { oldMaster, ...settings } = group.settings;
    this.retention = oldMaster === "unbounded" ? settings : { ...settings, oldMaster };
    this.clock = group.clock === "own" ? "own" : "askers";
    this.stores = mapped(test.stores, aStore);
    this.gates = mapped(test.gates, aWitness);
    this.late = new Map();
  }

  step(step) {
    if ("ask" in step) this.ask(step);
    else if ("arrive" in step) this.arrive(step);
    else if ("copy" in step) this.copy(step);
    else if ("start" in step) this.stores[step.start].incarnation = step.incarnation;
    else if ("goOn" in step) this.goOn(step);
    else if ("forget" in step) this.forget(step);
    else assert.fail(`a step that is not known: ${Object.keys(step)}`);
  }

  copy(step) {
    const { state, records } = this.stores[step.copy];
    Object.assign(this.stores[step.to], { state, records: new Map(records) });
  }

  ask(step) {
    const { now, time, gate } = step;
    const isApart = lp.clocksApart(now, time, this.retention);
    let given, loss;
    if (this.clock === "own" && isApart) {
      given = { gate, answer: { kind: "clock-apart", theirs: time } };
    } else {
      [given, loss] = this.answer(step);
    }
    same("loss", loss, step.loss);
    this.hasState(step.ask, step.state);
    if ("late" in step) {
      this.late.set(step.late, given);
      this.hasWitness(gate, step);
    } else {
      this.take(given, step);
    }
  }

  /** What a store does in one step. */
  answer(step) {
    const { gate, now, time } = step;
    const store = this.stores[step.ask];
    const { state: held, incarnation } = store;
    const fresh = step.fresh === undefined ? held.id : bytes(step.fresh);
    const asked = { gate, witness: this.gates[gate], now };
    const here = { fresh, incarnation, time, records: store.records.size };
    let { state, loss } = lp.meet(held, asked, here, this.retention);
    let answer;
    if ("attempt" in step) {
      const known = store.records.get(step.attempt.permit);
      const standing = lp.standingOf(state, time, this.clock);
      const decision = lp.decide(known, anAttempt(step), standing, this.retention);
      if (decision.kind === "write") {
        store.records.set(step.attempt.permit, decision.record);
        state = lp.recordAdmission(state, gate, known === undefined);
        answer = { kind: "not-used-before" };
      } else {
        ({ answer } = decision);
      }
    }
    store.state = state;
    const known = [lp.knownOf(state), state.admissions.get(gate) ?? 0];
    return [{ gate, answer, known }, loss];
  }

  arrive(step) {
    const given = this.late.get(step.arrive);
    this.late.delete(step.arrive);
    this.take(given, step);
  }

  take(given, step) {
    same("answer", this.told(given), [step.result, step.code, step.names]);
    this.hasWitness(given.gate, step);
  }

  /** What a gate makes of an answer. */
  told({ gate, answer, known }) {
    if (known !== undefined) {
      const witness = lp.takeAnswer(this.gates[gate], ...known);
      if (witness === undefined) return ["invalid", "store-unreachable", undefined];
      this.gates[gate] = witness;
    }
    switch (answer?.kind) {
      case undefined:
      case "not-used-before":
        return ["valid", undefined, undefined];
      case "already-accepted-here":
      case "already-used":
        return ["invalid", answer.kind, answer.then];
      case "superseded":
        return ["invalid", answer.kind, answer.newest];
      case "cooling-down":
      case "forgotten":
        return ["invalid", answer.kind, answer.until];
      case "clock-apart":
        return ["invalid", "clock-suspect", answer.theirs];
      default:
        return assert.fail(`an answer that is not known: ${answer.kind}`);
    }
  }

  goOn(step) {
    const store = this.stores[step.goOn];
    store.state = lp.goOn(store.state, step.word, step.now, step.time, this.retention);
    this.hasState(step.goOn, step.state);
  }

  forget(step) {
    const store = this.stores[step.forget];
    // Before 1970 nothing is over.
    const cutoff = Math.max(step.time - this.retention.clockDifference, 0);
    for (const [permit, record] of store.records) {
      if (lp.recordIsOver(record, cutoff, this.retention)) {
        store.state = lp.forgetRecord(store.state, record);
        store.records.delete(permit);
      }
    }
    same("left", [...store.records.keys()].sort(), step.left);
    this.hasState(step.forget, step.state);
  }

  hasState(name, wanted) {
    const { state } = this.stores[name];
    same("state", state && describeStore(state), wanted);
  }

  hasWitness(gate, step) {
    const { known, admissions } = this.gates[gate];
    const told = known && { ...known, store: hex(known.store) };
    same("witness", without({ admissions, known: told }), step.witness);
  }
}

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

function aStore({ incarnation, state, records }) {
  return {
    incarnation,
    state: state && aState(state),
    records: new Map(records.map(({ permit, ...record }) => [permit, aRecord(record)])),
  };
}

const aState = ({ store, admissions, ...state }) => ({
  ...state,
  id: bytes(store),
  admissions: new Map(Object.entries(admissions)),
});

const describeStore = ({ id, admissions, ...state }) => ({
  ...state,
  store: hex(id),
  // A gate without admissions need not be there.
  admissions: Object.fromEntries([...admissions].filter(([, number]) => number > 0)),
});

const aWitness = ({ known, admissions }) => ({
  known: known && { ...known, store: bytes(known.store) },
  admissions,
});

const aRecord = ({ newest, slip, coolDowns }) => ({
  newest: newest && { moment: newest.moment, sighting: newest },
  slip,
  coolDowns,
});

function anAttempt({ attempt, gate, now }) {
  // No rule of the memory looks at the times until which a code is live and kept.
  return {
    ...attempt, permit: bytes(attempt.permit), gate, now, liveUntil: now, keepUntil: now,
  };
}

export function runMemory(group, test) {
  const memory = new Memory(group, test);
  test.steps.forEach((step, number) => {
    try {
      memory.step(step);
    } catch (error) {
      error.message = `step ${number}: ${error.message}`;
      throw error;
    }
  });
  same("late answers", memory.late.size, 0);
}
