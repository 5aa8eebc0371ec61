import Foundation
import Livepermit
import Support

// Groups of type Memory: a store and its gates, kept by the test.

func runMemory(group: Json, test: Json) throws {
    var memory = try Memory(group: group, test: test)
    for (number, step) in test.list("steps").enumerated() {
        do {
            try memory.run(step)
        } catch let wrong as Mismatch {
            throw Mismatch("step \(number): \(wrong.description)")
        }
    }
    try same("late answers", memory.late.count, 0)
}

private struct KeptStore {
    var incarnation: String
    var state: StoreState?
    var records: [String: StoreRecord]
}

/// An answer on its way to a gate.
private struct Given {
    let gate: String
    var answer: StoreAnswer?
    var known: Known?
    var admissions: Int64 = 0
}

/// What a gate makes of an answer.
private struct Told: Equatable {
    var result = "valid"
    var code: String?
    var names: Int64?
}

private struct Memory {
    let retention: Retention
    let clock: StoreClock
    var stores: [String: KeptStore]
    var gates: [String: Witness]
    var late: [String: Given] = [:]

    init(group: Json, test: Json) throws {
        retention = try retentionOf(group.inner("settings"))
        clock = try group.text("clock") == "own" ? .own : .askers
        stores = try test.pairs("stores").mapValues { try keptStore($0) }
        gates = try test.pairs("gates").mapValues { try witness($0) }
    }

    mutating func run(_ step: Json) throws {
        if step.has("ask") {
            try ask(step)
        } else if step.has("arrive") {
            guard let given = late.removeValue(forKey: try step.text("arrive")) else {
                throw Mismatch("no such answer is late")
            }
            try take(given, step: step)
        } else if step.has("copy") {
            let from = try store(step.text("copy"))
            let name = try step.text("to")
            var copied = try store(name)
            copied.state = from.state
            copied.records = from.records
            stores[name] = copied
        } else if step.has("start") {
            let name = try step.text("start")
            var started = try store(name)
            started.incarnation = try step.text("incarnation")
            stores[name] = started
        } else if step.has("goOn") {
            try goOnBy(step)
        } else {
            try forget(step)
        }
    }

    private func store(_ name: String) throws -> KeptStore {
        try known(name, stores)
    }

    private func state(of name: String) throws -> StoreState {
        guard let state = try store(name).state else { throw Mismatch("\(name) is empty") }
        return state
    }

    private mutating func ask(_ step: Json) throws {
        let time = try step.number("time")
        let isApart = try clocksApart(
            now: step.number("now"), storeTime: time, retention: retention)
        var given = Given(gate: try step.text("gate"))
        var loss: String?
        if clock == .own && isApart {
            given.answer = .clockApart(theirs: time)
        } else {
            loss = try answer(step, into: &given)
        }
        try same("loss", loss, step.maybeText("loss"))
        try hasState(step.text("ask"), wanted: step["state"])
        if let label = step.maybeText("late") {
            late[label] = given
            try hasWitness(given.gate, step: step)
        } else {
            try take(given, step: step)
        }
    }

    /// What a store does in one step. Gives the loss that the store noticed.
    private mutating func answer(_ step: Json, into given: inout Given) throws -> String? {
        let name = try step.text("ask")
        let time = try step.number("time")
        var asked = try store(name)
        let fresh: Data
        if step.has("fresh") {
            fresh = try step.bytes("fresh")
        } else {
            fresh = try state(of: name).id
        }
        let by = AskedBy(
            gate: given.gate, witness: try known(given.gate, gates), now: try step.number("now"))
        let meeting = try meet(
            held: asked.state, fresh: fresh, asked: by, incarnation: asked.incarnation,
            storeTime: time, records: Int64(asked.records.count), retention: retention)
        var after = meeting.state
        if let held = step["attempt"] {
            let made = try attempt(step, held: held)
            let before = asked.records[hex(made.permit)]
            let standing = try standingOf(state: after, storeTime: time, clock: clock)
            let decision = try decide(
                record: before, attempt: made, standing: standing, retention: retention)
            switch decision {
            case .answer(let answer):
                given.answer = answer
            case .write(let record):
                asked.records[hex(made.permit)] = record
                after = try recordAdmission(
                    state: after, gate: given.gate, isNew: before == nil)
                given.answer = .notUsedBefore
            }
        }
        asked.state = after
        stores[name] = asked
        given.known = knownOf(state: after)
        given.admissions = after.admissions[given.gate] ?? 0
        return meeting.loss
    }

    private mutating func take(_ given: Given, step: Json) throws {
        let wanted = Told(
            result: try step.text("result"), code: step.maybeText("code"),
            names: step.maybeNumber("names"))
        try same("answer", tell(given), wanted)
        try hasWitness(given.gate, step: step)
    }

