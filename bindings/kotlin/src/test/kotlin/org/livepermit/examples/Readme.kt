package org.livepermit.examples

import java.nio.ByteBuffer
import org.livepermit.*

// The README shows these functions word for word; `ReadmeTest` compares and runs them.

// The issuer: its private key stays on its server.
fun issue(issuerKey: SecretKey, phone: PublicKey, now: Long): ByteArray {
    val issuer = Issuer("bj.example", issuerKey.publicKey())
    val permit = permit("BJ-7F3A9C2E", "bj.example:residence")
    return issuer.prepareCredential(permit, phone, defaultValidity(), now).sign(issuerKey).bytes
}

// The phone, while its screen is visible: a new code every ten seconds.
suspend fun show(wallet: Holder, device: DeviceKey, paint: (String) -> Unit) =
    wallet.liveCodes(device).collect { screen ->
        when (screen) {
            is LiveScreen.Code -> paint(drawQr(screen.token.qrText, ErrorCorrection.MEDIUM).toSvg())
            is LiveScreen.Waiting -> paint("one moment") // `screen.failure` says why
            is LiveScreen.NotYetValid -> paint("valid from ${screen.from}")
            is LiveScreen.Ended -> paint("fetch the next credential")
        }
    }

// The gate: it knows the issuer's public key, and needs no network.
fun gate(issuerKey: PublicKey): Gate {
    val key = TrustedKey(
        "bj.example", issuerKey, keyId = null, Algorithm.ED25519, listOf(Use.CREDENTIAL),
        listOf("bj.example:residence"), notBefore = null, signUntil = null, expires = null,
    )
    val rules = policy("gate-3", listOf("bj.example:residence"), RevocationPolicy.NotChecked)
    val store = Store.inMemoryForTheFirstTime(100_000, defaultRetention())
    return Gate(gateSettings(rules), Trust(listOf(key)), emptyList(), store)
}

fun answer(gate: Gate, code: String, now: Long): String =
    when (val admission = gate.admit(code, now)) {
        is Admission.Admitted -> "come in, ${admission.verified.subject}"
        is Admission.Refused -> admission.rejection.instruction
    }

// `luma` is the plane that CameraX gives: a direct buffer, used without a copy.
fun look(camera: GateScanner, luma: ByteBuffer, sizes: Frame, now: Long): List<String> =
    camera.scan(luma, sizes, now).mapNotNull { event ->
        when (event) {
            is ScanEvent.Entered -> "come in, ${event.verified.subject}"
            is ScanEvent.TurnedAway -> event.rejection.instruction
            else -> null
        }
    }
