// Every test vector through the public API of this package.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import * as lp from "livepermit/issuer";

import { runMemory } from "./memory-vectors.mjs";
import { bytes, hex, without } from "./values.mjs";

const FOLDER = process.env.LIVEPERMIT_VECTORS;

/** With the number of tests, so that a file that is left out is noticed. */
export const FILES = {
  acting: 19, admission: 241, "credential-and-presentation": 31, "gate-codes": 102,
  keys: 75, memory: 201, pass: 113, rejections: 938, setups: 253, slip: 60, "status-lists": 379,
  status: 75, "trust-list-expiry": 6, "trust-lists": 378,
};

const same = (what, found, wanted) => assert.deepStrictEqual(found, wanted, what);

// What a group needs.

const trustedKey = (entry) => ({
  ...entry,
  key: lp.PublicKey.fromCoseKey(bytes(entry.key)),
  keyId: bytes(entry.keyId),
});

const describeKey = (key) => ({ ...key, keyId: hex(key.keyId), key: hex(key.key.coseKey) });

function trustOf(group) {
  const trust = new lp.Trust(group.trust.map(trustedKey));
  const signed = group.trustList;
  if (signed === undefined) return trust;
  const root = lp.PublicKey.fromCoseKey(bytes(signed.root));
  const anchor = new lp.TrustAnchor(signed.name, [root], 0);
  const taken = anchor.accept(bytes(signed.list), signed.accepted, group.policy.skew);
  same("trust", taken.trust.keys().map(describeKey), trust.keys().map(describeKey));
  same("end", taken.expires, signed.expires);
  return taken.trust;
}

const listsOf = (group, trust) =>
  (group.statusLists ?? []).map((signed) =>
    lp.StatusList.accept(bytes(signed.list), trust, signed.accepted, { skew: group.policy.skew }),
  );

export function policyOf(rules) {
  const revocation =
    rules.revocation === "not-checked"
      ? { kind: "not-checked" }
      : { kind: "required", ...rules.revocation };
  const policy = lp.policy(rules.gate, rules.classes, revocation);
  if (rules.audience === "own") policy.audience = "own";
  policy.forms = rules.forms;
  if (rules.challenge === "required") policy.challenge = "required";
  if (rules.acting === "accepted") policy.acting = "accepted";
  policy.dangerousStatusExempt = rules.statusExempt ?? [];
  policy.window = rules.window;
  policy.skew = rules.skew;
  policy.maxCredentialAge = rules.maxCredentialAge;
  return policy;
}

const challengeOf = (question) => ({ ...question, nonce: bytes(question.nonce) });

// Tokens.

function runToken(group, test) {
  const trust = trustOf(group);
  const verifier = new lp.Verifier(trust, policyOf(group.policy), listsOf(group, trust));
  const challenge = test.challenge && challengeOf(test.challenge);
  const verdicts = [];
  if (test.text !== undefined) verdicts.push(verifier.verify(test.text, test.now, challenge));
  if (test.token !== undefined) {
    const token = bytes(test.token);
    verdicts.push(verifier.verifyBytes(token, test.now, challenge));
    if (test.result === "valid") {
      const { qrText, linkText } = lp.readToken(token);
      for (const text of [qrText, linkText]) {
        verdicts.push(verifier.verify(text, test.now, challenge));
      }
    }
  }
  assert.ok(verdicts.length > 0, "there is neither token nor text");
  for (const verdict of verdicts) {
    if (verdict.kind === "accepted") {
      same("result", "valid", test.result);
      same("verdict", describe(verdict.verified), test.verdict ?? {});
    } else {
      same("result", "invalid", test.result);
      refused(test, verdict.rejection);
    }
  }
}

function refused(test, rejection) {
  same("code", rejection.code, test.code);
  same("stage", rejection.stage, test.stage);
  malformed(test, rejection.evidence);
}

function malformed(test, evidence) {
  if (test.malformed !== undefined && evidence.kind === "malformed") {
    same("layer", evidence.layer, test.malformed.layer);
    same("flaw", evidence.flaw, test.malformed.flaw);
  }
}

function describe({ permitClass, ...verified }) {
  const out = {
    ...verified,
    class: permitClass,
    keyId: hex(verified.keyId),
    application: hex(verified.application),
    cautions: verified.cautions.map(({ code }) => code),
    permitId: hex(verified.permitId),
  };
  if (out.credential) {
    out.credential = { ...out.credential, deviceKey: hex(out.credential.deviceKey) };
  }
  if (out.status) {
    const { uri, index, indexText = String(index) } = out.status;
    out.status = { uri, index: indexText };
  }
  return out;
}

function failure(work) {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof lp.LivepermitError) || error.code === "internal") throw error;
    return { error };
  }
}

