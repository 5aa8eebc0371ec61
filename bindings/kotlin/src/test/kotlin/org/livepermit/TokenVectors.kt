package org.livepermit

import com.google.gson.JsonObject

// Groups of type VerifyToken, GateCode and PublicKey.

fun runToken(group: JsonObject, test: JsonObject) {
    val trust = trustOf(group)
    val verifier = Verifier(trust, policyOf(group.inner("policy")), listsOf(group, trust))
    val now = test.number("now")
    val challenge = test.maybeInner("challenge")?.let(::challengeOf)
    val verdicts = mutableListOf<Verdict>()
    test.maybeText("text")?.let { verdicts += verifier.verify(it, now, challenge) }
    test.maybeText("token")?.let(::unhex)?.let { bytes ->
        verdicts += verifier.verifyBytes(bytes, now, challenge)
        if (test.isValid()) {
            val token = readToken(bytes)
            for (text in listOf(token.qrText, token.linkText)) {
                verdicts += verifier.verify(text, now, challenge)
            }
        }
    }
    if (verdicts.isEmpty()) throw Mismatch("there is neither token nor text")
    for (verdict in verdicts) {
        when (verdict) {
            is Verdict.Accepted -> {
                same("result", "valid", test.text("result"))
                same("verdict", describe(verdict.verified), test.maybeInner("verdict") ?: fields())
            }
            is Verdict.Refused -> {
                same("result", "invalid", test.text("result"))
                refused(test, verdict.rejection)
            }
        }
    }
}

fun refused(test: JsonObject, rejection: Rejection) {
    same("code", rejection.code, test.text("code"))
    same("stage", rejection.stage, test.text("stage"))
    malformed(test, rejection.evidence)
}

fun malformed(test: JsonObject, evidence: Evidence) {
    val wanted = test.maybeInner("malformed") ?: return
    if (evidence is Evidence.Malformed) {
        same("layer", evidence.layer, wanted.text("layer"))
        same("flaw", evidence.flaw, wanted.text("flaw"))
    }
}

private fun describe(verified: Verified) = fields(
    "form" to nameOf(verified.form),
    "issuer" to verified.issuer,
    "subject" to verified.subject,
    "class" to verified.permitClass,
    "keyId" to hex(verified.keyId),
    "audience" to verified.audience,
    "challengeAnswered" to verified.challengeAnswered,
    "issuedAt" to verified.issuedAt,
    "liveUntil" to verified.liveUntil,
    "window" to verified.window,
    "credential" to verified.credential?.let {
        fields(
            "notBefore" to it.notBefore,
            "expires" to it.expires,
            "deviceKey" to hex(it.deviceKey),
        )
    },
    "person" to verified.person?.let {
        fields("fullName" to it.fullName, "birthDate" to it.birthDate)
    },
    "status" to verified.status?.let { fields("uri" to it.uri, "index" to it.index.toString()) },
    "acting" to verified.acting?.let {
        fields("role" to it.role, "representative" to it.representative)
    },
    "checkNumber" to verified.checkNumber,
    "application" to hex(verified.application),
    "cautions" to verified.cautions.map { it.code },
    "permitId" to hex(verified.permitId),
    "keepUntil" to verified.keepUntil,
)

fun runGateCode(@Suppress("UNUSED_PARAMETER") group: JsonObject, test: JsonObject) {
    val code = try {
        readGateCode(test.text("text"))
    } catch (error: LivepermitException.Failed) {
        same("result", "invalid", test.text("result"))
        same("code", error.code, test.text("code"))
        return
    }
    same("result", "valid", test.text("result"))
    val (found, again) = when (code) {
        is GateCode.OfGate -> fields("gate" to code.gate) to gateNameQrText(code.gate)
        is GateCode.Question -> {
            val asked = code.challenge
            fields("gate" to asked.gate, "nonce" to hex(asked.nonce), "expires" to asked.expires) to
                challengeQrText(asked)
        }
    }
    same("gate code", found, test.inner("gateCode"))
    same("text", again, test.text("text"))
}

fun runKey(@Suppress("UNUSED_PARAMETER") group: JsonObject, test: JsonObject) {
    val cose = test.text("coseKey")
    val key = try {
        keyOf(cose)
    } catch (_: LivepermitException.Failed) {
        same("result", "invalid", test.text("result"))
        return
    }
    same("result", "valid", test.text("result"))
    val wanted = test.inner("key")
    same("again", hex(key.toCoseKey()), cose)
    same("algorithm", nameOf(key.algorithm()), wanted.text("algorithm"))
    same("point", hex(key.toPoint()), wanted.text("point"))
    same("thumbprint", hex(key.thumbprint()), wanted.text("thumbprint"))
    same("key id", hex(key.thumbprint()).take(16), wanted.text("keyId"))
    same("spki", hex(key.toSpkiDer()), wanted.text("spki"))
    val ways = listOf(
        PublicKey.fromSpkiDer(wanted.bytes("spki")),
        PublicKey.fromSpkiPem(key.toSpkiPem()),
        PublicKey.fromPoint(wanted.bytes("point")),
    )
    for (way in ways) same("another way", hex(way.toCoseKey()), cose)
    wanted.maybeText("private")?.let(::unhex)?.let { private ->
        val owner = when (key.algorithm()) {
            Algorithm.ESP256 -> SecretKey.fromP256Scalar(private)
            else -> SecretKey.fromEd25519Seed(private)
        }
        same("the public half", hex(owner.publicKey().toCoseKey()), cose)
    }
}
