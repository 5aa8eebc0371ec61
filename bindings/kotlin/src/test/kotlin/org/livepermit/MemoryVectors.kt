package org.livepermit

import com.google.gson.JsonObject

// Groups of type Memory: a store and its gates, kept by the test.

private class KeptStore(
    var incarnation: String,
    var state: StoreState?,
    var records: MutableMap<String, StoreRecord>,
)

/** An answer on its way to a gate. */
private class Given(val gate: String, val answer: StoreAnswer?, val known: Pair<Known, Long>?)

fun runMemory(group: JsonObject, test: JsonObject) {
    val memory = Memory(group, test)
    test.list("steps").forEachIndexed { number, step ->
        try {
            memory.step(step)
        } catch (wrong: Mismatch) {
            throw Mismatch("step $number: ${wrong.message}")
        }
    }
    same("late answers", memory.lateAnswers(), 0)
}

private class Memory(group: JsonObject, test: JsonObject) {
    private val retention = retentionOf(group.inner("settings"))
    private val clock = if (group.text("clock") == "own") StoreClock.OWN else StoreClock.ASKERS
    private val stores = test.inner("stores").asMap().mapValues { store(it.value.asJsonObject) }
    private val gates =
        test.inner("gates").asMap().mapValues { witness(it.value.asJsonObject) }.toMutableMap()
    private val late = mutableMapOf<String, Given>()

    fun lateAnswers() = late.size

    fun step(step: JsonObject) = when {
        step.has("ask") -> ask(step)
        step.has("arrive") -> take(late.remove(step.text("arrive"))!!, step)
        step.has("copy") -> copy(step)
        step.has("start") ->
            stores.getValue(step.text("start")).incarnation = step.text("incarnation")
        step.has("goOn") -> goOnBy(step)
        else -> forget(step)
    }

    private fun copy(step: JsonObject) {
        val from = stores.getValue(step.text("copy"))
        val to = stores.getValue(step.text("to"))
        to.state = from.state
        to.records = from.records.toMutableMap()
    }

    private fun ask(step: JsonObject) {
        val time = step.number("time")
        val isApart = clocksApart(step.number("now"), time, retention)
        var loss: String? = null
        val given = if (clock == StoreClock.OWN && isApart) {
            Given(step.text("gate"), StoreAnswer.ClockApart(time), null)
        } else {
            answer(step) { loss = it }
        }
        same("loss", loss, step.maybeText("loss"))
        hasState(step.text("ask"), step.maybeInner("state"))
        val label = step.maybeText("late")
        if (label == null) {
            take(given, step)
        } else {
            late[label] = given
            hasWitness(given.gate, step)
        }
    }

    /** What a store does in one step. */
    private fun answer(step: JsonObject, noticed: (String?) -> Unit): Given {
        val (gate, time) = step.text("gate") to step.number("time")
        val store = stores.getValue(step.text("ask"))
        val fresh = step.maybeText("fresh")?.let(::unhex) ?: store.state!!.id
        val asked = AskedBy(gate, gates.getValue(gate), step.number("now"))
        val records = store.records.size.toLong()
        val meeting =
            meet(store.state, fresh, asked, store.incarnation, time, records, retention)
        noticed(meeting.loss)
        var state = meeting.state
        var answer: StoreAnswer? = null
        step.maybeInner("attempt")?.let { held ->
            val attempt = attempt(step, held)
            val permit = hex(attempt.permit)
            val known = store.records[permit]
            val standing = standingOf(state, time, clock)
            when (val decision = decide(known, attempt, standing, retention)) {
                is Decision.Answer -> answer = decision.answer
                is Decision.Write -> {
                    store.records[permit] = decision.record
                    state = recordAdmission(state, gate, known == null)
                    answer = StoreAnswer.NotUsedBefore
                }
            }
        }
        store.state = state
        return Given(gate, answer, knownOf(state) to (state.admissions[gate] ?: 0))
    }

    private fun take(given: Given, step: JsonObject) {
        val wanted =
            Triple(step.text("result"), step.maybeText("code"), step.maybeNumber("names"))
        same("answer", told(given), wanted)
        hasWitness(given.gate, step)
    }

