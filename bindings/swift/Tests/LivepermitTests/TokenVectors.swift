import Foundation
import Livepermit
import Support

// Groups of type VerifyToken, GateCode and PublicKey.

func runToken(group: Json, test: Json) throws {
    let trust = try trustOf(group)
    let rules = try group.inner("policy")
    let verifier = try Verifier(
        trust: trust, policy: policyOf(rules, gate: rules.text("gate")),
        statusLists: listsOf(group, trust: trust))
    let now = try test.number("now")
    let challenge = try test["challenge"].map { try challengeOf($0) }
    var verdicts: [Verdict] = []
    if let text = test.maybeText("text") {
        verdicts.append(try verifier.verify(text: text, now: now, challenge: challenge))
    }
    if test.has("token") {
        let bytes = try test.bytes("token")
        verdicts.append(try verifier.verifyBytes(token: bytes, now: now, challenge: challenge))
        if try test.text("result") == "valid" {
            let token = try readToken(bytes: bytes)
            for text in [token.qrText, token.linkText] {
                verdicts.append(try verifier.verify(text: text, now: now, challenge: challenge))
            }
        }
    }
    if verdicts.isEmpty { throw Mismatch("there is neither token nor text") }
    for verdict in verdicts {
        switch verdict {
        case .accepted(let verified):
            try same("result", "valid", test.text("result"))
            try same("verdict", describe(verified), test["verdict"] ?? .object([:]))
        case .refused(let rejection):
            try same("result", "invalid", test.text("result"))
            try isRefused(test, by: rejection)
        }
    }
}

func isRefused(_ test: Json, by rejection: Rejection) throws {
    try same("code", rejection.code, test.text("code"))
    try same("stage", rejection.stage, test.text("stage"))
    try isMalformed(test, evidence: rejection.evidence)
}

func isMalformed(_ test: Json, evidence: Evidence) throws {
    guard let wanted = test["malformed"] else { return }
    if case .malformed(let layer, let flaw, _) = evidence {
        try same("layer", layer, wanted.text("layer"))
        try same("flaw", flaw, wanted.text("flaw"))
    }
}

private func describe(_ verified: Verified) -> Json {
    Json.fields([
        "form": .text(nameOf(verified.form, forms)),
        "issuer": .text(verified.issuer),
        "subject": .text(verified.subject),
        "class": .text(verified.permitClass),
        "keyId": .text(hex(verified.keyId)),
        "audience": jsonText(verified.audience),
        "challengeAnswered": .truth(verified.challengeAnswered),
        "issuedAt": .number(verified.issuedAt),
        "liveUntil": .number(verified.liveUntil),
        "window": .number(verified.window),
        "credential": verified.credential.map { facts in
            Json.fields([
                "notBefore": .number(facts.notBefore),
                "expires": .number(facts.expires),
                "deviceKey": .text(hex(facts.deviceKey)),
            ])
        },
        "person": verified.person.map { person in
            Json.fields([
                "fullName": .text(person.fullName),
                "birthDate": jsonText(person.birthDate),
            ])
        },
        "status": verified.status.map { status in
            Json.fields(["uri": .text(status.uri), "index": .text("\(status.index)")])
        },
        "acting": verified.acting.map { acting in
            Json.fields([
                "role": .text(acting.role),
                "representative": .text(acting.representative),
            ])
        },
        "checkNumber": jsonText(verified.checkNumber),
        "application": .text(hex(verified.application)),
        "cautions": jsonTexts(verified.cautions.map { $0.code }),
        "permitId": .text(hex(verified.permitId)),
        "keepUntil": .number(verified.keepUntil),
    ])
}

func runGateCode(group: Json, test: Json) throws {
    let code: GateCode
    do {
        code = try readGateCode(text: test.text("text"))
    } catch LivepermitError.Failed(let found, _, _, _) {
        try same("result", "invalid", test.text("result"))
        try same("code", found, test.text("code"))
        return
    }
    try same("result", "valid", test.text("result"))
    let facts: Json
    let again: String
    switch code {
    case .ofGate(let gate):
        facts = Json.fields(["gate": .text(gate)])
        again = try gateNameQrText(gate: gate)
    case .question(let asked):
        facts = Json.fields([
            "gate": .text(asked.gate),
            "nonce": .text(hex(asked.nonce)),
            "expires": .number(asked.expires),
        ])
        again = try challengeQrText(challenge: asked)
    }
    try same("gate code", facts, test.inner("gateCode"))
    try same("text", again, test.text("text"))
}

func runKey(group: Json, test: Json) throws {
    let cose = try test.text("coseKey")
    let key: PublicKey
    do {
        key = try keyOf(cose)
    } catch is LivepermitError {
        try same("result", "invalid", test.text("result"))
        return
    }
    try same("result", "valid", test.text("result"))
    let wanted = try test.inner("key")
    try same("again", hex(key.toCoseKey()), cose)
    try same("algorithm", nameOf(key.algorithm(), algorithms), wanted.text("algorithm"))
    try same("point", hex(key.toPoint()), wanted.text("point"))
    try same("thumbprint", hex(key.thumbprint()), wanted.text("thumbprint"))
    try same("key id", hex(key.thumbprint().prefix(8)), wanted.text("keyId"))
    try same("spki", hex(key.toSpkiDer()), wanted.text("spki"))
    let ways = [
        try PublicKey.fromSpkiDer(der: wanted.bytes("spki")),
        try PublicKey.fromSpkiPem(pem: key.toSpkiPem()),
        try PublicKey.fromPoint(bytes: wanted.bytes("point")),
    ]
    for way in ways { try same("another way", hex(way.toCoseKey()), cose) }
    if wanted.has("private") {
        let bytes = try wanted.bytes("private")
        let owner: SecretKey
        if key.algorithm() == .esp256 {
            owner = try SecretKey.fromP256Scalar(bytes: bytes)
        } else {
            owner = try SecretKey.fromEd25519Seed(seed: bytes)
        }
        try same("the public half", hex(owner.publicKey().toCoseKey()), cose)
    }
}
