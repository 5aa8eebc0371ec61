import Foundation
import Support
import XCTest

/// Every test vector through the public API of this package.
final class VectorsTests: XCTestCase {
    // With the number of tests, so that a file that is left out is noticed.
    private let files = [
        "acting": 19, "admission": 241, "credential-and-presentation": 31, "gate-codes": 102,
        "keys": 75, "memory": 201, "pass": 113, "rejections": 938, "setups": 253, "slip": 60,
        "status-lists": 379, "status": 75, "trust-list-expiry": 6, "trust-lists": 378,
    ]

    private let runners: [String: (Json, Json) throws -> Void] = [
        "VerifyToken": runToken, "GateCode": runGateCode, "PublicKey": runKey,
        "AcceptTrustList": runTrustList, "AcceptStatusList": runStatusList, "Admit": runAdmit,
        "Memory": runMemory, "AcceptSetup": runSetup,
    ]

    func testEveryVectorHasItsVerdict() throws {
        let here = URL(fileURLWithPath: #filePath)
        let folder = (0..<5).reduce(here) { path, _ in path.deletingLastPathComponent() }
        for (name, tests) in files {
            let path = folder.appendingPathComponent("test-vectors/\(name).json").path
            var ran = 0
            var failures: [String] = []
            for group in try Json.read(path: path).list("testGroups") {
                let run = try known(group.text("type"), runners)
                for test in group.list("tests") {
                    ran += 1
                    do {
                        try run(group, test)
                    } catch {
                        failures.append("\(name) \(try test.number("tcId")): \(error)")
                    }
                }
            }
            XCTAssertEqual(failures.prefix(5), [], "\(failures.count) failures")
            XCTAssertEqual(ran, tests, name)
        }
    }
}
