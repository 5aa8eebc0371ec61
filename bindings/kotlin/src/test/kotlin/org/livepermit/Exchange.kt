package org.livepermit

import com.google.gson.JsonParser
import java.io.File
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec

private const val CLASS = "bj.example:residence"

/**
 * Makes codes that programs in other languages admit, and admits theirs: `make FILE`, `admit FILE`,
 * `cost FILE CALLS [KIND]`. KIND is the code that is verified: `ed25519` (unless said), `p256` or
 * `pass`.
 */
fun main(arguments: Array<String>) {
    val (word, file) = arguments
    when (word) {
        "make" -> File(file).writeText(make().toString())
        "admit" -> admit(JsonParser.parseString(File(file).readText()).asJsonObject)
        "cost" -> {
            val made = JsonParser.parseString(File(file).readText()).asJsonObject
            cost(made, arguments[2].toInt(), arguments.getOrElse(3) { "ed25519" })
        }
        else -> error("make FILE, admit FILE, or cost FILE CALLS [KIND]")
    }
}

private fun trustOf(key: PublicKey) = Trust(
    listOf(
        TrustedKey(
            issuer = "bj.example", key = key, keyId = null, algorithm = Algorithm.ED25519,
            uses = listOf(Use.CREDENTIAL, Use.PASS), classes = listOf(CLASS),
            notBefore = null, signUntil = null, expires = null,
        ),
    ),
)

private fun make(): com.google.gson.JsonObject {
    val now = System.currentTimeMillis() / 1000
    val key = SecretKey.generateEd25519()
    val issuer = Issuer("bj.example", key.publicKey())
    val pass = issuer.preparePass(permit("pass", CLASS), null, now).sign(key).qrText
    val devices = mapOf("ed25519" to "Ed25519", "p256" to "EC").mapValues { (_, algorithm) ->
        val generator = KeyPairGenerator.getInstance(algorithm)
        if (algorithm == "EC") generator.initialize(ECGenParameterSpec("secp256r1"))
        DeviceKey(generator.generateKeyPair())
    }
    val presented = devices.map { (name, device) ->
        val credential = issuer
            .prepareCredential(permit(name, CLASS), device.publicKey, defaultValidity(), now)
            .sign(key)
        val holder = Holder(device.publicKey)
        holder.accept(credential.bytes, trustOf(key.publicKey()), now)
        name to device.sign(holder.prepare(Recipient.Anyone, now)).qrText
    }
    return fields(
        "issuerKey" to hex(key.publicKey().toCoseKey()),
        "now" to now,
        "codes" to fields("pass" to pass, *presented.toTypedArray()),
    )
}

private fun admit(made: com.google.gson.JsonObject) {
    val rules = policy("gate-3", listOf(CLASS), RevocationPolicy.NotChecked)
    val store = Store.inMemoryForTheFirstTime(100, defaultRetention())
    val gate = Gate(gateSettings(rules), trustOf(keyOf(made.text("issuerKey"))), emptyList(), store)
    val (now, codes) = made.number("now") to made.inner("codes").asMap()
    same("codes", codes.size, 3)
    for ((name, code) in codes) {
        val admission = gate.admit(code.asString, now + 1)
        same("subject", (admission as? Admission.Admitted)?.verified?.subject, name)
        val again = gate.admit(code.asString, now + 10)
        same("again", (again as? Admission.Refused)?.rejection?.code, "already-used")
    }
}

/** Calls that are timed together. */
private const val TOGETHER = 200

/**
 * The microseconds of a verdict on a code, the median of many small batches, and by how many KiB
 * the process grew in the second half of the calls.
 */
private fun cost(made: com.google.gson.JsonObject, calls: Int, kind: String) {
    val rules = policy("gate-3", listOf(CLASS), RevocationPolicy.NotChecked)
    val verifier = Verifier(trustOf(keyOf(made.text("issuerKey"))), rules, emptyList())
    val (code, now) = made.inner("codes").text(kind) to made.number("now")
    val batches = mutableListOf<Double>()
    var half = 0L
    for (batch in 0 until calls / TOGETHER) {
        if (batch == calls / TOGETHER / 2) half = resident()
        val start = System.nanoTime()
        repeat(TOGETHER) { check(verifier.verify(code, now, null) is Verdict.Accepted) }
        batches += (System.nanoTime() - start) / 1000.0 / TOGETHER
    }
    val median = batches.sorted()[batches.size / 2]
    println("%.1f %d".format(java.util.Locale.ROOT, median, resident() - half))
}

/** KiB of memory that the process has, after the garbage is gone. */
private fun resident(): Long {
    System.gc()
    val line = File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }
    return line.split(Regex("\\s+"))[1].toLong()
}
