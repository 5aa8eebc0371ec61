package org.livepermit

import com.google.gson.JsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory

/** Every test vector through the public API of this package. */
class VectorsTest {
    // With the number of tests, so that a file that is left out is noticed.
    private val files = mapOf(
        "acting" to 19, "admission" to 241, "credential-and-presentation" to 31, "gate-codes" to 102,
        "keys" to 75, "memory" to 201, "pass" to 113, "rejections" to 938, "setups" to 253,
        "slip" to 60, "status-lists" to 379, "status" to 75, "trust-list-expiry" to 6, "trust-lists" to 378,
    )

    private val runners = mapOf<String, (JsonObject, JsonObject) -> Unit>(
        "VerifyToken" to ::runToken,
        "GateCode" to ::runGateCode,
        "AcceptSetup" to ::runSetup,
        "PublicKey" to ::runKey,
        "AcceptTrustList" to ::runTrustList,
        "AcceptStatusList" to ::runStatusList,
        "Admit" to ::runAdmit,
        "Memory" to ::runMemory,
    )

    @TestFactory
    fun `every vector has its verdict`(): List<DynamicTest> = files.map { (name, tests) ->
        dynamicTest(name) {
            var ran = 0
            val failures = mutableListOf<String>()
            for (group in vectors(name).list("testGroups")) {
                val run = runners.getValue(group.text("type"))
                for (test in group.list("tests")) {
                    ran += 1
                    try {
                        run(group, test)
                    } catch (wrong: Mismatch) {
                        failures += "$name ${test.number("tcId")}: ${wrong.message}"
                    }
                }
            }
            assertEquals(emptyList<String>(), failures.take(5), "${failures.size} failures")
            assertEquals(tests, ran)
        }
    }
}
