// A gate whose memory survives: reloads, crashes, other pages, a storage that fails or is gone.

import assert from "node:assert/strict";
import test, { before } from "node:test";

import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import * as lp from "livepermit/issuer";

import {
  aHolder, ANYONE, aPass, CLASS, frameOf, issuerAndTrust, NOW, rules, trusted,
} from "./setup.mjs";

before(async () => {
  globalThis.IDBKeyRange = IDBKeyRange;
  await Promise.all([lp.loadGate(), lp.loadIssuer()]);
});

const FIRST_TIME = "nothing-was-admitted";

const storages = {
  "in memory": () => {
    const storage = new lp.MemoryStorage();
    return () => storage;
  },
  "in IndexedDB": () => {
    const indexedDB = new IDBFactory();
    // Each page has a connection of its own.
    return () => new lp.IndexedDbStorage({ indexedDB });
  },
};

/** A gate of a new page. */
function reload(storage, trust, time = { now: NOW }, more = {}) {
  const kept = trust instanceof lp.Trust ? { keys: trust } : trust;
  const settings = more.settings ?? lp.gateSettings(rules());
  return lp.KeptGate.open({
    storage, settings, trust: kept, clock: () => time.now, ...more,
  });
}

for (const [where, open] of Object.entries(storages)) {
  test(`used codes survive a reload (${where})`, async () => {
    const side = issuerAndTrust();
    const page = open();
    const time = { now: NOW };
    const gate = await reload(page(), side.trust, time);
    await gate.goOn(FIRST_TIME);
    const code = aPass(side).qrText;
    assert.equal((await gate.admit(code)).kind, "admitted");
    time.now += 10;
    const after = await reload(page(), side.trust, time);
    assert.equal((await after.admit(code)).rejection.code, "already-used");
    assert.equal(after.lane.clockState().lastAdmission, NOW);
    const other = aPass(side, "BJ-2", time.now).qrText;
    assert.equal((await after.admit(other)).kind, "admitted");
  });

  test(`a storage without memory stays closed, then opens (${where})`, async () => {
    const side = issuerAndTrust();
    const time = { now: NOW };
    const gate = await reload(open()(), side.trust, time);
    const refused = await gate.admit(aPass(side).qrText);
    assert.equal(refused.rejection.code, "forgotten");
    const { outOfOrderUntil, loss } = gate.health();
    assert.equal(loss, "no-state");
    assert.ok(outOfOrderUntil > NOW && outOfOrderUntil < NOW + 200);
    time.now = outOfOrderUntil;
    const admission = await gate.admit(aPass(side, "BJ-1", time.now).qrText);
    assert.equal(admission.kind, "admitted");
  });

  test(`frames of a camera use codes up, also over a reload (${where})`, async () => {
    const side = issuerAndTrust();
    const page = open();
    const time = { now: NOW };
    const gate = await reload(page(), side.trust, time);
    await gate.goOn(FIRST_TIME);
    const { luma, frame } = frameOf(aPass(side).qrText);
    const kinds = async (gate) => (await gate.scan(luma, frame)).map(({ kind }) => kind);
    assert.deepEqual(await kinds(gate), ["entered"]);
    assert.deepEqual(await kinds(gate), ["held"]);
    // What the camera let in, nobody lets in by text.
    time.now += 5;
    assert.equal((await gate.admit(aPass(side).qrText)).rejection.code, "already-used");
    const [said] = await (await reload(page(), side.trust, time)).scan(luma, frame);
    assert.equal(said.rejection.code, "already-used");
  });

  test(`a new memory waits from its first question on, visitor or not (${where})`, async () => {
    const side = issuerAndTrust();
    const page = open();
    const time = { now: NOW };
    const gate = await reload(page(), side.trust, time);
    assert.equal(gate.health().outOfOrderUntil, undefined, "nobody asked yet");
    await gate.keepAlive();
    const { outOfOrderUntil, loss } = gate.health();
    assert.ok(outOfOrderUntil > NOW);
    assert.equal(loss, "no-state");
    // Asked again, also by another page, the wait does not begin anew.
    time.now += 30;
    const other = await reload(page(), side.trust, time);
    await Promise.all([gate.keepAlive(), other.keepAlive()]);
    assert.equal(gate.health().outOfOrderUntil, outOfOrderUntil);
    assert.equal(other.health().outOfOrderUntil, outOfOrderUntil);
    time.now = outOfOrderUntil;
    assert.equal((await other.admit(aPass(side, "BJ-1", time.now).qrText)).kind, "admitted");
  });

  test(`two pages that race for one code get one admission (${where})`, async () => {
    const side = issuerAndTrust();
    const page = open();
    const [one, two] = [await reload(page(), side.trust), await reload(page(), side.trust)];
    await one.goOn(FIRST_TIME);
    for (let number = 0; number < 20; number++) {
      const code = aPass(side, `BJ-${number}`).qrText;
      const both = await Promise.all([one.admit(code), two.admit(code), two.admit(code)]);
      assert.equal(both.filter(({ kind }) => kind === "admitted").length, 1);
    }
  });

  test(`a crash between both halves uses the code up (${where})`, async () => {
    const side = issuerAndTrust();
    const page = open();
    const time = { now: NOW };
    const storage = page();
    const gate = await reload(storage, side.trust, time);
    await gate.goOn(FIRST_TIME);
    const dying = {
      step: async (wanted, change) => {
        await storage.step(wanted, change);
        return new Promise(() => {}); // The page is gone.
      },
    };
    const code = aPass(side).qrText;
    const unfinished = await reload(storage, side.trust, time).then(() =>
      lp.KeptGate.open({
        storage: { step: storage.step.bind(storage) },
        settings: lp.gateSettings(rules()), trust: { keys: side.trust }, clock: () => time.now,
      }),
    );
    const crashed = await lp.KeptGate.open({
      storage: {
        opened: false,
        step(wanted, change) {
          const target = this.opened ? dying : storage;
          this.opened = true;
          return target.step(wanted, change);
        },
      },
      settings: lp.gateSettings(rules()), trust: { keys: side.trust }, clock: () => time.now,
    });
    const never = crashed.admit(code);
    const first = await Promise.race([never, new Promise((done) => setTimeout(done, 50, "gone"))]);
    assert.equal(first, "gone");
    time.now += 10;
    for (const later of [unfinished, await reload(page(), side.trust, time)]) {
      assert.equal((await later.admit(code)).rejection.code, "already-used");
    }
  });

  test(`lists survive a reload, and older ones stay refused (${where})`, async () => {
    const side = issuerAndTrust();
    const root = lp.SecretKey.generateEd25519();
    const list = (version, now) =>
      root.sign(
        lp.prepareTrustList(
          { name: "bj", version, keys: [trusted(side.key.publicKey)] },
          root.publicKey, now, now + 86_400,
        ),
      );
    const anchor = { name: "bj", roots: [root.publicKey], lowestVersion: 0 };
    const entries = lp.StatusListBuilder.create("https://s.bj.example/1", 1, 1024);
    const status = entries.allocate();
    const revocation = { kind: "required", maxAge: 3600, grace: 0 };
    const settings = lp.gateSettings(lp.policy("gate-3", [CLASS], revocation));
    const page = open();
    const time = { now: NOW };
    const gate = await reload(page(), anchor, time, { settings });
    await gate.goOn(FIRST_TIME);
    const pass = (number) => {
      const permit = { ...lp.permit(`BJ-${number}`, CLASS), status };
      return side.key.sign(side.issuer.preparePass(permit, undefined, time.now)).qrText;
    };
    assert.equal((await gate.admit(pass(1))).kind, "refused");
    await gate.acceptTrustList(list(7, NOW));
    await gate.acceptStatusList(side.key.sign(entries.prepare(side.issuer, NOW, NOW + 3600)));
    assert.equal((await gate.admit(pass(2))).kind, "admitted");

    const after = await reload(page(), anchor, time, { settings });
    assert.equal((await after.admit(pass(3))).kind, "admitted");
    assert.equal(after.lane.clockState().floor, NOW);
    await assert.rejects(after.acceptTrustList(list(6, NOW)), { code: "list-older" });
    time.now += 10;
    entries.set(status.index, 1);
    const newer = side.key.sign(entries.prepare(side.issuer, time.now, time.now + 3600));
    await after.acceptStatusList(newer);
    assert.equal((await after.admit(pass(4))).rejection.code, "revoked");
    const older = side.key.sign(entries.prepare(side.issuer, NOW + 5, NOW + 3600));
    const last = await reload(page(), anchor, time, { settings });
    await assert.rejects(last.acceptStatusList(older), { code: "list-older" });
    assert.equal((await last.admit(pass(5))).rejection.code, "revoked");
  });

  test(`what is over is removed, and a full storage says so (${where})`, async () => {
    const side = issuerAndTrust();
    const page = open();
    const time = { now: NOW };
    const gate = await reload(page(), side.trust, time, { permits: 2 });
    await gate.goOn(FIRST_TIME);
    const admit = async (subject) => gate.admit(aPass(side, subject, time.now).qrText);
    assert.equal((await admit("BJ-1")).kind, "admitted");
    assert.equal((await admit("BJ-2")).kind, "admitted");
    assert.equal((await admit("BJ-3")).kind, "refused");
    time.now += 3600;
    // The first attempt removes what is over; the next one has room.
    await admit("BJ-4");
    assert.equal((await admit("BJ-5")).kind, "admitted");
    const left = await page().step({ names: [] }, ({ records }) => ({ result: records }));
    assert.ok(left <= 2, `${left} records`);
  });
}

