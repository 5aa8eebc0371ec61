package org.livepermit

import java.io.File
import java.nio.ByteBuffer
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.livepermit.examples.answer
import org.livepermit.examples.gate
import org.livepermit.examples.issue
import org.livepermit.examples.look
import org.livepermit.examples.show

/** The README and the functions that it shows. */
class ReadmeTest {
    private val issuerKey = SecretKey.generateEd25519()
    private val now = System.currentTimeMillis() / 1000
    private val device = DeviceKey(
        KeyPairGenerator.getInstance("EC")
            .apply { initialize(ECGenParameterSpec("secp256r1")) }
            .generateKeyPair(),
    )
    private val trust = Trust(
        listOf(
            TrustedKey(
                "bj.example", issuerKey.publicKey(), null, Algorithm.ED25519,
                listOf(Use.CREDENTIAL), listOf("bj.example:residence"), null, null, null,
            ),
        ),
    )
    private val wallet = Holder(device.publicKey).apply {
        accept(issue(issuerKey, device.publicKey, now), trust, now)
    }

    @Test
    fun `the README shows what runs here`() {
        val source = File("src/test/kotlin/org/livepermit/examples/Readme.kt").readText()
        val blocks = File("README.md").readText().split("```kotlin\n").drop(1)
            .map { it.substringBefore("```") }
        assertEquals(3, blocks.size)
        for (block in blocks) {
            assertTrue(block in source, "not in Readme.kt:\n$block")
            assertTrue(block.lines().size <= 24, "too long for a first look:\n$block")
        }
        val functions = Regex("""^(?:suspend )?fun (\w+)""", RegexOption.MULTILINE)
        val shown = blocks.flatMap { block -> functions.findAll(block).map { it.groupValues[1] } }
        assertEquals(functions.findAll(source).map { it.groupValues[1] }.toList(), shown)
    }

    @Test
    fun `the code is shown, and the gate answers`() = runTest {
        val painted = mutableListOf<String>()
        // The flow goes on for ever: what paints the first code ends it.
        assertThrows(CancellationException::class.java) {
            kotlinx.coroutines.runBlocking {
                show(wallet, device) {
                    painted += it
                    if (it.startsWith("<svg")) throw CancellationException("seen")
                }
            }
        }
        assertEquals("one moment", painted.first())
        assertEquals(2, painted.size)
        val code = device.sign(wallet.prepare(Recipient.Anyone, now)).qrText
        val gate = gate(issuerKey.publicKey())
        assertEquals("come in, BJ-7F3A9C2E", answer(gate, code, now))
        val again = answer(gate, code, now + 10)
        assertEquals("Refuse: ask for the live code in the app.", again)
    }

    @Test
    fun `the camera sees a code`() {
        val text = device.sign(wallet.prepare(Recipient.Anyone, now)).qrText
        val picture = drawQr(text, ErrorCorrection.MEDIUM)
        val (width, modules) = picture.width().toInt() to picture.modules()
        val side = (width + 8) * 4
        val luma = ByteBuffer.allocateDirect(side * side)
        for (at in 0 until side * side) luma.put(at, -1)
        for (y in 0 until width * 4) for (x in 0 until width * 4) {
            if (modules[y / 4 * width + x / 4] == 1.toByte()) luma.put((y + 16) * side + x + 16, 0)
        }
        val sizes = Frame(side.toLong(), side.toLong(), side.toLong(), PixelLayout.YUV420)
        val camera = GateScanner(gate(issuerKey.publicKey()))
        assertEquals(listOf("come in, BJ-7F3A9C2E"), look(camera, luma, sizes, now))
        assertEquals(emptyList<String>(), look(camera, luma, sizes, now + 1))
    }
}
