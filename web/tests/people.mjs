// An issuer and visitors with phones, in Node: their codes become films.

import * as lp from "livepermit/issuer";

import { START } from "./kit.mjs";

/** When tests begin, in seconds. */
export const NOW = START.wall / 1000;
export const CLASS = "issuer.example:visitor";
const STATUS = "https://issuer.example/status";

await lp.loadIssuer();
const key = lp.SecretKey.fromEd25519Seed(new Uint8Array(32).fill(9));
export const issuerKey = key.publicKey;
const issuer = new lp.Issuer("issuer.example", key.publicKey);
const trusted = {
  issuer: "issuer.example", key: key.publicKey, algorithm: "Ed25519",
  uses: ["credential", "pass", "slip", "status"], classes: [CLASS],
};

/** What a gate is told, with numbers in the place of bytes, so that it can be sent to a page. */
export function setup(more = {}) {
  const { policy = {}, ...rest } = more;
  return {
    policy: {
      gate: "gate-3", classes: [CLASS], revocation: { kind: "required", maxAge: 3600, grace: 0 },
      ...policy,
    },
    trust: { kind: "keys", keys: [{ ...trusted, key: [...key.publicKey.coseKey] }] },
    ...rest,
  };
}

let visitors = 0;

/** A visitor with a phone. `code(at)` is the text on the screen when its clock shows `at`. */
export async function visitor(permit = {}, since = NOW) {
  visitors += 1;
  const number = `V-${String(visitors).padStart(4, "0")}`;
  const phone = await lp.DeviceKey.generate();
  const holder = new lp.Holder(phone.publicKey);
  const index = visitors;
  const content = { ...lp.permit(number, CLASS), status: { uri: STATUS, index }, ...permit };
  const prepared = issuer.prepareCredential(
    content, phone.publicKey, lp.defaultValidity(), since,
  );
  holder.accept(key.sign(prepared).bytes, new lp.Trust([trusted]), since);
  const code = async (at = since, recipient = { kind: "anyone" }) =>
    (await phone.sign(holder.prepare(recipient, at))).qrText;
  return { number, index, code };
}

/** The text of a printed slip. */
export function slip(name = "张伟", at = NOW) {
  visitors += 1;
  const permit = {
    ...lp.permit(`S-${visitors}`, CLASS), person: { fullName: name, birthDate: "19490731" },
    status: { uri: STATUS, index: visitors },
  };
  const prepared = issuer.prepareSlip(permit, "204718", at - 3600, at + 86_400);
  return key.sign(prepared).qrText;
}

/** A status list in which these entries are withdrawn. */
export function statusList(withdrawn = [], at = NOW, uri = STATUS) {
  const list = lp.StatusListBuilder.create(uri, 1, 1024);
  for (const index of withdrawn) list.set(index, 1);
  return key.sign(list.prepare(issuer, at, at + 86_400));
}

/** A code as a camera films it. */
export function filmed(text) {
  const picture = lp.drawQr(text);
  return { width: picture.width, modules: [...picture.modules()] };
}

/** The text with one bit turned over. */
export function forged(text) {
  const bytes = lp.readTokenText(text).bytes.slice();
  bytes[bytes.length - 1] ^= 1;
  return lp.readToken(bytes).qrText;
}
