// Moments, spans and places as Kotlin has them, where what uniffi writes has numbers and texts.

package org.saferoom

import java.nio.file.Path
import java.time.Duration
import java.time.Instant

/** After so long without a call the sessions of this vault lock themselves: a second to twelve hours; five minutes at first. */
@Throws(SaferoomException::class)
public fun Vault.setIdleTimeout(timeout: Duration): Unit = setIdleTimeout(timeout.unsignedSeconds())

/**
 * A key store in a folder that only its owner may read. Protects against whoever takes the database file alone, not against
 * whoever takes the whole disk.
 */
public fun fileKeyStore(folder: Path): KeyStore = fileKeyStore(folder.toString())

/** A file that goes into a packet: its [kind], such as `referral`, and a [name] within the packet, never that of a person. */
public fun PacketPartInput(kind: String, name: String, path: Path): PacketPartInput = PacketPartInput(kind, name, path.toString())

/** What both clocks of a host show; [monotonic] is the time since some fixed moment, with the time asleep. */
@Throws(SaferoomException::class)
public fun ClockReading(wall: Instant, monotonic: Duration): ClockReading =
    ClockReading(wall.unsignedMilliseconds(), monotonic.unsignedMilliseconds())

/** The same question, about entries from [since] on and before [until]. */
@Throws(SaferoomException::class)
public fun LogQuestion.between(since: Instant?, until: Instant?): LogQuestion =
    copy(since = since?.unsignedMilliseconds(), until = until?.unsignedMilliseconds())

/** The same answer, with the moment at which the child is expected. */
@Throws(SaferoomException::class)
public fun ReferralAnswerInput.expecting(at: Instant?): ReferralAnswerInput = copy(appointmentAt = at?.unsignedMilliseconds())

internal fun ULong.toInstant(): Instant = toLong().toInstant()

internal fun Long.toInstant(): Instant = Instant.ofEpochMilli(this)

internal fun ULong.secondsToInstant(): Instant =
    Instant.ofEpochSecond(coerceAtMost(Instant.MAX.epochSecond.toULong()).toLong())

/** As the moments of a record cross. The library knows those from 1970 to 2199. */
internal fun Instant.milliseconds(): Long = try {
    toEpochMilli()
} catch (_: ArithmeticException) {
    throw noSuchTime()
}

internal fun Instant.unsignedMilliseconds(): ULong = milliseconds().unsigned()

internal fun Instant.unsignedSeconds(): ULong = epochSecond.unsigned()

internal fun Duration.unsignedSeconds(): ULong = seconds.unsigned()

private fun Duration.unsignedMilliseconds(): ULong = try {
    toMillis().unsigned()
} catch (_: ArithmeticException) {
    throw noSuchTime()
}

private fun Long.unsigned(): ULong = if (this >= 0) toULong() else throw noSuchTime()

private fun noSuchTime(): SaferoomException = outOfRange("Give a moment from 1970 to 2199, or a span that is not negative.")

/** A number that the other side does not hold. */
internal fun outOfRange(advice: String): SaferoomException =
    SaferoomException.of(ErrorCode.VALUE_RANGE.number, ErrorKind.MODEL, "the value is out of range", advice, null)
