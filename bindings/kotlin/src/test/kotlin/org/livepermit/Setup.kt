package org.livepermit

import com.google.gson.JsonObject

// Keys, policies and lists from the fields of a group.

private val algorithms =
    mapOf("Ed25519" to Algorithm.ED25519, "EdDSA" to Algorithm.ED_DSA, "ESP256" to Algorithm.ESP256)

fun nameOf(algorithm: Algorithm): String = algorithms.entries.first { it.value == algorithm }.key

fun nameOf(form: Form): String = form.name.lowercase()

fun keyOf(cose: String): PublicKey = PublicKey.fromCoseKey(unhex(cose))

fun trustedKey(entry: JsonObject) = TrustedKey(
    issuer = entry.text("issuer"),
    key = keyOf(entry.text("key")),
    keyId = entry.bytes("keyId"),
    algorithm = algorithms.getValue(entry.text("algorithm")),
    uses = entry.texts("uses").map { Use.valueOf(it.uppercase()) },
    classes = entry.texts("classes"),
    notBefore = entry.number("notBefore"),
    signUntil = entry.number("signUntil"),
    expires = entry.number("expires"),
)

fun describe(key: TrustedKey) = fields(
    "issuer" to key.issuer,
    "keyId" to hex(key.keyId!!),
    "key" to hex(key.key.toCoseKey()),
    "algorithm" to nameOf(key.algorithm),
    "uses" to key.uses.map { it.name.lowercase() },
    "classes" to key.classes,
    "notBefore" to key.notBefore,
    "signUntil" to key.signUntil,
    "expires" to key.expires,
)

/** The keys of a group: from a signed list where there is one. */
fun trustOf(group: JsonObject): Trust {
    val named = Trust(group.list("trust").map(::trustedKey))
    val signed = group.maybeInner("trustList") ?: return named
    val anchor = TrustAnchor(signed.text("name"), listOf(keyOf(signed.text("root"))), 0)
    val skew = group.inner("policy").number("skew")
    val list = anchor.accept(signed.bytes("list"), signed.number("accepted"), skew)
    same("trust", list.trust.keys().map(::describe), named.keys().map(::describe))
    same("end", list.expires, signed.number("expires"))
    return list.trust
}

fun listsOf(group: JsonObject, trust: Trust): List<StatusList> = group.list("statusLists").map {
    val skew = group.inner("policy").number("skew")
    val (list, now) = it.bytes("list") to it.number("accepted")
    StatusList.accept(list, trust, now, skew, emptyList(), defaultStatusLimits())
}

fun policyOf(rules: JsonObject, gate: String = rules.text("gate")): Policy {
    val lookUp = rules.get("revocation")
    val revocation = if (lookUp.isJsonObject) {
        val limits = lookUp.asJsonObject
        RevocationPolicy.Required(limits.number("maxAge"), limits.number("grace"))
    } else {
        RevocationPolicy.NotChecked
    }
    return policy(gate, rules.texts("classes"), revocation).apply {
        if (rules.text("audience") == "own") audience = AudiencePolicy.OWN
        forms = rules.texts("forms").map { Form.valueOf(it.uppercase()) }
        if (rules.text("challenge") == "required") challenge = ChallengePolicy.REQUIRED
        if (rules.text("acting") == "accepted") acting = ActingPolicy.ACCEPTED
        dangerousStatusExempt = rules.texts("statusExempt")
        window = rules.number("window")
        skew = rules.number("skew")
        maxCredentialAge = rules.number("maxCredentialAge")
    }
}

fun challengeOf(question: JsonObject) =
    Challenge(question.text("gate"), question.bytes("nonce"), question.number("expires"))

fun retentionOf(settings: JsonObject) = Retention(
    largestWindow = settings.number("largestWindow"),
    largestSkew = settings.number("largestSkew"),
    clockDifference = settings.number("clockDifference"),
    longestCoolDown = settings.number("longestCoolDown"),
    oldMaster = settings.maybeNumber("oldMaster"),
)