test("a storage that fails, or that comes back older, admits nobody", async () => {
  const side = issuerAndTrust();
  const memory = new lp.MemoryStorage();
  let present = memory;
  const storage = { step: (wanted, change) => present.step(wanted, change) };
  const gate = await reload(storage, side.trust);
  await gate.goOn(FIRST_TIME);
  assert.equal((await gate.admit(aPass(side, "BJ-1").qrText)).kind, "admitted");
  present = { step: () => Promise.reject(new Error("quota")) };
  const away = await gate.admit(aPass(side, "BJ-2").qrText);
  assert.equal(away.rejection.code, "store-unreachable");
  assert.match(gate.storeFailure, /quota/);
  // The browser removed the storage under a page that knows more.
  present = new lp.MemoryStorage();
  await gate.keepAlive();
  assert.equal(gate.storeFailure, undefined);
  assert.equal((await gate.admit(aPass(side, "BJ-3").qrText)).kind, "refused");
  assert.ok(gate.health().outOfOrderUntil > NOW);
  await assert.rejects(gate.acceptTrustList(new Uint8Array(1)), { code: "no-root" });
});

test("a phone's code is admitted by a kept gate once", async () => {
  const key = await lp.DeviceKey.generate();
  const { holder, trust } = aHolder(key.publicKey);
  const gate = await reload(new lp.MemoryStorage(), trust);
  await gate.goOn(FIRST_TIME);
  const { qrText } = await key.sign(holder.prepare(ANYONE, NOW));
  assert.equal((await gate.admit(qrText)).kind, "admitted");
  assert.notEqual((await gate.admit(qrText)).kind, "admitted");
});