function runGateCode(_, test) {
  const { value: code, error } = failure(() => lp.readGateCode(test.text));
  if (error) {
    same("result", "invalid", test.result);
    same("code", error.code, test.code);
    return;
  }
  same("result", "valid", test.result);
  if (code.kind === "of-gate") {
    same("gate code", { gate: code.gate }, test.gateCode);
    same("text", lp.gateNameQrText(code.gate), test.text);
  } else {
    const { challenge } = code;
    same("gate code", { ...challenge, nonce: hex(challenge.nonce) }, test.gateCode);
    same("text", lp.challengeQrText(challenge), test.text);
  }
}

function acceptSetup(group, test) {
  const read =
    test.text === undefined ? lp.readSetupBytes(bytes(test.setup)) : lp.readSetup(test.text);
  if (test.held === undefined) {
    return lp.acceptFirstSetup(read.bytes, test.compared, test.now, group.skew);
  }
  return lp.acceptNextSetup(read.bytes, lp.storedSetup(bytes(test.held)), test.now, group.skew);
}

function runSetup(group, test) {
  const { value: setup, error } = failure(() => acceptSetup(group, test));
  if (error) {
    same("result", "invalid", test.result);
    same("code", error.code, test.code);
    return;
  }
  same("result", "valid", test.result);
  same("from the storage", lp.storedSetup(setup.bytes).settings, setup.settings);
  const { settings, trust, relay } = setup;
  const { policy, coolDown } = settings;
  const { dangerousStatusExempt, revocation, ...rules } = policy;
  const { kind, ...spans } = revocation;
  const words = { window: "window", "dangerous-none": "none" };
  same("accepted", without({
    version: setup.version,
    issuedAt: setup.issuedAt,
    operator: hex(setup.operator.coseKey),
    checkNumber: lp.setupCheckNumber(setup.bytes).replaceAll(" ", ""),
    lane: settings.lane,
    zone: settings.zone,
    policy: without({
      ...rules,
      revocation: kind === "required" ? spans : kind,
      statusExempt: dangerousStatusExempt.length > 0 ? dangerousStatusExempt : undefined,
    }),
    passage: settings.passage,
    debounce: settings.debounce,
    coolDown: coolDown.kind === "seconds" ? coolDown.seconds : words[coolDown.kind],
    trust: trust.kind === "named" ? trust.keys.map(describeKey) : undefined,
    trustList: trust.kind === "listed" ? {
      name: trust.name,
      lowestVersion: trust.lowestVersion,
      roots: trust.roots.map((root) => hex(root.coseKey)),
      address: trust.address,
    } : undefined,
    statusLists: setup.statusLists,
    relay: relay && { address: relay.address, key: hex(relay.key) },
    settings: { ...setup.retention, oldMaster: setup.retention.oldMaster ?? "unbounded" },
  }), test.accepted);
}

function runKey(_, test) {
  const { value: key, error } = failure(() => lp.PublicKey.fromCoseKey(bytes(test.coseKey)));
  if (error) {
    same("result", "invalid", test.result);
    return;
  }
  same("result", "valid", test.result);
  const wanted = test.key;
  same("again", hex(key.coseKey), test.coseKey);
  same("algorithm", key.algorithm, wanted.algorithm);
  same("point", hex(key.point), wanted.point);
  same("thumbprint", hex(key.thumbprint), wanted.thumbprint);
  same("key id", hex(key.thumbprint.slice(0, 8)), wanted.keyId);
  same("spki", hex(key.toSpkiDer()), wanted.spki);
  const others = [
    lp.PublicKey.fromSpkiDer(bytes(wanted.spki)),
    lp.PublicKey.fromSpkiPem(key.toSpkiPem()),
    lp.PublicKey.fromPoint(bytes(wanted.point)),
  ];
  for (const other of others) assert.ok(other.equals(key), "another way");
  if (wanted.private !== undefined) {
    const secret =
      wanted.algorithm === "Ed25519"
        ? lp.SecretKey.fromEd25519Seed(bytes(wanted.private))
        : lp.SecretKey.fromP256Scalar(bytes(wanted.private));
    same("the public half", hex(secret.publicKey.coseKey), test.coseKey);
  }
}

// Lists.

function runTrustList(group, test) {
  const roots = group.roots.map((root) => lp.PublicKey.fromCoseKey(bytes(root)));
  let anchor = new lp.TrustAnchor(group.name, roots, group.lowestVersion);
  for (const held of test.held ?? []) anchor.accept(bytes(held.list), held.accepted, group.skew);
  const before = anchor.state;
  // After a restart the anchor must say the same.
  if (before !== undefined) {
    anchor = new lp.TrustAnchor(group.name, roots, group.lowestVersion, before);
  }
  checkList(test, () => {
    const taken = anchor.accept(bytes(test.list), test.now, group.skew);
    return {
      version: taken.version,
      issuedAt: taken.issuedAt,
      expires: taken.expires,
      trust: taken.trust.keys().map(describeKey),
      skipped: taken.skipped.length,
      roots: anchor.state.roots.map((root) => hex(root.coseKey)),
    };
  });
  if (test.result === "invalid") {
    same("the state", anchor.state, before);
  }
}