    /** What a gate makes of an answer. */
    private fun told(given: Given): Triple<String, String?, Long?> {
        given.known?.let { (known, admissions) ->
            gates[given.gate] = takeAnswer(gates.getValue(given.gate), known, admissions)
                ?: return Triple("invalid", "store-unreachable", null)
        }
        fun refused(code: String, time: Long) = Triple("invalid", code, time)
        return when (val answer = given.answer) {
            null, StoreAnswer.NotUsedBefore -> Triple("valid", null, null)
            is StoreAnswer.AlreadyAcceptedHere -> refused("already-accepted-here", answer.then)
            is StoreAnswer.AlreadyUsed -> refused("already-used", answer.then)
            is StoreAnswer.Superseded -> refused("superseded", answer.newest)
            is StoreAnswer.CoolingDown -> refused("cooling-down", answer.until)
            is StoreAnswer.Forgotten -> refused("forgotten", answer.until)
            is StoreAnswer.ClockApart -> refused("clock-suspect", answer.theirs)
            else -> throw Mismatch("no such answer is foreseen: $answer")
        }
    }

    private fun goOnBy(step: JsonObject) {
        val word = when (step.text("word")) {
            "cool-downs-lost" -> GoOn.COOL_DOWNS_LOST
            else -> GoOn.NOTHING_WAS_ADMITTED
        }
        val store = stores.getValue(step.text("goOn"))
        store.state =
            goOn(store.state!!, word, step.number("now"), step.number("time"), retention)
        hasState(step.text("goOn"), step.inner("state"))
    }

    private fun forget(step: JsonObject) {
        val store = stores.getValue(step.text("forget"))
        // Before 1970 nothing is over.
        val cutoff = (step.number("time") - retention.clockDifference).coerceAtLeast(0)
        for ((permit, record) in store.records.toMap()) {
            if (recordIsOver(record, cutoff, retention)) {
                store.state = forgetRecord(store.state!!, record)
                store.records.remove(permit)
            }
        }
        same("left", store.records.keys.sorted(), step.texts("left"))
        hasState(step.text("forget"), step.inner("state"))
    }

    private fun hasState(name: String, wanted: JsonObject?) =
        same("state", stores.getValue(name).state?.let(::describe), wanted)

    private fun hasWitness(gate: String, step: JsonObject) =
        same("witness", describe(gates.getValue(gate)), step.inner("witness"))
}

private fun store(held: JsonObject) = KeptStore(
    held.text("incarnation"),
    held.maybeInner("state")?.let { state ->
        StoreState(
            id = state.bytes("store"),
            incarnation = state.text("incarnation"),
            generation = state.number("generation"),
            forgotten = state.number("forgotten"),
            lost = state.number("lost"),
            closedUntil = state.number("closedUntil"),
            records = state.number("records"),
            admissions = state.inner("admissions").asMap().mapValues { it.value.asLong },
        )
    },
    held.list("records").associate { it.text("permit") to record(it) }.toMutableMap(),
)

private fun describe(state: StoreState) = fields(
    "store" to hex(state.id),
    "incarnation" to state.incarnation,
    "generation" to state.generation,
    "forgotten" to state.forgotten,
    "lost" to state.lost,
    "closedUntil" to state.closedUntil,
    "records" to state.records,
    // A gate without admissions need not be there.
    "admissions" to fields(*state.admissions.filter { it.value > 0 }.toList().toTypedArray()),
)

private fun witness(held: JsonObject) = Witness(
    held.maybeInner("known")?.let {
        Known(it.bytes("store"), it.number("generation"), it.text("incarnation"))
    },
    held.number("admissions"),
)

private fun describe(witness: Witness) = fields(
    "known" to witness.known?.let {
        fields(
            "store" to hex(it.store),
            "generation" to it.generation,
            "incarnation" to it.incarnation,
        )
    },
    "admissions" to witness.admissions,
)

private fun sighting(held: JsonObject) =
    Sighting(held.number("at"), held.text("gate"), held.text("lane"))

private fun record(held: JsonObject) = StoreRecord(
    newest = held.maybeInner("newest")?.let { Newest(it.number("moment"), sighting(it)) },
    slip = held.maybeInner("slip")?.let(::sighting),
    coolDowns = held.list("coolDowns").map {
        CoolDown(it.text("zone"), it.number("until"), it.text("gate"), it.number("generation"))
    },
)

private fun attempt(step: JsonObject, held: JsonObject): Attempt {
    val now = step.number("now")
    return Attempt(
        permit = held.bytes("permit"),
        moment = held.maybeNumber("moment"),
        // No rule of the memory looks at the times until which a code is live and kept.
        liveUntil = now,
        keepUntil = now,
        gate = step.text("gate"),
        lane = held.text("lane"),
        zone = held.text("zone"),
        passage = if (held.text("passage") == "leave") Passage.LEAVE else Passage.ENTER,
        now = now,
        debounce = held.number("debounce"),
        coolDown = held.number("coolDown"),
    )
}
