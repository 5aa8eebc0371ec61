// A page with `<permit-code>` and `<permit-challenge>`: credentials come from the module for
// issuers, and the test drives the elements by `window.page`.

import {
  DeviceKey,
  defaultValidity,
  gateSettings,
  Gate,
  Holder,
  Issuer,
  loadGate,
  loadIssuer,
  permit,
  policy,
  SecretKey,
  Store,
  defaultRetention,
  Trust,
  type Signer,
} from "livepermit/issuer";

import "../../components/src/challenge/permit-challenge.js";
import "../../components/src/code/permit-code.js";
import { clock } from "../../components/src/clock.js";

const CLASS = "bj.example:residence";

await Promise.all([loadGate(), loadIssuer()]);
const issuerKey = SecretKey.fromEd25519Seed(new Uint8Array(32).fill(7));
const issuer = new Issuer("bj.example", issuerKey.publicKey);
const trust = new Trust([
  {
    issuer: "bj.example", key: issuerKey.publicKey, algorithm: "Ed25519",
    uses: ["credential", "pass"], classes: [CLASS],
  },
]);
const key = await DeviceKey.generate();
const holder = new Holder(key.publicKey);
const rules = policy("gate-3", [CLASS], { kind: "not-checked" });
const gate = new Gate(
  gateSettings(rules), trust, [], Store.inMemoryForTheFirstTime(1000, defaultRetention()),
);

const code = document.createElement("permit-code");
const challenge = document.createElement("permit-challenge");
const events: { name: string; detail: unknown }[] = [];
let failing: { code?: string; name?: string } | undefined;
let slow = 0;
let asked = 0;

const signer: Signer = {
  sign: async (prepared) => {
    if (failing !== undefined) throw failing;
    asked += 1;
    await clock.sleep(slow);
    return key.sign(prepared);
  },
};
for (const name of ["permit-state", "permit-renew", "permit-clock"] as const) {
  code.addEventListener(name, ({ detail }: CustomEvent) => {
    const { kind, ...rest } = (detail as { kind?: string } | undefined) ?? {};
    events.push({ name, detail: name === "permit-state" ? kind : rest });
  });
}
document.querySelector("main")?.append(code);

const page = {
  events,
  /** Lets the wallet accept a credential from now on. */
  renew(lifetime = defaultValidity().lifetime): void {
    const validity = { ...defaultValidity(), lifetime };
    const prepared = issuer.prepareCredential(
      permit("BJ-7F3A9C2E", CLASS), key.publicKey, validity, clock.wall(),
    );
    holder.accept(issuerKey.sign(prepared).bytes, trust, clock.wall());
  },
  show(): void {
    code.source = { holder, key: signer };
  },
  fail(how: typeof failing): void {
    failing = how;
  },
  /** How often a signature was asked for. */
  asked: () => asked,
  /** So many milliseconds a signature takes from now on. */
  slow(millis: number): void {
    slow = millis;
  },
  /** What a gate says to the code on the screen. */
  admit(): string | undefined {
    const { state } = code;
    if (state.kind !== "code") return undefined;
    const admission = gate.admit(state.token.qrText, clock.wall());
    return admission.kind === "admitted" ? "admitted" : admission.rejection.code;
  },
  ask(digits: boolean): void {
    const nonce = digits ? new TextEncoder().encode("042917") : new Uint8Array(16).fill(5);
    challenge.addEventListener("permit-over", () => events.push({ name: "over", detail: "" }));
    challenge.question = { gate: "gate-3", nonce, expires: clock.wall() + 30 };
    code.remove();
    document.querySelector("main")?.append(challenge);
  },
  /** How far the ring stays away from what readers need, in modules. */
  ringGap(): number {
    const root = code.shadowRoot ?? challenge.shadowRoot;
    const box = (selector: string) => root?.querySelector(selector)?.getBoundingClientRect();
    const [ring, dark, whole] = [box(".ring"), box(".dark"), box(".picture")];
    if (!ring || !dark || !whole) return -1;
    const side = Number(root?.querySelector("svg")?.getAttribute("viewBox")?.split(" ")[2]);
    const module = whole.width / side;
    // The outline runs in the middle of the ring.
    return (dark.left - ring.left) / module - 0.5;
  },
  text: () => [code, challenge].map((one) => one.shadowRoot?.textContent ?? "").join("|"),
};

declare global {
  interface Window {
    page: typeof page;
  }
}
window.page = page;
