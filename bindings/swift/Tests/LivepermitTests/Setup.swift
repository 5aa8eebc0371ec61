import Foundation
import Livepermit
import Support

// Keys, policies and lists from the fields of a group.

let algorithms: [String: Algorithm] = ["Ed25519": .ed25519, "EdDSA": .edDsa, "ESP256": .esp256]
let forms: [String: Form] = [
    "pass": .pass, "credential": .credential, "presentation": .presentation, "slip": .slip,
]
let uses: [String: Use] = [
    "credential": .credential, "pass": .pass, "slip": .slip, "status": .status,
]

func known<Value>(_ word: String, _ table: [String: Value]) throws -> Value {
    guard let value = table[word] else { throw Mismatch("no such word is known: \(word)") }
    return value
}

func nameOf<Value: Equatable>(_ value: Value, _ table: [String: Value]) -> String {
    table.first { $0.value == value }?.key ?? "unknown"
}

func jsonText(_ text: String?) -> Json? {
    text.map { Json.text($0) }
}

func jsonNumber(_ number: Int64?) -> Json? {
    number.map { Json.number($0) }
}

func jsonTexts(_ texts: [String]) -> Json {
    .array(texts.map { Json.text($0) })
}

func keyOf(_ cose: String) throws -> PublicKey {
    try PublicKey.fromCoseKey(bytes: unhex(cose))
}

func trustedKey(_ entry: Json) throws -> TrustedKey {
    TrustedKey(
        issuer: try entry.text("issuer"),
        key: try keyOf(entry.text("key")),
        keyId: try entry.bytes("keyId"),
        algorithm: try known(entry.text("algorithm"), algorithms),
        uses: try entry.texts("uses").map { try known($0, uses) },
        classes: entry.texts("classes"),
        notBefore: try entry.number("notBefore"),
        signUntil: try entry.number("signUntil"),
        expires: try entry.number("expires"))
}

func describe(_ key: TrustedKey) -> Json {
    Json.fields([
        "issuer": .text(key.issuer),
        "keyId": jsonText(key.keyId.map { hex($0) }),
        "key": .text(hex(key.key.toCoseKey())),
        "algorithm": .text(nameOf(key.algorithm, algorithms)),
        "uses": jsonTexts(key.uses.map { nameOf($0, uses) }),
        "classes": jsonTexts(key.classes),
        "notBefore": jsonNumber(key.notBefore),
        "signUntil": jsonNumber(key.signUntil),
        "expires": jsonNumber(key.expires),
    ])
}

/// The keys of a group: from a signed list where there is one.
func trustOf(_ group: Json) throws -> Trust {
    let named = try Trust(keys: group.list("trust").map { try trustedKey($0) })
    guard let signed = group["trustList"] else { return named }
    let root = try keyOf(signed.text("root"))
    let anchor = try TrustAnchor(name: signed.text("name"), roots: [root], lowestVersion: 0)
    let skew = try group.inner("policy").number("skew")
    let list = try anchor.accept(
        list: signed.bytes("list"), now: signed.number("accepted"), skew: skew)
    try same("trust", list.trust.keys().map { describe($0) }, named.keys().map { describe($0) })
    try same("end", list.expires, signed.number("expires"))
    return list.trust
}

func listsOf(_ group: Json, trust: Trust) throws -> [StatusList] {
    try group.list("statusLists").map { signed in
        try StatusList.accept(
            list: signed.bytes("list"), trust: trust, now: signed.number("accepted"),
            skew: group.inner("policy").number("skew"), held: [], limits: defaultStatusLimits())
    }
}

func policyOf(_ rules: Json, gate: String) throws -> Policy {
    var revocation = RevocationPolicy.notChecked
    let lookUp = try rules.inner("revocation")
    if lookUp != .text("not-checked") {
        revocation = .required(
            maxAge: try lookUp.number("maxAge"), grace: try lookUp.number("grace"))
    }
    var made = policy(gate: gate, classes: rules.texts("classes"), revocation: revocation)
    if try rules.text("audience") == "own" { made.audience = .own }
    made.forms = try rules.texts("forms").map { try known($0, forms) }
    if try rules.text("challenge") == "required" { made.challenge = .required }
    if try rules.text("acting") == "accepted" { made.acting = .accepted }
    made.dangerousStatusExempt = rules.texts("statusExempt")
    made.window = try rules.number("window")
    made.skew = try rules.number("skew")
    made.maxCredentialAge = try rules.number("maxCredentialAge")
    return made
}

func challengeOf(_ question: Json) throws -> Challenge {
    Challenge(
        gate: try question.text("gate"), nonce: try question.bytes("nonce"),
        expires: try question.number("expires"))
}

func retentionOf(_ settings: Json) throws -> Retention {
    Retention(
        largestWindow: try settings.number("largestWindow"),
        largestSkew: try settings.number("largestSkew"),
        clockDifference: try settings.number("clockDifference"),
        longestCoolDown: try settings.number("longestCoolDown"),
        oldMaster: settings.maybeNumber("oldMaster"))
}