function runStatusList(group, test) {
  const trust = new lp.Trust(group.trust.map(trustedKey));
  const { skew, limits } = group;
  const accept = (signed, now, held) =>
    lp.StatusList.accept(bytes(signed), trust, now, { skew, held, limits });
  let held = [];
  for (const earlier of test.held ?? []) {
    held = [accept(earlier.list, earlier.accepted, held).held];
  }
  checkList(test, () => {
    const list = accept(test.list, test.now, held);
    const { issuer, uri, bits, issuedAt, expires, entries } = list;
    const values = Array.from({ length: Math.min(entries, 64) }, (_, index) => list.get(index));
    return without({
      issuer, uri, bits, issuedAt, expires, entries, values: hex(Uint8Array.from(values)),
    });
  });
}

function checkList(test, facts) {
  const { value, error } = failure(facts);
  if (error) {
    same("result", "invalid", test.result);
    same("code", error.code, test.code);
    malformed(test, error.evidence);
    return;
  }
  same("result", "valid", test.result);
  same("accepted", value, test.accepted);
}

// A gate.

function runAdmit(group, test) {
  const trust = trustOf(group);
  const lists = listsOf(group, trust);
  const { capacity, lostAt, ...retention } = group.store;
  const store =
    lostAt === undefined
      ? lp.Store.inMemoryForTheFirstTime(capacity, retention)
      : lp.Store.inMemory(capacity, retention, lostAt);
  const lanes = group.lanes.map(
    (lane) => new lp.Gate(laneSettings(lane, group.policy), trust, lists, store),
  );
  test.steps.forEach((step, number) => {
    try {
      runStep(lanes[step.lane], store, step);
    } catch (error) {
      error.message = `step ${number}: ${error.message}`;
      throw error;
    }
  });
}

function laneSettings(lane, rules) {
  const settings = lp.gateSettings(policyOf({ ...rules, gate: lane.gate }));
  settings.lane = lane.lane;
  settings.zone = lane.zone;
  if (lane.passage === "leave") settings.passage = "leave";
  settings.debounce = lane.debounce;
  settings.clockJump = lane.clockJump;
  if (lane.coolDown === "none") settings.coolDown = { kind: "dangerous-none" };
  else if (lane.coolDown !== "window") {
    settings.coolDown = { kind: "seconds", seconds: lane.coolDown };
  }
  if (lane.storeFailure === "admit") settings.storeFailure = "dangerous-admit";
  settings.clock = { floor: lane.floor ?? 0, lastAdmission: lane.lastAdmission };
  settings.shortRetention = true;
  return settings;
}

function runStep(lane, store, step) {
  const { now } = step;
  if (step.ask !== undefined) {
    const { error } = failure(() => lane.openChallenge(challengeOf(step.ask), now));
    same("opened", error ? "invalid" : "valid", step.result);
    return;
  }
  const isAway = step.storeUnreachable ?? false;
  // Both ways must give the same, so steps go by turns.
  const admission =
    isAway || step.show.length % 2 === 0
      ? inHalves(lane, store, step.show, now, isAway)
      : lane.admit(step.show, now);
  if (admission.kind === "admitted") {
    same("result", "valid", step.result);
    same("subject", admission.verified.subject, step.subject);
    same("cautions", admission.cautions.map(({ code }) => code), step.cautions);
  } else {
    same("result", "invalid", step.result);
    refused(step, admission.rejection);
  }
}

function inHalves(lane, store, text, now, isAway) {
  const begun = lane.begin(text, now);
  if (begun.kind === "stopped") return { kind: "refused", rejection: begun.rejection };
  const answer = isAway
    ? { kind: "no-answer", reason: "away" }
    : store.admit(begun.pending.attempt);
  return lane.finish(begun.pending, answer, now);
}

const RUNNERS = {
  VerifyToken: runToken,
  AcceptSetup: runSetup,
  GateCode: runGateCode,
  PublicKey: runKey,
  AcceptTrustList: runTrustList,
  AcceptStatusList: runStatusList,
  Admit: runAdmit,
  Memory: runMemory,
};

/** Runs a file of vectors. Gives the number of its tests and what failed. */
export function runFile(name) {
  const file = JSON.parse(readFileSync(`${FOLDER}/${name}.json`, "utf8"));
  const failures = [];
  let ran = 0;
  for (const group of file.testGroups) {
    for (const test of group.tests) {
      ran += 1;
      try {
        RUNNERS[group.type](group, test);
      } catch (error) {
        failures.push(`${name} ${test.tcId} (${test.comment}): ${error.stack}`);
      }
    }
  }
  return { ran, failures };
}
