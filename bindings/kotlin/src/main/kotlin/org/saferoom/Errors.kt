// What can go wrong: one exception class with a stable code, the part that it comes from, a plain text and advice.

package org.saferoom

import java.nio.ByteBuffer
import java.time.Duration

/**
 * Every call of saferoom that fails throws one of these. The classes are those that an app answers in a way of its own; all
 * others are shown with their text and advice. No text holds a value, a secret, or a text of the host.
 *
 * @property code the stable number; hundreds tell the part of saferoom
 * @property kind the part of saferoom that it comes from
 * @property text what is wrong, in English
 * @property advice what to do now, in English
 */
public sealed class SaferoomException(
    public val code: Int,
    public val kind: ErrorKind,
    public val text: String,
    public val advice: String,
) : Exception(text) {
    /** The identity does not unlock with this passphrase. */
    public class WrongPassphrase internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** Too many attempts have failed. [wait] tells how long until the next is possible. */
    public class TooManyAttempts internal constructor(
        code: Int, kind: ErrorKind, text: String, advice: String, public val wait: Duration,
    ) : SaferoomException(code, kind, text, advice)

    /** The session was locked, or has locked itself: sign in again. */
    public class SessionLocked internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** The host's key store could not answer. */
    public class KeyStoreFailed internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** The system has invalidated this device's key: unlock with the passphrase and enrol the device anew. */
    public class HostKeyInvalidated internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** The app's own clock could not answer; nothing was done or logged. */
    public class ClockFailed internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** Whoever is signed in, or signs in, was suspended or has left, or this device of theirs was revoked. */
    public class Suspended internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** So much takes a reason in words: ask the person for one, and try again with it. */
    public class ReasonAsked internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** More than the access policy allows to the role; refused until the time of the limit has passed. */
    public class LimitReached internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** There is no such record. */
    public class NotFound internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** The purpose was refused, the role does not allow it, or the member holds no key; the attempt is logged. */
    public class Refused internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** The file was changed from outside, or an older copy was put in its place: stop using this vault. */
    public class Altered internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** A change of members is not possible, not signed by enough custodians, or outdated; nothing was changed. */
    public class Roster internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** An access policy is not safe or not well formed; the text names the place. */
    public class Policy internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** A document about erasures that is malformed, changed, or not signed by known custodians. */
    public class Erasure internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** What was closed is not used again: make it or open it anew. It has no code, since nothing reached the library. */
    public class Closed internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** Anything else. */
    public class Other internal constructor(code: Int, kind: ErrorKind, text: String, advice: String) :
        SaferoomException(code, kind, text, advice)

    /** The code by name; null for one of a newer library. */
    public val named: ErrorCode? get() = ErrorCode.of(code)

    override fun toString(): String = "$text (saferoom $code). $advice"

    /** How the generated calls make it. */
    internal companion object ErrorHandler : UniffiRustCallStatusErrorHandler<SaferoomException> {
        override fun lift(error_buf: RustBuffer.ByValue): SaferoomException = FfiConverterTypeSaferoomError.lift(error_buf)

        fun of(code: Int, kind: ErrorKind, text: String, advice: String, wait: Duration?): SaferoomException = when {
            code == 201 -> WrongPassphrase(code, kind, text, advice)
            code == 220 -> KeyStoreFailed(code, kind, text, advice)
            code == 221 -> HostKeyInvalidated(code, kind, text, advice)
            code == 223 -> ClockFailed(code, kind, text, advice)
            code == 630 -> Suspended(code, kind, text, advice)
            code == 677 -> ReasonAsked(code, kind, text, advice)
            code == 678 -> LimitReached(code, kind, text, advice)
            code == 222 -> TooManyAttempts(code, kind, text, advice, wait ?: Duration.ZERO)
            code == 701 -> NotFound(code, kind, text, advice)
            code == 704 || code == 730 -> SessionLocked(code, kind, text, advice)
            kind == ErrorKind.INTEGRITY || code in changedFromOutside -> Altered(code, kind, text, advice)
            code in ofRoster -> Roster(code, kind, text, advice)
            code in 640..669 -> Policy(code, kind, text, advice)
            code in 680..689 -> Erasure(code, kind, text, advice)
            kind == ErrorKind.ACCESS -> Refused(code, kind, text, advice)
            else -> Other(code, kind, text, advice)
        }

        /** Who is a member, who works on a case, findings and counts: found changed where it is decided who may. */
        private val changedFromOutside = setOf(620, 628, 676, 679)

        /** Changes of members that are not possible: no refusal, though their numbers stand among those. */
        private val ofRoster = setOf(612, 613, 614, 616, 617, 618, 619, 621, 622, 629, 632, 633, 634, 639)
    }
}

/** A bug inside, or what crossed was changed on its way. What a panic says is not told: it might hold a value. */
internal fun failedInside(): SaferoomException =
    SaferoomException.of(0, ErrorKind.VAULT, "saferoom failed inside", "Please report what you did; the vault is unchanged.", null)

/** Somebody uses what was closed; a session that is closed is locked. */
internal fun closedBefore(used: Any): SaferoomException = when (used) {
    is Session -> SaferoomException.of(704, ErrorKind.VAULT, "the session is locked", "Sign in again.", null)
    else -> SaferoomException.Closed(0, ErrorKind.INPUT, "it was closed before", "Use it before it is closed, or open it anew.")
}

/** How it crosses; in place of the generated one. Nothing sends an exception the other way. */
internal object FfiConverterTypeSaferoomError : FfiConverterRustBuffer<SaferoomException> {
    override fun read(buf: ByteBuffer): SaferoomException {
        check(buf.getInt() == 1) { "the library is of another release" }
        val code = FfiConverterUShort.read(buf).toInt()
        val kind = FfiConverterTypeErrorKind.read(buf)
        val text = FfiConverterString.read(buf)
        val advice = FfiConverterString.read(buf)
        val wait = FfiConverterOptionalULong.read(buf)?.let { Duration.ofSeconds(it.toLong()) }
        return SaferoomException.of(code, kind, text, advice, wait)
    }

    override fun allocationSize(value: SaferoomException): ULong = throw UnsupportedOperationException()

    override fun write(value: SaferoomException, buf: ByteBuffer): Unit = throw UnsupportedOperationException()
}
