// What pages and workers of a gate do. All have the same issuer, whose key is no secret.

import * as lp from "/livepermit/issuer.js";

const CLASS = "bj.example:residence";
await Promise.all([lp.loadGate(), lp.loadIssuer()]);
const key = lp.SecretKey.fromEd25519Seed(new Uint8Array(32).fill(7));
const issuer = new lp.Issuer("bj.example", key.publicKey);
const trust = new lp.Trust([
  {
    issuer: "bj.example", key: key.publicKey, algorithm: "Ed25519", uses: ["credential", "pass"],
    classes: [CLASS],
  },
]);
const settings = lp.gateSettings(lp.policy("gate-3", [CLASS], { kind: "not-checked" }));

const aGate = () => {
  const store = lp.Store.inMemoryForTheFirstTime(100, lp.defaultRetention());
  return new lp.Gate(settings, trust, [], store);
};

export async function madeAndVerified() {
  const now = lp.secondsNow();
  const device = await lp.DeviceKey.generate();
  const permit = lp.permit("BJ-7F3A9C2E", CLASS);
  const credential = key.sign(
    issuer.prepareCredential(permit, device.publicKey, lp.defaultValidity(), now),
  );
  const wallet = new lp.Holder(device.publicKey);
  wallet.accept(credential.bytes, trust, now);
  const { qrText } = await device.sign(wallet.prepare({ kind: "anyone" }, now));
  const gate = aGate();
  const { kind } = gate.admit(qrText, now);
  const again = gate.admit(qrText, now + 10).rejection?.code;

  // Painted as a screen does, and seen as a camera does.
  const picture = await createImageBitmap(new Blob([lp.drawQr(qrText).toPng(5)]));
  const { width, height } = picture;
  const paper = new OffscreenCanvas(width, height).getContext("2d");
  paper.drawImage(picture, 0, 0);
  const { data } = paper.getImageData(0, 0, width, height);
  const camera = new lp.GateScanner(aGate());
  const frame = { width, height, stride: width * 4, layout: "rgba" };
  const events = [now, now + 1].flatMap((at) => camera.scan(data, frame, at));
  return { code: kind, again, frame: events.map((event) => event.kind) };
}

let lane;

export async function openLane(isFirst) {
  lane = await lp.KeptGate.open({
    storage: new lp.IndexedDbStorage(), settings, trust: { keys: trust },
  });
  if (isFirst) await lane.goOn("nothing-was-admitted");
}

export const aPass = (subject) =>
  key.sign(issuer.preparePass(lp.permit(subject, CLASS), undefined, lp.secondsNow())).qrText;

export async function admit(code) {
  const admission = await lane.admit(code);
  return admission.kind === "admitted" ? "admitted" : admission.rejection.code;
}
