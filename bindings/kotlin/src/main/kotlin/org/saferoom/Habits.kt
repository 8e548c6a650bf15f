// Moments, spans and places as Kotlin has them, where the library has numbers and texts: `moments.py` gives them to its calls and records.

package org.saferoom

import java.nio.ByteBuffer
import java.nio.file.Path
import java.nio.file.Paths
import java.time.Duration
import java.time.Instant

/** Crosses as another type does. */
internal abstract class CrossingAs<Here, There, Ffi>(
    private val theirs: FfiConverter<There, Ffi>,
    private val there: (Here) -> There,
    private val here: (There) -> Here,
) : FfiConverter<Here, Ffi> {
    override fun lift(value: Ffi): Here = here(theirs.lift(value))

    override fun lower(value: Here): Ffi = theirs.lower(there(value))

    override fun read(buf: ByteBuffer): Here = here(theirs.read(buf))

    override fun allocationSize(value: Here): ULong = theirs.allocationSize(there(value))

    override fun write(value: Here, buf: ByteBuffer): Unit = theirs.write(there(value), buf)
}

// Numbers with a sign and without cross alike, and those here are not negative.

internal object FfiConverterMoment : CrossingAs<Instant, Long, Long>(FfiConverterLong, { it.milliseconds() }, { it.toInstant() })

internal object FfiConverterOptionalMoment :
    CrossingAs<Instant?, Long?, RustBuffer.ByValue>(FfiConverterOptionalLong, { it?.milliseconds() }, { it?.toInstant() })

internal object FfiConverterOptionalMomentInSeconds : CrossingAs<Instant?, Long?, RustBuffer.ByValue>(
    FfiConverterOptionalLong, { it?.seconds() }, { it?.toULong()?.secondsToInstant() },
)

internal object FfiConverterSpan : CrossingAs<Duration, Long, Long>(FfiConverterLong, { it.milliseconds() }, { it.toSpan() })

internal object FfiConverterOptionalSpan :
    CrossingAs<Duration?, Long?, RustBuffer.ByValue>(FfiConverterOptionalLong, { it?.milliseconds() }, { it?.toSpan() })

internal object FfiConverterPlace :
    CrossingAs<Path, String, RustBuffer.ByValue>(FfiConverterString, { it.toString() }, { Paths.get(it) })

internal object FfiConverterOptionalPlace :
    CrossingAs<Path?, String?, RustBuffer.ByValue>(FfiConverterOptionalString, { it?.toString() }, { it?.let { place -> Paths.get(place) } })

/** What lies beyond all time is told as its end, not as a moment before 1970. */
internal fun Long.toInstant(): Instant = Instant.ofEpochMilli(upToTheEnd())

internal fun ULong.secondsToInstant(): Instant =
    Instant.ofEpochSecond(coerceAtMost(Instant.MAX.epochSecond.toULong()).toLong())

private fun Long.toSpan(): Duration = Duration.ofMillis(upToTheEnd())

private fun Long.upToTheEnd(): Long = if (this < 0) Long.MAX_VALUE else this

/** As moments cross. The library knows those from 1970 to 2199. */
internal fun Instant.milliseconds(): Long = counted { toEpochMilli() }

internal fun Instant.seconds(): Long = counted { epochSecond }

internal fun Duration.milliseconds(): Long = counted { toMillis() }

internal fun Duration.wholeSeconds(): Long = counted { seconds }

/** Of a clock that is ahead of UTC, or behind it. */
internal fun Duration.wholeMinutes(): Int = toMinutes().let { if (it.toInt().toLong() == it) it.toInt() else throw noSuchTime() }

private inline fun counted(count: () -> Long): Long = try {
    count()
} catch (_: ArithmeticException) {
    throw noSuchTime()
}.also { if (it < 0) throw noSuchTime() }

private fun noSuchTime(): SaferoomException = outOfRange("Give a moment from 1970 to 2199, or a span that is not negative.")

/** A number that the other side does not hold. */
internal fun outOfRange(advice: String): SaferoomException =
    SaferoomException.of(ErrorCode.VALUE_RANGE.number, ErrorKind.MODEL, "the value is out of range", advice, null)
