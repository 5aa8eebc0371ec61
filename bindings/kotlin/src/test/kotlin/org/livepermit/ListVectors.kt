package org.livepermit

import com.google.gson.JsonObject

// Groups of type AcceptTrustList and AcceptStatusList.

fun runTrustList(group: JsonObject, test: JsonObject) {
    val roots = group.texts("roots").map(::keyOf)
    val anchor = TrustAnchor(group.text("name"), roots, group.number("lowestVersion"))
    val skew = group.number("skew")
    for (held in test.list("held")) {
        anchor.accept(held.bytes("list"), held.number("accepted"), skew)
    }
    val before = describe(anchor.state())
    check(test) {
        val list = anchor.accept(test.bytes("list"), test.number("now"), skew)
        fields(
            "version" to list.version,
            "issuedAt" to list.issuedAt,
            "expires" to list.expires,
            "trust" to list.trust.keys().map(::describe),
            "skipped" to list.skipped.size,
            "roots" to anchor.state()!!.roots.map { hex(it.toCoseKey()) },
        )
    }
    if (!test.isValid()) same("the state", describe(anchor.state()), before)
}

private fun describe(state: TrustState?): String? = state?.run {
    "$version ${hex(digest)} $issuedAt ${roots.map { hex(it.toCoseKey()) }}"
}

fun runStatusList(group: JsonObject, test: JsonObject) {
    val trust = Trust(group.list("trust").map(::trustedKey))
    val most = group.inner("limits")
    val limits = StatusLimits(most.number("listBytes"), most.number("inflatedBytes"))
    fun accept(of: JsonObject, now: Long, held: List<HeldList>) =
        StatusList.accept(of.bytes("list"), trust, now, group.number("skew"), held, limits)
    var held = emptyList<HeldList>()
    for (earlier in test.list("held")) {
        held = listOf(accept(earlier, earlier.number("accepted"), held).held())
    }
    check(test) {
        val list = accept(test, test.number("now"), held)
        val values = (0 until minOf(list.entries(), 64)).map { list.get(it.toULong())!!.toByte() }
        fields(
            "issuer" to list.issuer(),
            "uri" to list.uri(),
            "bits" to list.bits(),
            "issuedAt" to list.issuedAt(),
            "expires" to list.expires(),
            "entries" to list.entries(),
            "values" to hex(values.toByteArray()),
        )
    }
}

private fun check(test: JsonObject, facts: () -> JsonObject) {
    val found = try {
        facts()
    } catch (error: LivepermitException.Failed) {
        same("result", "invalid", test.text("result"))
        same("code", error.code, test.text("code"))
        malformed(test, error.evidence)
        return
    }
    same("result", "valid", test.text("result"))
    same("accepted", found, test.inner("accepted"))
}
