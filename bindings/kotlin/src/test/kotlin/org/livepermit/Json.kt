package org.livepermit

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import com.google.gson.JsonPrimitive
import java.io.File
import java.util.HexFormat

/** What a vector does not say, or says otherwise. */
class Mismatch(message: String) : Exception(message)

fun same(what: String, found: Any?, wanted: Any?) {
    if (found != wanted) throw Mismatch("$what: $found, not $wanted")
}

fun vectors(name: String): JsonObject {
    val folder = System.getProperty("livepermit.vectors") ?: error("livepermit.vectors is not set")
    return JsonParser.parseString(File(folder, "$name.json").readText()).asJsonObject
}

fun JsonObject.text(name: String): String = get(name).asString

fun JsonObject.maybeText(name: String): String? = maybe(name)?.asString

fun JsonObject.number(name: String): Long = get(name).asLong

fun JsonObject.maybeNumber(name: String): Long? =
    maybe(name)?.takeIf { it.isJsonPrimitive && it.asJsonPrimitive.isNumber }?.asLong

fun JsonObject.maybe(name: String): JsonElement? = get(name)?.takeIf { it !is JsonNull }

fun JsonObject.inner(name: String): JsonObject = getAsJsonObject(name)

fun JsonObject.maybeInner(name: String): JsonObject? = maybe(name)?.asJsonObject

fun JsonObject.list(name: String): List<JsonObject> =
    maybe(name)?.asJsonArray?.map { it.asJsonObject } ?: emptyList()

fun JsonObject.texts(name: String): List<String> =
    maybe(name)?.asJsonArray?.map { it.asString } ?: emptyList()

fun JsonObject.bytes(name: String): ByteArray = unhex(text(name))

fun JsonObject.isValid(): Boolean = text("result") == "valid"

fun unhex(text: String): ByteArray = HexFormat.of().parseHex(text)

fun hex(bytes: ByteArray): String = HexFormat.of().formatHex(bytes)

/** An object of the fields that are there. */
fun fields(vararg pairs: Pair<String, Any?>): JsonObject = JsonObject().apply {
    for ((name, value) in pairs) if (value != null) add(name, element(value))
}

private fun element(value: Any): JsonElement = when (value) {
    is JsonElement -> value
    is String -> JsonPrimitive(value)
    is Number -> JsonPrimitive(value)
    is Boolean -> JsonPrimitive(value)
    is List<*> -> JsonArray().apply { value.forEach { add(element(it!!)) } }
    else -> error("no JSON: $value")
}
