import Foundation
import Livepermit
import Support
import XCTest

let noon: Int64 = 1_790_000_000
let residence = "bj.example:residence"

/// An issuer, and gates that trust it.
struct Office {
    let key: SecretKey
    let issuer: Issuer
    let trust: Trust
    let rules = policy(gate: "gate-3", classes: [residence], revocation: .notChecked)

    init() throws {
        key = try SecretKey.generateEd25519()
        issuer = try Issuer(name: "bj.example", key: key.publicKey())
        let trusted = TrustedKey(
            issuer: "bj.example", key: key.publicKey(), keyId: nil, algorithm: .ed25519,
            uses: [.credential, .pass, .status], classes: [residence],
            notBefore: nil, signUntil: nil, expires: nil)
        trust = try Trust(keys: [trusted])
    }

    func gate() throws -> Gate {
        let store = try Store.inMemoryForTheFirstTime(
            permits: 100, retention: defaultRetention())
        return try Gate(
            settings: gateSettings(policy: rules), trust: trust, statusLists: [], store: store)
    }

    func credential(for device: PublicKey, validity: Validity, now: Int64) throws -> Data {
        let prepared = try issuer.prepareCredential(
            permit: permit(subject: "BJ-7F3A9C2E", permitClass: residence), deviceKey: device,
            validity: validity, now: now)
        return try prepared.sign(key: key).bytes
    }

    func wallet(for device: PublicKey) throws -> Holder {
        let holder = Holder(deviceKey: device)
        let bytes = try credential(for: device, validity: defaultValidity(), now: noon)
        _ = try holder.accept(credential: bytes, issuers: trust, now: noon)
        return holder
    }

    func pass() throws -> String {
        let made = permit(subject: "BJ-1", permitClass: residence)
        return try issuer.preparePass(permit: made, audience: nil, now: noon).sign(key: key).qrText
    }
}

func codeOf(_ error: any Error) -> String {
    guard case LivepermitError.Failed(let code, _, _, _) = error else { return "\(error)" }
    return code
}

func rejectionOf(_ admission: Admission) -> Rejection? {
    guard case .refused(let rejection) = admission else { return nil }
    return rejection
}

/// The code of the error that `work` throws.
func codeThrown(by work: () throws -> Void) -> String {
    do {
        try work()
        return "nothing"
    } catch {
        return codeOf(error)
    }
}

/// What a user of the package does, and what goes wrong.
final class PackageTests: XCTestCase {
    func testALiveCodeIsAdmittedOnceAndGoesStale() throws {
        let office = try Office()
        for device in [try SecretKey.generateEd25519(), try SecretKey.generateP256()] {
            let holder = try office.wallet(for: device.publicKey())
            let code = try holder.prepare(recipient: .anyone, now: noon).sign(key: device)
            let gate = try office.gate()
            let stale = rejectionOf(try gate.admit(text: code.qrText, now: noon + 36))
            XCTAssertEqual(stale?.code, "stale")
            XCTAssertEqual(stale?.evidence, .times(found: noon + 36, limit: noon + 30))
            guard case .admitted(let verified, _) = try gate.admit(text: code.qrText, now: noon)
            else { return XCTFail("refused") }
            XCTAssertEqual(verified.subject, "BJ-7F3A9C2E")
            let again = rejectionOf(try gate.admit(text: code.qrText, now: noon + 9))
            XCTAssertEqual(again?.code, "already-used")
        }
    }

