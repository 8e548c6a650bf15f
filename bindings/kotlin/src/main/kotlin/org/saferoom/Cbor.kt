// Deterministic CBOR (RFC 8949, 4.2.1), as much of it as pages have, and nothing else that CBOR could be.

package org.saferoom

import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException

/** Reads items one after the other, from [at] to [end]. */
internal class Cbor(private val bytes: ByteArray, at: Int = 0, private val end: Int = bytes.size) {
    /** Where the next item stands. */
    var at: Int = at
        private set

    private companion object {
        const val UNSIGNED = 0
        const val BYTES = 2
        const val TEXT = 3
        const val ARRAY = 4
        const val MAP = 5
        const val FALSE = 0xf4
        const val TRUE = 0xf5
        const val NULL = 0xf6
        const val VERSION = 1
        const val REPAIRED = '\uFFFD'
        val LEAST = ulongArrayOf(24UL, 1UL shl 8, 1UL shl 16, 1UL shl 32)
    }

    /** The outer array with so many parts, and the version. */
    fun opening(parts: Int) {
        sound(array() == parts)
        sound(count() == VERSION)
    }

    fun unsigned(): ULong = argument(UNSIGNED)

    /** A number that counts things in memory. */
    fun count(): Int = small(argument(UNSIGNED))

    fun array(): Int = small(argument(ARRAY))

    fun map(): Int = small(argument(MAP))

    /** All items of an array. */
    fun <T> all(read: () -> T): List<T> {
        val count = array()
        // Each item has a byte at least: a length that is not true takes no memory.
        sound(count <= end - at)
        return List(count) { read() }
    }

    fun bytes(): ByteArray = content(BYTES).let { bytes.copyOfRange(it.first, it.last + 1) }

    fun skipBytes(): IntRange = content(BYTES)

    fun id(): String = content(BYTES).let { place ->
        sound(place.last + 1 - place.first == ID_LENGTH)
        hex(bytes, place.first, ID_LENGTH)
    }

    fun text(): String {
        val place = content(TEXT)
        val length = place.last + 1 - place.first
        // A decoder costs several times as much. What is not valid was repaired with this letter; or the letter was there.
        val text = String(bytes, place.first, length, Charsets.UTF_8)
        return if (REPAIRED in text) strictly(ByteBuffer.wrap(bytes, place.first, length)) else text
    }

    private fun strictly(text: ByteBuffer): String = try {
        Charsets.UTF_8.newDecoder().decode(text).toString()
    } catch (_: CharacterCodingException) {
        malformed()
    }

    fun bool(): Boolean = when (next()) {
        FALSE -> false
        TRUE -> true
        else -> malformed()
    }

    /** Whether nothing stands here; then it is read. */
    fun isNull(): Boolean = (at < end && bytes[at].toInt() and 0xff == NULL).also { if (it) at++ }

    /** Nothing stands behind. */
    fun ended(expected: Int): Unit = sound(at == expected)

    private fun next(): Int {
        sound(at < end)
        return bytes[at++].toInt() and 0xff
    }

    private fun content(major: Int): IntRange {
        val length = small(argument(major))
        sound(length <= end - at)
        return (at until at + length).also { at += length }
    }

    /** The number in the head of an item of this type: in the shortest head that there is. */
    private fun argument(major: Int): ULong {
        val first = next()
        sound(first shr 5 == major)
        val small = first and 31
        if (small < 24) return small.toULong()
        sound(small <= 27)
        var number = 0UL
        repeat(1 shl (small - 24)) { number = (number shl 8) or next().toULong() }
        sound(number >= LEAST[small - 24])
        return number
    }

    private fun small(number: ULong): Int {
        sound(number <= Int.MAX_VALUE.toULong())
        return number.toInt()
    }
}

private val DIGITS = "0123456789abcdef".toCharArray()

internal fun hex(bytes: ByteArray, from: Int = 0, length: Int = bytes.size): String {
    val digits = CharArray(2 * length)
    for (place in 0 until length) {
        val byte = bytes[from + place].toInt()
        digits[2 * place] = DIGITS[byte shr 4 and 15]
        digits[2 * place + 1] = DIGITS[byte and 15]
    }
    return String(digits)
}

/** What crossed is from another release, or was changed on its way: a bug inside. */
internal fun malformed(): Nothing = throw failedInside()

internal fun sound(it: Boolean) {
    if (!it) malformed()
}