    private mutating func tell(_ given: Given) throws -> Told {
        if let store = given.known {
            let taken = try takeAnswer(
                witness: known(given.gate, gates), known: store, admissions: given.admissions)
            guard let taken else { return Told(result: "invalid", code: "store-unreachable") }
            gates[given.gate] = taken
        }
        guard let answer = given.answer else { return Told() }
        func refused(_ code: String, _ time: Int64) -> Told {
            Told(result: "invalid", code: code, names: time)
        }
        switch answer {
        case .notUsedBefore: return Told()
        case .alreadyAcceptedHere(let then): return refused("already-accepted-here", then)
        case .alreadyUsed(let then): return refused("already-used", then)
        case .superseded(let newest): return refused("superseded", newest)
        case .coolingDown(let until): return refused("cooling-down", until)
        case .forgotten(let until): return refused("forgotten", until)
        case .clockApart(let theirs): return refused("clock-suspect", theirs)
        case .full, .noAnswer: throw Mismatch("no such answer is foreseen: \(answer)")
        }
    }

    private mutating func goOnBy(_ step: Json) throws {
        let name = try step.text("goOn")
        let isLost = try step.text("word") == "cool-downs-lost"
        var kept = try store(name)
        kept.state = try goOn(
            state: state(of: name), word: isLost ? .coolDownsLost : .nothingWasAdmitted,
            now: step.number("now"), storeTime: step.number("time"), retention: retention)
        stores[name] = kept
        try hasState(name, wanted: step.inner("state"))
    }

    private mutating func forget(_ step: Json) throws {
        let name = try step.text("forget")
        // Before 1970 nothing is over.
        let cutoff = max(try step.number("time") - retention.clockDifference, 0)
        var kept = try store(name)
        for (permit, record) in kept.records {
            if try recordIsOver(record: record, cutoff: cutoff, retention: retention) {
                let before = try kept.state ?? state(of: name)
                kept.state = try forgetRecord(state: before, record: record)
                kept.records[permit] = nil
            }
        }
        stores[name] = kept
        try same("left", kept.records.keys.sorted(), step.texts("left"))
        try hasState(name, wanted: step.inner("state"))
    }

    private func hasState(_ name: String, wanted: Json?) throws {
        try same("state", store(name).state.map { describe($0) }, wanted)
    }

    private func hasWitness(_ gate: String, step: Json) throws {
        try same("witness", describe(known(gate, gates)), step.inner("witness"))
    }
}

private func keptStore(_ held: Json) throws -> KeptStore {
    let state = try held["state"].map { state in
        StoreState(
            id: try state.bytes("store"),
            incarnation: try state.text("incarnation"),
            generation: try state.number("generation"),
            forgotten: try state.number("forgotten"),
            lost: try state.number("lost"),
            closedUntil: try state.number("closedUntil"),
            records: try state.number("records"),
            admissions: try state.pairs("admissions").mapValues { number in
                guard case .number(let count) = number else { throw Mismatch("no number") }
                return count
            })
    }
    var records: [String: StoreRecord] = [:]
    for entry in held.list("records") {
        records[try entry.text("permit")] = try storeRecord(entry)
    }
    return KeptStore(incarnation: try held.text("incarnation"), state: state, records: records)
}

private func describe(_ state: StoreState) -> Json {
    // A gate without admissions need not be there.
    let admissions = state.admissions.filter { $0.value > 0 }.mapValues { Json.number($0) }
    return Json.fields([
        "store": .text(hex(state.id)),
        "incarnation": .text(state.incarnation),
        "generation": .number(state.generation),
        "forgotten": .number(state.forgotten),
        "lost": .number(state.lost),
        "closedUntil": .number(state.closedUntil),
        "records": .number(state.records),
        "admissions": .object(admissions),
    ])
}

private func witness(_ held: Json) throws -> Witness {
    let known = try held["known"].map { known in
        Known(
            store: try known.bytes("store"), generation: try known.number("generation"),
            incarnation: try known.text("incarnation"))
    }
    return Witness(known: known, admissions: try held.number("admissions"))
}

private func describe(_ witness: Witness) -> Json {
    Json.fields([
        "known": witness.known.map { known in
            Json.fields([
                "store": .text(hex(known.store)),
                "generation": .number(known.generation),
                "incarnation": .text(known.incarnation),
            ])
        },
        "admissions": .number(witness.admissions),
    ])
}

private func sighting(_ held: Json) throws -> Sighting {
    Sighting(
        at: try held.number("at"), gate: try held.text("gate"), lane: try held.text("lane"))
}

private func storeRecord(_ held: Json) throws -> StoreRecord {
    StoreRecord(
        newest: try held["newest"].map { newest in
            Newest(moment: try newest.number("moment"), sighting: try sighting(newest))
        },
        slip: try held["slip"].map { try sighting($0) },
        coolDowns: try held.list("coolDowns").map { entry in
            CoolDown(
                zone: try entry.text("zone"), until: try entry.number("until"),
                gate: try entry.text("gate"), generation: try entry.number("generation"))
        })
}

private func attempt(_ step: Json, held: Json) throws -> Attempt {
    let now = try step.number("now")
    return Attempt(
        permit: try held.bytes("permit"),
        moment: held.maybeNumber("moment"),
        // No rule of the memory looks at the times until which a code is live and kept.
        liveUntil: now,
        keepUntil: now,
        gate: try step.text("gate"),
        lane: try held.text("lane"),
        zone: try held.text("zone"),
        passage: try held.text("passage") == "leave" ? .leave : .enter,
        now: now,
        debounce: try held.number("debounce"),
        coolDown: try held.number("coolDown"))
}