    func testEightThreadsAtOneGateGetOneAdmission() throws {
        let office = try Office()
        let (gate, code) = (try office.gate(), try office.pass())
        let verifier = try Verifier(trust: office.trust, policy: office.rules, statusLists: [])
        let lock = NSLock()
        var opened = 0
        var verified = 0
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let admission = try? gate.admit(text: code, now: noon)
            let verdict = try? verifier.verify(text: code, now: noon, challenge: nil)
            lock.lock()
            defer { lock.unlock() }
            if case .admitted? = admission { opened += 1 }
            if case .accepted? = verdict { verified += 1 }
        }
        XCTAssertEqual(opened, 1)
        XCTAssertEqual(verified, 8)
    }

    func testAChallengeOfTheGateIsAnswered() throws {
        let office = try Office()
        let device = try SecretKey.generateP256()
        let holder = try office.wallet(for: device.publicKey())
        var rules = office.rules
        rules.challenge = .required
        let store = try Store.inMemoryForTheFirstTime(
            permits: 100, retention: defaultRetention())
        let gate = try Gate(
            settings: gateSettings(policy: rules), trust: office.trust, statusLists: [],
            store: store)
        let shown = try challengeQrText(challenge: gate.ask(seconds: 30, now: noon))
        guard case .question(let asked) = try readGateCode(text: shown) else {
            return XCTFail("no question")
        }
        let unasked = try holder.prepare(recipient: .anyone, now: noon).sign(key: device)
        XCTAssertNotNil(rejectionOf(try gate.admit(text: unasked.qrText, now: noon)))
        let recipient = Recipient.asked(gate: asked.gate, nonce: asked.nonce)
        let answer = try holder.prepare(recipient: recipient, now: noon).sign(key: device)
        guard case .admitted(let verified, _) = try gate.admit(text: answer.qrText, now: noon)
        else { return XCTFail("refused") }
        XCTAssertTrue(verified.challengeAnswered)
    }

    func testErrorsCarryCodeReasonInstructionAndValues() throws {
        let office = try Office()
        do {
            _ = try office.trust.withTables(bytes: -1)
            XCTFail("nothing thrown")
        } catch LivepermitError.Failed(let code, let reason, _, let evidence) {
            XCTAssertEqual(code, "number-negative")
            XCTAssertFalse(reason.isEmpty)
            guard case .counts(let found, _) = evidence else { return XCTFail("no values") }
            XCTAssertEqual(found, -1)
        }
        let made = permit(subject: "BJ-1", permitClass: residence)
        let prepared = try office.issuer.preparePass(permit: made, audience: nil, now: noon)
        let zeros = codeThrown { _ = try prepared.attach(signature: Data(count: 64)) }
        XCTAssertEqual(zeros, "signature-zeros")
        let short = codeThrown { _ = try prepared.attach(signature: Data(count: 3)) }
        XCTAssertEqual(short, "signature-zeros")
        let other = codeThrown { _ = try prepared.sign(key: SecretKey.generateEd25519()) }
        XCTAssertEqual(other, "other-key")
        XCTAssertEqual(codeThrown { _ = try readToken(bytes: Data()) }, "empty")
    }

    func testAWithdrawnPermitIsRefused() throws {
        let office = try Office()
        let entries = try StatusListBuilder(
            uri: "https://s.bj.example/1", bits: 1, entries: 1_024)
        var made = permit(subject: "BJ-1", permitClass: residence)
        let place = try entries.allocate()
        made.status = place
        let code = try office.issuer.preparePass(permit: made, audience: nil, now: noon)
            .sign(key: office.key)
        func verdict() throws -> Verdict {
            let prepared = try entries.prepare(
                issuer: office.issuer, now: noon, expires: noon + 3_600)
            let signed = try prepared.sign(key: office.key)
            let list = try StatusList.accept(
                list: signed, trust: office.trust, now: noon, skew: 5, held: [],
                limits: defaultStatusLimits())
            let rules = policy(
                gate: "gate-3", classes: [residence],
                revocation: .required(maxAge: 3_600, grace: 0))
            return try Verifier(trust: office.trust, policy: rules, statusLists: [list])
                .verify(text: code.qrText, now: noon, challenge: nil)
        }
        guard case .accepted = try verdict() else { return XCTFail("refused") }
        try entries.set(index: place.index, value: 1)
        guard case .refused(let rejection) = try verdict() else { return XCTFail("accepted") }
        XCTAssertEqual(rejection.code, "revoked")
    }

    func testADrawnCodeIsReadFromAFrame() throws {
        let office = try Office()
        let picture = try drawQr(text: office.pass(), level: .medium)
        let (width, modules) = (Int(picture.width()), picture.modules())
        let (quiet, pixels) = (4, 5)
        let side = (width + 2 * quiet) * pixels
        var luma = Data(repeating: 255, count: side * side)
        for y in 0..<(width * pixels) {
            for x in 0..<(width * pixels) where modules[y / pixels * width + x / pixels] == 1 {
                luma[(y + quiet * pixels) * side + x + quiet * pixels] = 0
            }
        }
        let sizes = Frame(
            width: Int64(side), height: Int64(side), stride: Int64(side), layout: .luma)
        let camera = GateScanner(gate: try office.gate())
        let events = try camera.scan(pixels: luma, frame: sizes, now: noon)
        guard case .entered(let verified, _, _)? = events.first else { return XCTFail("\(events)") }
        XCTAssertEqual(verified.subject, "BJ-1")
        let later = try camera.scan(pixels: luma, frame: sizes, now: noon + 1)
        guard case .held? = later.first else { return XCTFail("\(later)") }
    }

    func testTheTablesOfCodesAreComplete() {
        XCTAssertEqual(rejectionCodes().count, 53)
        XCTAssertEqual(listRejectionCodes().count, 16)
        XCTAssertEqual(cautionCodes().count, 6)
    }

    func testTheExampleOfTheReadmeRuns() async throws {
        let now = Int64(Date().timeIntervalSince1970)
        let office = try Office()
        let key = SoftwareKey(try SecretKey.generateP256())
        let bytes = try issue(issuerKey: office.key, phone: key.publicKey, now: now)
        let wallet = Holder(deviceKey: key.publicKey)
        _ = try wallet.accept(credential: bytes, issuers: office.trust, now: now)
        let code = try await key.sign(wallet.prepare(recipient: .anyone, now: now)).qrText
        let lane = try gate(issuerKey: office.key.publicKey())
        XCTAssertEqual(try answer(gate: lane, code: code, now: now), "come in, BJ-7F3A9C2E")
        let again = try answer(gate: lane, code: code, now: now + 10)
        XCTAssertEqual(again, "Refuse: ask for the live code in the app.")
    }
}
