// The codes of a wallet on the screen, with clocks that the test turns.

import assert from "node:assert/strict";
import test, { before } from "node:test";

import * as lp from "livepermit/issuer";

import { aGate, aHolder, CLASS, issuerAndTrust, NOW } from "./setup.mjs";

before(() => Promise.all([lp.loadGate(), lp.loadIssuer()]));

/** A clock that goes on when somebody sleeps. */
function aClock() {
  const clock = {
    millis: 0,
    wall: () => NOW + Math.floor(clock.millis / 1000),
    uptime: () => clock.millis,
    sleep: async (millis) => {
      clock.millis += millis;
    },
  };
  return clock;
}

async function first(count, codes, each = () => {}) {
  const seen = [];
  for await (const screen of codes) {
    seen.push(screen);
    each(screen);
    if (seen.length === count) break;
  }
  return seen;
}

test("a new code is shown every ten seconds and the gate admits it", async () => {
  const key = await lp.DeviceKey.generate();
  const { holder, trust } = aHolder(key.publicKey);
  const clock = aClock();
  const times = [];
  const seen = await first(5, lp.liveCodes(holder, key, { clock }), () => times.push(clock.millis));
  assert.deepEqual(seen[0], { kind: "waiting" });
  assert.deepEqual(times.slice(1), [0, 10_000, 20_000, 30_000]);
  for (const [at, screen] of seen.slice(1).entries()) {
    assert.equal(screen.kind, "code");
    assert.equal(aGate(trust).admit(screen.token.qrText, NOW + 10 * at).kind, "admitted");
  }
  const { refresh } = seen[4].schedule.remaining(clock.wall(), clock.uptime());
  assert.equal(refresh, 10_000);
});

test("a locked key is told, and asked again after a second", async () => {
  const key = lp.SecretKey.generateP256();
  const { holder } = aHolder(key.publicKey);
  const clock = aClock();
  const locked = {
    sign: async () => {
      throw new DOMException("locked", "NotAllowedError");
    },
  };
  const seen = await first(3, lp.liveCodes(holder, locked, { clock }));
  for (const { kind, failure } of seen.slice(1)) {
    assert.equal(kind, "waiting");
    assert.equal(failure.name, "NotAllowedError");
  }
  assert.ok(clock.millis >= 1000);
});

test("the codes go on with the next credential", async () => {
  const key = await lp.DeviceKey.generate();
  const side = issuerAndTrust();
  const holder = new lp.Holder(key.publicKey);
  const accept = (lifetime, now) => {
    const prepared = side.issuer.prepareCredential(
      lp.permit("BJ-7F3A9C2E", CLASS), key.publicKey, { backdate: 0, lifetime }, now,
    );
    holder.accept(side.key.sign(prepared).bytes, side.trust, now);
  };
  accept(25, NOW);
  const clock = aClock();
  let last = 0;
  await first(8, lp.liveCodes(holder, key, { clock }), (screen) => {
    if (screen.kind !== "code") return;
    if (last === 0) accept(86_400, NOW + 1);
    last = clock.millis;
    const admission = aGate(side.trust).admit(screen.token.qrText, clock.wall());
    assert.equal(admission.kind, "admitted");
  });
  assert.ok(last > 25_000, `the last code came after ${last} ms`);
});

test("a wallet without a credential shows that it has ended", async () => {
  const key = await lp.DeviceKey.generate();
  const [only, ...more] = await first(9, lp.liveCodes(new lp.Holder(key.publicKey), key));
  assert.equal(only.kind, "ended");
  assert.deepEqual(more, []);
});

test("a signal ends the codes, also while they wait", async () => {
  const key = await lp.DeviceKey.generate();
  const { holder } = aHolder(key.publicKey, issuerAndTrust(), lp.secondsNow());
  const stop = new AbortController();
  const kinds = [];
  for await (const { kind } of lp.liveCodes(holder, key, { signal: stop.signal })) {
    kinds.push(kind);
    if (kind === "code") setTimeout(() => stop.abort(), 20);
  }
  assert.deepEqual(kinds, ["waiting", "code"]);
});
