import Foundation
import Livepermit
import Support

// Makes codes that programs in other languages admit, and admits theirs: `exchange make FILE`,
// `exchange admit FILE`, `exchange cost FILE CALLS [KIND]`. KIND is the code that is verified:
// `ed25519` (unless said), `p256` or `pass`.

let residence = "bj.example:residence"

func trustOf(_ key: PublicKey) throws -> Trust {
    let trusted = TrustedKey(
        issuer: "bj.example", key: key, keyId: nil, algorithm: .ed25519,
        uses: [.credential, .pass], classes: [residence],
        notBefore: nil, signUntil: nil, expires: nil)
    return try Trust(keys: [trusted])
}

func make() throws -> String {
    let now = Int64(Date().timeIntervalSince1970)
    let key = try SecretKey.generateEd25519()
    let issuer = try Issuer(name: "bj.example", key: key.publicKey())
    let pass = permit(subject: "pass", permitClass: residence)
    var codes = [
        "pass": try issuer.preparePass(permit: pass, audience: nil, now: now).sign(key: key).qrText
    ]
    let devices = [
        "ed25519": try SecretKey.generateEd25519(), "p256": try SecretKey.generateP256(),
    ]
    for (name, device) in devices {
        let prepared = try issuer.prepareCredential(
            permit: permit(subject: name, permitClass: residence), deviceKey: device.publicKey(),
            validity: defaultValidity(), now: now)
        let holder = Holder(deviceKey: device.publicKey())
        _ = try holder.accept(
            credential: prepared.sign(key: key).bytes, issuers: trustOf(key.publicKey()), now: now)
        codes[name] = try holder.prepare(recipient: .anyone, now: now).sign(key: device).qrText
    }
    // No text here needs an escape.
    let pairs = codes.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ", ")
    let issuerKey = hex(key.publicKey().toCoseKey())
    return "{\"issuerKey\": \"\(issuerKey)\", \"now\": \(now), \"codes\": {\(pairs)}}"
}

let rules = policy(gate: "gate-3", classes: [residence], revocation: .notChecked)

func admit(_ made: Json) throws {
    let key = try PublicKey.fromCoseKey(bytes: made.bytes("issuerKey"))
    let store = try Store.inMemoryForTheFirstTime(permits: 100, retention: defaultRetention())
    let gate = try Gate(
        settings: gateSettings(policy: rules), trust: trustOf(key), statusLists: [], store: store)
    let codes = try made.inner("codes")
    let (now, names) = (try made.number("now"), made.pairs("codes").keys)
    try same("codes", names.count, 3)
    for name in names {
        let code = try codes.text(name)
        guard case .admitted(let verified, _) = try gate.admit(text: code, now: now + 1) else {
            throw Mismatch("\(name) is refused")
        }
        try same("subject", verified.subject, name)
        guard case .refused(let again) = try gate.admit(text: code, now: now + 10) else {
            throw Mismatch("\(name) is admitted twice")
        }
        try same("again", again.code, "already-used")
    }
}

/// Calls that are timed together.
let together = 200

/// Prints the microseconds of a verdict on a code, the median of many small batches, and by how
/// many KiB the process grew in the second half of the calls.
func cost(_ made: Json, calls: Int, kind: String) throws {
    let key = try PublicKey.fromCoseKey(bytes: made.bytes("issuerKey"))
    let verifier = try Verifier(trust: trustOf(key), policy: rules, statusLists: [])
    let (code, now) = (try made.inner("codes").text(kind), try made.number("now"))
    var batches: [Double] = []
    var half: Int64 = 0
    for batch in 0..<(calls / together) {
        if batch == calls / together / 2 { half = try resident() }
        let start = DispatchTime.now().uptimeNanoseconds
        for _ in 0..<together {
            let verdict = try verifier.verify(text: code, now: now, challenge: nil)
            guard case .accepted = verdict else { throw Mismatch("\(kind) is refused") }
        }
        let passed = DispatchTime.now().uptimeNanoseconds - start
        batches.append(Double(passed) / 1_000 / Double(together))
    }
    let median = batches.sorted()[batches.count / 2]
    let grown = try resident() - half
    print(String(format: "%.1f", median), grown)
}

/// KiB of memory that the process has. Linux tells them.
func resident() throws -> Int64 {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let words = (line ?? "").split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard words.count > 1, let kib = Int64(words[1]) else { throw Mismatch("no VmRSS") }
    return kib
}

let words = CommandLine.arguments.dropFirst().map { String($0) }
guard words.count >= 2 else { throw Mismatch("make FILE, admit FILE, cost FILE CALLS [KIND]") }
switch words[0] {
case "make":
    try make().write(toFile: words[1], atomically: true, encoding: .utf8)
case "admit":
    try admit(Json.read(path: words[1]))
case "cost":
    let calls = words.count > 2 ? Int(words[2]) ?? 0 : 0
    try cost(
        Json.read(path: words[1]), calls: calls, kind: words.count > 3 ? words[3] : "ed25519")
default:
    throw Mismatch("make FILE, admit FILE, cost FILE CALLS [KIND]")
}
