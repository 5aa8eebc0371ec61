import Foundation
import Livepermit

// The README shows these functions word for word. `grammar/check.py` compares them, and
// `PackageTests` runs them.

// The issuer: its private key stays on its server.
func issue(issuerKey: SecretKey, phone: PublicKey, now: Int64) throws -> Data {
    let issuer = try Issuer(name: "bj.example", key: issuerKey.publicKey())
    let made = permit(subject: "BJ-7F3A9C2E", permitClass: "bj.example:residence")
    let prepared = try issuer.prepareCredential(
        permit: made, deviceKey: phone, validity: defaultValidity(), now: now)
    return try prepared.sign(key: issuerKey).bytes
}

// The phone, while its screen is visible: a new code every ten seconds.
func show(wallet: Holder, key: any DeviceKey, paint: (String) -> Void) async throws {
    for try await screen in wallet.liveCodes(key: key) {
        switch screen {
        case .code(let token, _): paint(try drawQr(text: token.qrText, level: .medium).toSvg())
        case .waiting: paint("one moment")
        case .notYetValid(let from): paint("valid from \(from)")
        case .ended: paint("fetch the next credential")
        }
    }
}

// The gate: it knows the issuer's public key, and needs no network.
func gate(issuerKey: PublicKey) throws -> Gate {
    let key = TrustedKey(
        issuer: "bj.example", key: issuerKey, keyId: nil, algorithm: .ed25519,
        uses: [.credential], classes: ["bj.example:residence"],
        notBefore: nil, signUntil: nil, expires: nil)
    let rules = policy(
        gate: "gate-3", classes: ["bj.example:residence"], revocation: .notChecked)
    let store = try Store.inMemoryForTheFirstTime(
        permits: 100_000, retention: defaultRetention())
    return try Gate(
        settings: gateSettings(policy: rules), trust: Trust(keys: [key]), statusLists: [],
        store: store)
}

func answer(gate: Gate, code: String, now: Int64) throws -> String {
    switch try gate.admit(text: code, now: now) {
    case .admitted(let verified, _): return "come in, \(verified.subject)"
    case .refused(let rejection): return rejection.instruction
    }
}
