package org.livepermit

import com.google.gson.JsonObject

// Groups of type AcceptSetup.

fun runSetup(group: JsonObject, test: JsonObject) {
    val setup = try {
        accept(group, test)
    } catch (error: LivepermitException.Failed) {
        same("result", "invalid", test.text("result"))
        same("code", error.code, test.text("code"))
        malformed(test, error.evidence)
        return
    }
    same("result", "valid", test.text("result"))
    same("from the storage", storedSetup(setup.bytes).settings, setup.settings)
    val wanted = test.inner("accepted")
    val settings = setup.settings
    same("version", setup.version, wanted.number("version"))
    same("date", setup.issuedAt, wanted.number("issuedAt"))
    same("operator", hex(setup.operator.toCoseKey()), wanted.text("operator"))
    val number = setupCheckNumber(setup.bytes).replace(" ", "")
    same("check number", number, wanted.text("checkNumber"))
    same("lane", settings.lane, wanted.text("lane"))
    same("zone", settings.zone, wanted.text("zone"))
    same("policy", settings.policy, policyOf(wanted.inner("policy")))
    same("passage", settings.passage.name.lowercase(), wanted.text("passage"))
    same("debounce", settings.debounce, wanted.number("debounce"))
    same("cool-down", wordOf(settings.coolDown), wanted.get("coolDown").asString)
    same("status lists", setup.statusLists, wanted.texts("statusLists"))
    same("relay", setup.relay?.let { fields("address" to it.address, "key" to hex(it.key)) },
        wanted.maybeInner("relay"))
    same("settings", describe(setup.retention), wanted.inner("settings"))
    when (val trust = setup.trust) {
        is SetupTrust.Named ->
            same("trust", fields("keys" to trust.keys.map(::describe)),
                fields("keys" to wanted.list("trust")))
        is SetupTrust.Listed -> same(
            "trust list",
            fields(
                "name" to trust.name,
                "lowestVersion" to trust.lowestVersion,
                "roots" to trust.roots.map { hex(it.toCoseKey()) },
                "address" to trust.address,
            ),
            wanted.inner("trustList"),
        )
    }
}

private fun accept(group: JsonObject, test: JsonObject): GateSetup {
    val text = test.maybeText("text")
    val read = if (text == null) readSetupBytes(test.bytes("setup")) else readSetup(text)
    val (now, skew) = test.number("now") to group.number("skew")
    val held = test.maybeText("held")?.let(::unhex)
        ?: return acceptFirstSetup(read.bytes, test.text("compared"), now, skew)
    return acceptNextSetup(read.bytes, held, now, skew)
}

private fun wordOf(coolDown: CoolDownPolicy) = when (coolDown) {
    is CoolDownPolicy.Window -> "window"
    is CoolDownPolicy.Seconds -> coolDown.seconds.toString()
    is CoolDownPolicy.DangerousNone -> "none"
}

private fun describe(retention: Retention) = fields(
    "largestWindow" to retention.largestWindow,
    "largestSkew" to retention.largestSkew,
    "clockDifference" to retention.clockDifference,
    "longestCoolDown" to retention.longestCoolDown,
    "oldMaster" to (retention.oldMaster ?: "unbounded"),
)
