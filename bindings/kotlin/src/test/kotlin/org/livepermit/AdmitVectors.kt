package org.livepermit

import com.google.gson.JsonObject

// Groups of type Admit.

fun runAdmit(group: JsonObject, test: JsonObject) {
    val trust = trustOf(group)
    val lists = listsOf(group, trust)
    val settings = group.inner("store")
    val capacity = settings.number("capacity")
    val lostAt = settings.maybeNumber("lostAt")
    val store = if (lostAt == null) {
        Store.inMemoryForTheFirstTime(capacity, retentionOf(settings))
    } else {
        Store.inMemory(capacity, retentionOf(settings), lostAt)
    }
    val lanes = group.list("lanes").map {
        Gate(laneSettings(it, group.inner("policy")), trust, lists, store)
    }
    test.list("steps").forEachIndexed { number, step ->
        try {
            runStep(lanes[step.number("lane").toInt()], store, step)
        } catch (wrong: Mismatch) {
            throw Mismatch("step $number: ${wrong.message}")
        }
    }
}

private fun laneSettings(lane: JsonObject, rules: JsonObject) =
    gateSettings(policyOf(rules, lane.text("gate"))).apply {
        this.lane = lane.text("lane")
        zone = lane.text("zone")
        if (lane.text("passage") == "leave") passage = Passage.LEAVE
        debounce = lane.number("debounce")
        clockJump = lane.number("clockJump")
        val seconds = lane.maybeNumber("coolDown")
        coolDown = when {
            seconds != null -> CoolDownPolicy.Seconds(seconds)
            lane.text("coolDown") == "none" -> CoolDownPolicy.DangerousNone
            else -> CoolDownPolicy.Window
        }
        if (lane.text("storeFailure") == "admit") storeFailure = StoreFailurePolicy.DANGEROUS_ADMIT
        clock = ClockState(lane.maybeNumber("floor") ?: 0, lane.maybeNumber("lastAdmission"))
        shortRetention = true
    }

private fun runStep(lane: Gate, store: Store, step: JsonObject) {
    val now = step.number("now")
    step.maybeInner("ask")?.let { question ->
        val opened = try {
            lane.openChallenge(challengeOf(question), now)
            "valid"
        } catch (_: LivepermitException.Failed) {
            "invalid"
        }
        same("opened", opened, step.text("result"))
        return
    }
    val text = step.text("show")
    val isAway = step.maybe("storeUnreachable")?.asBoolean ?: false
    // Both ways must give the same, so steps go by turns.
    val admission = if (isAway || text.length % 2 == 0) {
        inHalves(lane, store, text, now, isAway)
    } else {
        lane.admit(text, now)
    }
    when (admission) {
        is Admission.Admitted -> {
            same("result", "valid", step.text("result"))
            same("subject", admission.verified.subject, step.text("subject"))
            same("cautions", admission.cautions.map { it.code }, step.texts("cautions"))
        }
        is Admission.Refused -> {
            same("result", "invalid", step.text("result"))
            refused(step, admission.rejection)
        }
    }
}

private fun inHalves(lane: Gate, store: Store, text: String, now: Long, isAway: Boolean): Admission =
    when (val begun = lane.begin(text, now)) {
        is Begun.Stopped -> Admission.Refused(begun.rejection)
        is Begun.Asking -> begun.pending.use { pending ->
            val answer =
                if (isAway) StoreAnswer.NoAnswer("away") else store.admit(pending.attempt())
            lane.finish(pending, answer, now)
        }
    }
