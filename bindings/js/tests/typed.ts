// A gate and a wallet as programs write them that are checked by `tsc --strict`.

import {
  type Admission, Gate, gateSettings, type GateStorage, Issuer, LivepermitError, loadIssuer, permit,
  policy, SecretKey, Store, Trust, defaultRetention, readToken, drawQr,
} from "livepermit/issuer";
import { DeviceKey, Holder, liveCodes, type LiveScreen, loadHolder } from "livepermit/holder";

const CLASS = "bj.example:residence";

export function instruction(gate: Gate, code: string, now: number): string {
  const admission: Admission = gate.admit(code, now);
  switch (admission.kind) {
    case "admitted":
      return admission.cautions.reduce(
        (said, { instruction }) => `${said} ${instruction}`, admission.verified.subject,
      );
    case "refused":
      return admission.rejection.instruction;
  }
}

export function codeOf(error: unknown): string {
  return error instanceof LivepermitError ? error.code : "unknown";
}

export async function show(wallet: Holder, key: DeviceKey): Promise<string[]> {
  await loadHolder();
  const seen: string[] = [];
  for await (const screen of liveCodes(wallet, key)) seen.push(said(screen));
  return seen;
}

function said(screen: LiveScreen): string {
  switch (screen.kind) {
    case "code":
      return drawQr(screen.token.qrText, "medium").toSvg();
    case "waiting":
      return String(screen.failure ?? "a moment");
    case "not-yet-valid":
      return `from ${screen.from}`;
    case "ended":
      return `until ${screen.at}`;
  }
}

export async function main(storage: GateStorage): Promise<string> {
  await loadIssuer();
  const now = Math.floor(Date.now() / 1000);
  const key = SecretKey.generateEd25519();
  const issuer = new Issuer("bj.example", key.publicKey);
  const token = key.sign(issuer.preparePass(permit("BJ-7F3A9C2E", CLASS), undefined, now));
  const trust = new Trust([
    {
      issuer: "bj.example", key: key.publicKey, algorithm: "Ed25519", uses: ["pass"],
      classes: [CLASS],
    },
  ]);
  const rules = policy("gate-3", [CLASS], { kind: "not-checked" });
  const store = Store.inMemoryForTheFirstTime(100, defaultRetention());
  const gate = new Gate(gateSettings(rules), trust, [], store);
  await storage.step({ names: [] }, ({ records }) => ({ result: records }));
  return instruction(gate, token.qrText, now);
}

// What the compiler must find, or it complains about the comments.
// @ts-expect-error: no such method
export const misspelt = () => drawQr("A", "low").toSgv();
// @ts-expect-error: bytes, not text
export const otherType = () => readToken("LP1:");
// @ts-expect-error: no u64 in the surface
export const big = (gate: Gate) => gate.admit("LP1:", 5n);
// @ts-expect-error: there is no default
export const missing = () => policy("gate-3", [CLASS]);
