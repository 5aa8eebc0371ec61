import Foundation
import Livepermit
import XCTest

/// A phone whose time passes only while somebody sleeps.
final class TestClock: PhoneClock, @unchecked Sendable {
    private(set) var millis: Int64 = 0

    func wall() -> Int64 { noon + millis / 1_000 }

    func uptime() -> Int64 { millis }

    func sleep(milliseconds: Int64) async throws {
        try Task.checkCancellation()
        millis += milliseconds
    }
}

/// A key whose user has not unlocked it.
struct LockedKey: DeviceKey {
    struct Locked: Error {}

    let publicKey: PublicKey

    func sign(_ prepared: PreparedToken) async throws -> Token {
        throw Locked()
    }
}

final class LiveCodesTests: XCTestCase {
    func testANewCodeComesEveryTenSecondsAndIsAdmitted() async throws {
        let office = try Office()
        let key = SoftwareKey(try SecretKey.generateP256())
        let clock = TestClock()
        let wallet = try office.wallet(for: key.publicKey)
        var times: [Int64] = []
        for try await screen in wallet.liveCodes(key: key, clock: clock) {
            guard case .code(let token, let schedule) = screen else {
                guard case .waiting(nil) = screen else { return XCTFail("\(screen)") }
                continue
            }
            times.append(clock.millis)
            let admission = try office.gate().admit(text: token.qrText, now: clock.wall())
            XCTAssertNil(rejectionOf(admission))
            let left = try schedule.remaining(wall: clock.wall(), uptimeMillis: clock.uptime())
            XCTAssertEqual(left?.refresh, 10_000)
            if times.count == 4 { break }
        }
        XCTAssertEqual(times, [0, 10_000, 20_000, 30_000])
    }

    func testALockedKeyIsToldAndAskedAgain() async throws {
        let office = try Office()
        let locked = LockedKey(publicKey: try SecretKey.generateP256().publicKey())
        let clock = TestClock()
        let wallet = try office.wallet(for: locked.publicKey)
        var failures = 0
        for try await screen in wallet.liveCodes(key: locked, clock: clock) {
            guard case .waiting(let failure) = screen else { return XCTFail("\(screen)") }
            if failure is LockedKey.Locked { failures += 1 }
            if failures == 2 { break }
        }
        XCTAssertGreaterThanOrEqual(clock.millis, 1_000)
    }

    func testTheNextCredentialIsUsed() async throws {
        let office = try Office()
        let key = SoftwareKey(try SecretKey.generateP256())
        let clock = TestClock()
        let wallet = Holder(deviceKey: key.publicKey)
        func accept(lifetime: Int64, now: Int64) throws {
            let bytes = try office.credential(
                for: key.publicKey, validity: Validity(backdate: 0, lifetime: lifetime), now: now)
            _ = try wallet.accept(credential: bytes, issuers: office.trust, now: now)
        }
        try accept(lifetime: 25, now: noon)
        var codes = 0
        for try await screen in wallet.liveCodes(key: key, clock: clock) {
            guard case .code(let token, _) = screen else { continue }
            if codes == 0 { try accept(lifetime: 86_400, now: noon + 1) }
            codes += 1
            let admission = try office.gate().admit(text: token.qrText, now: clock.wall())
            XCTAssertNil(rejectionOf(admission))
            if clock.millis > 25_000 { break }
        }
        XCTAssertGreaterThan(clock.millis, 25_000)
    }

    func testASequenceEndsWithItsCredentialAndWithoutOne() async throws {
        let office = try Office()
        let key = SoftwareKey(try SecretKey.generateP256())
        let wallet = Holder(deviceKey: key.publicKey)
        var screens = 0
        for try await screen in wallet.liveCodes(key: key, clock: TestClock()) {
            guard case .ended = screen else { return XCTFail("\(screen)") }
            screens += 1
        }
        XCTAssertEqual(screens, 1)
        let bytes = try office.credential(
            for: key.publicKey, validity: Validity(backdate: 0, lifetime: 25), now: noon)
        _ = try wallet.accept(credential: bytes, issuers: office.trust, now: noon)
        var last: LiveScreen?
        for try await screen in wallet.liveCodes(key: key, clock: TestClock()) { last = screen }
        guard case .ended(let at)? = last else { return XCTFail("no end") }
        XCTAssertEqual(at, noon + 25)
    }
}
