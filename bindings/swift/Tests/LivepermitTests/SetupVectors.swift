import Foundation
import Livepermit
import Support

// Groups of type AcceptSetup.

func runSetup(group: Json, test: Json) throws {
    try check(test) {
        let setup = try accept(group, test)
        let stored = try storedSetup(bytes: setup.bytes)
        try same("from the storage", stored.settings, setup.settings)
        let wanted = try test.inner("accepted")
        let rules = try wanted.inner("policy")
        try same(
            "policy", setup.settings.policy, policyOf(rules, gate: rules.text("gate")))
        var described = try describe(setup)
        described["policy"] = rules
        return Json.fields(described)
    }
}

private func accept(_ group: Json, _ test: Json) throws -> GateSetup {
    let read: UnverifiedSetup
    if let text = test.maybeText("text") {
        read = try readSetup(text: text)
    } else {
        read = try readSetupBytes(setup: test.bytes("setup"))
    }
    let now = try test.number("now")
    let skew = try group.number("skew")
    if test.has("held") {
        return try acceptNextSetup(
            setup: read.bytes, held: test.bytes("held"), now: now, skew: skew)
    }
    return try acceptFirstSetup(
        setup: read.bytes, compared: test.text("compared"), now: now, skew: skew)
}

private func describe(_ setup: GateSetup) throws -> [String: Json?] {
    let settings = setup.settings
    let number = try setupCheckNumber(setup: setup.bytes)
    var out: [String: Json?] = [
        "version": .number(setup.version),
        "issuedAt": .number(setup.issuedAt),
        "operator": .text(hex(setup.operator.toCoseKey())),
        "checkNumber": .text(number.filter { $0 != " " }),
        "lane": .text(settings.lane),
        "zone": .text(settings.zone),
        "passage": .text(settings.passage == .leave ? "leave" : "enter"),
        "debounce": .number(settings.debounce),
        "coolDown": describe(settings.coolDown),
        "statusLists": jsonTexts(setup.statusLists),
        "relay": setup.relay.map { relay in
            Json.fields(["address": .text(relay.address), "key": .text(hex(relay.key))])
        },
        "settings": describe(setup.retention),
    ]
    switch setup.trust {
    case .named(let keys):
        out["trust"] = .array(keys.map { describe($0) })
    case .listed(let name, let roots, let lowestVersion, let address):
        out["trustList"] = Json.fields([
            "name": .text(name),
            "lowestVersion": .number(lowestVersion),
            "roots": jsonTexts(roots.map { hex($0.toCoseKey()) }),
            "address": .text(address),
        ])
    }
    return out
}

private func describe(_ coolDown: CoolDownPolicy) -> Json {
    switch coolDown {
    case .window: return .text("window")
    case .seconds(let seconds): return .number(seconds)
    case .dangerousNone: return .text("none")
    }
}

private func describe(_ retention: Retention) -> Json {
    Json.fields([
        "largestWindow": .number(retention.largestWindow),
        "largestSkew": .number(retention.largestSkew),
        "clockDifference": .number(retention.clockDifference),
        "longestCoolDown": .number(retention.longestCoolDown),
        "oldMaster": retention.oldMaster.map { .number($0) } ?? .text("unbounded"),
    ])
}
