import Livepermit
import Support

// Groups of type Admit.

func runAdmit(group: Json, test: Json) throws {
    let trust = try trustOf(group)
    let lists = try listsOf(group, trust: trust)
    let settings = try group.inner("store")
    let capacity = try settings.number("capacity")
    let retention = try retentionOf(settings)
    let store: Store
    if let lostAt = settings.maybeNumber("lostAt") {
        store = try Store.inMemory(permits: capacity, retention: retention, now: lostAt)
    } else {
        store = try Store.inMemoryForTheFirstTime(permits: capacity, retention: retention)
    }
    let rules = try group.inner("policy")
    let lanes = try group.list("lanes").map { lane in
        try Gate(
            settings: laneSettings(lane, rules: rules), trust: trust, statusLists: lists,
            store: store)
    }
    for (number, step) in test.list("steps").enumerated() {
        do {
            try runStep(lane: lanes[Int(step.number("lane"))], store: store, step: step)
        } catch let wrong as Mismatch {
            throw Mismatch("step \(number): \(wrong.description)")
        }
    }
}

private func laneSettings(_ lane: Json, rules: Json) throws -> GateSettings {
    var settings = gateSettings(policy: try policyOf(rules, gate: lane.text("gate")))
    settings.lane = try lane.text("lane")
    settings.zone = try lane.text("zone")
    if try lane.text("passage") == "leave" { settings.passage = .leave }
    settings.debounce = try lane.number("debounce")
    settings.clockJump = try lane.number("clockJump")
    if let seconds = lane.maybeNumber("coolDown") {
        settings.coolDown = .seconds(seconds: seconds)
    } else if try lane.text("coolDown") == "none" {
        settings.coolDown = .dangerousNone
    }
    if try lane.text("storeFailure") == "admit" { settings.storeFailure = .dangerousAdmit }
    settings.clock = ClockState(
        floor: lane.maybeNumber("floor") ?? 0, lastAdmission: lane.maybeNumber("lastAdmission"))
    settings.shortRetention = true
    return settings
}

private func runStep(lane: Gate, store: Store, step: Json) throws {
    let now = try step.number("now")
    if let question = step["ask"] {
        var opened = "valid"
        do {
            try lane.openChallenge(challenge: challengeOf(question), now: now)
        } catch is LivepermitError {
            opened = "invalid"
        }
        return try same("opened", opened, step.text("result"))
    }
    let text = try step.text("show")
    let isAway = step.isTrue("storeUnreachable")
    let admission: Admission
    // Both ways must give the same, so steps go by turns.
    if isAway || text.count.isMultiple(of: 2) {
        admission = try inHalves(lane, store: store, text: text, now: now, isAway: isAway)
    } else {
        admission = try lane.admit(text: text, now: now)
    }
    switch admission {
    case .admitted(let verified, let cautions):
        try same("result", "valid", step.text("result"))
        try same("subject", verified.subject, step.text("subject"))
        try same("cautions", cautions.map { $0.code }, step.texts("cautions"))
    case .refused(let rejection):
        try same("result", "invalid", step.text("result"))
        try isRefused(step, by: rejection)
    }
}

private func inHalves(
    _ lane: Gate, store: Store, text: String, now: Int64, isAway: Bool
) throws -> Admission {
    switch try lane.begin(text: text, now: now) {
    case .stopped(let rejection):
        return .refused(rejection: rejection)
    case .asking(let pending):
        var answer = StoreAnswer.noAnswer(reason: "away")
        if !isAway { answer = try store.admit(attempt: pending.attempt()) }
        return try lane.finish(pending: pending, answer: answer, now: now)
    }
}
