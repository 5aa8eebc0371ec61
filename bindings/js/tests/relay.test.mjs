// The memory at a relay, asked by a gate: against an answerer of this test's own.

import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";

import { RelayStore } from "livepermit/gate";

const GATE = "park.example:gate-3";
const NOW = 1_790_000_000;
const RETENTION = {
  largestWindow: 30, largestSkew: 5, clockDifference: 60, longestCoolDown: 0, oldMaster: 0,
};
const ATTEMPT = {
  permit: new Uint8Array(32).fill(17), moment: NOW - 4, liveUntil: NOW + 26, keepUntil: NOW + 36,
  gate: GATE, lane: "1", zone: "hall", passage: "enter", now: NOW, debounce: 3, coolDown: 35,
};

const macOf = (key, text) => createHmac("sha256", key).update(text).digest("hex");

/** A relay that gives this reply. It holds that what was asked is asked rightly. */
function relay(reply, { key = randomBytes(32), status = 200, change = (body) => body } = {}) {
  const asked = [];
  const answerer = async (url, { method, headers, body }) => {
    assert.equal(url, "https://relay.park.example/a/v1/ask");
    assert.equal(method, "POST");
    assert.equal(headers["livepermit-gate"], GATE);
    assert.equal(headers["livepermit-mac"], macOf(key, `livepermit relay 1\nPOST\n/v1/ask\n${body}`));
    const question = JSON.parse(body);
    asked.push(question);
    const answer = JSON.stringify(reply);
    const mac = macOf(key, `livepermit relay 1\nanswer\n${question.nonce}\n${answer}`);
    return new Response(change(answer), { status, headers: { "livepermit-mac": mac } });
  };
  const store = new RelayStore({
    access: { address: "https://relay.park.example/a/", key: new Uint8Array(key) },
    gate: GATE, retention: RETENTION, fetch: answerer, clock: () => NOW,
  });
  return { store, asked };
}

test("a question says what the relay must know, and no more", async () => {
  const { store, asked } = relay({ answer: { kind: "not-used-before" }, health: {} });
  assert.deepEqual(await store.admit(ATTEMPT), { kind: "not-used-before" });
  const { nonce, ...question } = asked[0];
  assert.match(nonce, /^[0-9a-f]{32}$/);
  assert.deepEqual(question, {
    time: NOW,
    settings: { ...RETENTION, longestCoolDown: 35 },
    attempt: {
      permit: "11".repeat(32), moment: NOW - 4, lane: "1", zone: "hall", passage: "enter",
      debounce: 3, coolDown: 35,
    },
  });
  await store.admit(ATTEMPT);
  assert.notEqual(asked[1].nonce, nonce);
});

test("what the memory says comes to the gate", async () => {
  const health = { outOfOrderUntil: NOW + 76, loss: "no-state" };
  const { store } = relay({ answer: { kind: "forgotten", until: NOW + 76 }, health });
  assert.deepEqual(await store.admit(ATTEMPT), { kind: "forgotten", until: NOW + 76 });
  assert.deepEqual(store.health(), { ...health, cautions: [] });
});

test("a keep-alive asks about nobody", async () => {
  const { store, asked } = relay({ health: {} });
  await store.keepAlive();
  assert.equal(asked[0].attempt, undefined);
  const failing = { answer: { kind: "no-answer", code: "store-setup", reason: "others" }, health: {} };
  await assert.rejects(relay(failing).store.keepAlive(), { code: "store-setup", reason: "others" });
  const apart = { answer: { kind: "clock-apart", theirs: NOW - 90 }, health: {} };
  await assert.rejects(relay(apart).store.keepAlive(), { code: "store-setup" });
});

test("what is not this relay's answer opens nothing", async () => {
  const good = { answer: { kind: "not-used-before" }, health: {} };
  const altered = relay({ answer: { kind: "already-used", then: NOW }, health: {} }, {
    change: () => JSON.stringify(good),
  });
  const noAnswer = async ({ store }, reason) => {
    const answer = await store.admit(ATTEMPT);
    assert.equal(answer.kind, "no-answer");
    assert.match(answer.reason, reason);
  };
  await noAnswer(altered, /not of the relay/);
  await noAnswer(relay(good, { status: 401 }), /does not know this gate/);
  await noAnswer(relay(good, { status: 409 }), /just been started/);
  await noAnswer(relay(good, { status: 503 }), /status 503/);
  // The answer to another question.
  let first;
  const key = randomBytes(32);
  const again = new RelayStore({
    access: { address: "https://relay.park.example", key: new Uint8Array(key) },
    gate: GATE, retention: RETENTION, clock: () => NOW,
    fetch: async (_, { body }) => {
      const { nonce } = JSON.parse(body);
      first ??= nonce;
      const text = JSON.stringify(good);
      const mac = macOf(key, `livepermit relay 1\nanswer\n${first}\n${text}`);
      return new Response(text, { headers: { "livepermit-mac": mac } });
    },
  });
  assert.equal((await again.admit(ATTEMPT)).kind, "not-used-before");
  await noAnswer({ store: again }, /not of the relay/);
});

test("a relay that is away is told in words", async () => {
  const away = new RelayStore({
    access: { address: "https://relay.park.example", key: new Uint8Array(32) },
    gate: GATE, retention: RETENTION,
    fetch: () => Promise.reject(new TypeError("fetch failed")),
  });
  assert.deepEqual(await away.admit(ATTEMPT), {
    kind: "no-answer", reason: "the relay: fetch failed",
  });
  const wrong = { address: "https://relay.park.example", key: new Uint8Array(31) };
  const make = () => new RelayStore({ access: wrong, gate: GATE, retention: RETENTION });
  assert.throws(make, { code: "argument" });
});
