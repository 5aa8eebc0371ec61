import Foundation
import Livepermit
import Support

// Groups of type AcceptTrustList and AcceptStatusList.

func runTrustList(group: Json, test: Json) throws {
    let roots = try group.texts("roots").map { try keyOf($0) }
    let anchor = try TrustAnchor(
        name: group.text("name"), roots: roots, lowestVersion: group.number("lowestVersion"))
    let skew = try group.number("skew")
    for held in test.list("held") {
        _ = try anchor.accept(
            list: held.bytes("list"), now: held.number("accepted"), skew: skew)
    }
    let before = describe(anchor.state())
    try check(test) {
        let list = try anchor.accept(
            list: test.bytes("list"), now: test.number("now"), skew: skew)
        let state = anchor.state()
        return Json.fields([
            "version": .number(list.version),
            "issuedAt": .number(list.issuedAt),
            "expires": .number(list.expires),
            "trust": .array(list.trust.keys().map { describe($0) }),
            "skipped": .number(Int64(list.skipped.count)),
            "roots": jsonTexts((state?.roots ?? []).map { hex($0.toCoseKey()) }),
        ])
    }
    if try test.text("result") != "valid" {
        try same("the state", describe(anchor.state()), before)
    }
}

private func describe(_ state: TrustState?) -> [String]? {
    state.map { held in
        ["\(held.version)", hex(held.digest), "\(held.issuedAt)"]
            + held.roots.map { hex($0.toCoseKey()) }
    }
}

func runStatusList(group: Json, test: Json) throws {
    let trust = try Trust(keys: group.list("trust").map { try trustedKey($0) })
    let most = try group.inner("limits")
    let limits = StatusLimits(
        listBytes: try most.number("listBytes"), inflatedBytes: try most.number("inflatedBytes"))
    func accept(_ signed: Json, now: Int64, held: [HeldList]) throws -> StatusList {
        try StatusList.accept(
            list: signed.bytes("list"), trust: trust, now: now, skew: group.number("skew"),
            held: held, limits: limits)
    }
    var held: [HeldList] = []
    for earlier in test.list("held") {
        let list = try accept(earlier, now: earlier.number("accepted"), held: held)
        held = [list.held()]
    }
    try check(test) {
        let list = try accept(test, now: test.number("now"), held: held)
        let values = (0..<min(list.entries(), 64)).map { list.get(index: UInt64($0)) ?? 255 }
        return Json.fields([
            "issuer": .text(list.issuer()),
            "uri": .text(list.uri()),
            "bits": .number(list.bits()),
            "issuedAt": .number(list.issuedAt()),
            "expires": jsonNumber(list.expires()),
            "entries": .number(list.entries()),
            "values": .text(hex(Data(values.map { UInt8($0) }))),
        ])
    }
}

func check(_ test: Json, facts: () throws -> Json) throws {
    let found: Json
    do {
        found = try facts()
    } catch LivepermitError.Failed(let code, _, _, let evidence) {
        try same("result", "invalid", test.text("result"))
        try same("code", code, test.text("code"))
        try isMalformed(test, evidence: evidence)
        return
    }
    try same("result", "valid", test.text("result"))
    try same("accepted", found, test.inner("accepted"))
}
