// What can go wrong: one exception class with a stable code, the kind of thing, the part that it comes from, a plain text and advice.

package org.saferoom

import java.nio.ByteBuffer
import java.time.Duration

/**
 * Every call of saferoom that fails throws one of these. The classes are those that an app answers in a way of its own; all
 * others are shown with their text and advice. No text holds a value, a secret, or a text of the host.
 *
 * @property code the stable number; hundreds tell the part of saferoom; 0 is a bug inside
 * @property part the part of saferoom that it comes from, by the hundreds of its code
 * @property text what is wrong, in English
 * @property advice what to do now, in English
 */
public sealed class SaferoomException(
    public val code: Int,
    public val part: ErrorKind,
    public val text: String,
    public val advice: String,
) : Exception(text) {
    /** The identity does not unlock with this passphrase. */
    public class WrongPassphrase internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** Too many attempts have failed. [wait] tells how long until the next is possible. */
    public class TooManyAttempts internal constructor(
        code: Int, part: ErrorKind, text: String, advice: String, public val wait: Duration,
    ) : SaferoomException(code, part, text, advice)

    /** The session was locked, or has locked itself: sign in again. */
    public class SessionLocked internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** The host's key store could not answer. */
    public class KeyStoreFailed internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** The system has invalidated this device's key: unlock with the passphrase and enrol the device anew. */
    public class HostKeyInvalidated internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** The app's own clock could not answer; nothing was done or logged. */
    public class ClockFailed internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** Whoever is signed in, or signs in, was suspended or has left, or this device of theirs was revoked. */
    public class Suspended internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** So much takes a reason in words: ask the person for one, and try again with it. */
    public class ReasonAsked internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** More than the access policy allows to the role; refused until the time of the limit has passed. */
    public class LimitReached internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** There is no such record. */
    public class NotFound internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** The purpose was refused, the role does not allow it, or the member holds no key; the attempt is logged. */
    public class Refused internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** The file was changed from outside, or an older copy was put in its place: stop using this vault. */
    public class Altered internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** A change of members is not possible, not signed by enough custodians, or outdated; nothing was changed. */
    public class Roster internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** An access policy is not safe or not well formed; the text names the place. */
    public class Policy internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** A document about erasures that is malformed, changed, or not signed by known custodians. */
    public class Erasure internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /**
     * What was closed, or wiped by [shutdown] or [panicWipe], is not used again: make it or open it anew. A session is [SessionLocked]
     * instead. A sign-in or an unlocking that was under way at a [shutdown] fails with one of both.
     */
    public class Closed internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** Anything else. */
    public class Other internal constructor(code: Int, part: ErrorKind, text: String, advice: String) :
        SaferoomException(code, part, text, advice)

    /** What kind of thing went wrong, whatever class it has: the same as in Swift, and Python's classes. */
    public val kind: Kind get() = Kind.of(code, part)

    /** The code by name; null for one of a newer library. */
    public val named: ErrorCode? get() = ErrorCode.of(code)

    override fun toString(): String = "$text (saferoom $code). $advice"

    /** How the generated calls make it. */
    internal companion object ErrorHandler : UniffiRustCallStatusErrorHandler<SaferoomException> {
        override fun lift(error_buf: RustBuffer.ByValue): SaferoomException = FfiConverterTypeSaferoomError.lift(error_buf)

        fun of(code: Int, part: ErrorKind, text: String, advice: String, wait: Duration?): SaferoomException = when (code) {
            201 -> WrongPassphrase(code, part, text, advice)
            220 -> KeyStoreFailed(code, part, text, advice)
            221 -> HostKeyInvalidated(code, part, text, advice)
            222 -> TooManyAttempts(code, part, text, advice, wait ?: Duration.ZERO)
            223 -> ClockFailed(code, part, text, advice)
            630 -> Suspended(code, part, text, advice)
            677 -> ReasonAsked(code, part, text, advice)
            678 -> LimitReached(code, part, text, advice)
            701 -> NotFound(code, part, text, advice)
            704, 730 -> SessionLocked(code, part, text, advice)
            WIPED -> Closed(code, part, text, advice)
            else -> when (Kind.of(code, part)) {
                Kind.ALTERED -> Altered(code, part, text, advice)
                Kind.ROSTER -> Roster(code, part, text, advice)
                Kind.POLICY -> Policy(code, part, text, advice)
                Kind.ERASURE -> Erasure(code, part, text, advice)
                Kind.REFUSED -> Refused(code, part, text, advice)
                else -> Other(code, part, text, advice)
            }
        }
    }

    /** What kind of thing went wrong. Some codes of [ErrorKind.ACCESS] are no refusals. */
    public enum class Kind {
        /** A sealed value does not open. */
        SEAL,

        /** Keys, identities, the host's key store. */
        KEYS,

        /** A record or a value breaks a rule; nothing was written. */
        MODEL,

        /** The access log, or a witness of it. */
        LOG,

        /** The file: missing, not a vault, of a newer release, or the disk failed. */
        STORE,

        /** The purpose was refused, the role does not allow it, or the member holds no key. The attempt was logged. */
        REFUSED,

        /** A change of members is not possible, not signed by enough custodians, or outdated; nothing was changed. */
        ROSTER,

        /** An access policy is not safe or not well formed; the text names the place. */
        POLICY,

        /** A document about erasures is malformed, changed, or not signed by known custodians. */
        ERASURE,

        /** The vault as a whole. */
        VAULT,

        /** The file was changed from outside, or an older copy was put in its place. */
        ALTERED,

        /** Import and export. */
        EXCHANGE,

        /** A text that is no id, what was closed or wiped, and what is not in this build. */
        INPUT,

        /** A packet that cannot be made, opened or accepted. */
        PACKET,

        /** Good practice refuses it: a step of an interview out of order, a disclosure without consent. */
        PRACTICE,

        /** A table or a specification from which nothing can be released. */
        RELEASE,

        /** What cannot be done with a statement, or with what was closed for changes. */
        STATEMENT,

        /** A referral that cannot be sent or moved, or an answer that does not belong to it. */
        REFERRAL,

        /** A chain of custody with a gap, or an exhibit that must not be opened. */
        CUSTODY,

        /** Rooms of a station that cannot be taken in. */
        ROOMS,

        /** A bug in saferoom. */
        INSIDE;

        internal companion object {
            fun of(code: Int, part: ErrorKind): Kind = when (code) {
                0 -> INSIDE
                612, 613, 614, 616, 617, 618, 619, 621, 622, 629, 632, 633, 634, 639 -> ROSTER
                // Who is a member, who works on a case, findings and counts: found changed where it is decided who may.
                620, 628, 676, 679 -> ALTERED
                in 640..669 -> POLICY
                in 680..689 -> ERASURE
                else -> when (part) {
                    ErrorKind.SEAL -> SEAL
                    ErrorKind.KEYS -> KEYS
                    ErrorKind.MODEL -> MODEL
                    ErrorKind.LOG -> LOG
                    ErrorKind.STORE -> STORE
                    ErrorKind.ACCESS -> REFUSED
                    ErrorKind.VAULT -> VAULT
                    ErrorKind.INTEGRITY -> ALTERED
                    ErrorKind.EXCHANGE -> EXCHANGE
                    ErrorKind.INPUT -> INPUT
                    ErrorKind.PACKET -> PACKET
                    ErrorKind.PRACTICE -> PRACTICE
                    ErrorKind.RELEASE -> RELEASE
                    ErrorKind.STATEMENT -> STATEMENT
                    ErrorKind.REFERRAL -> REFERRAL
                    ErrorKind.CUSTODY -> CUSTODY
                    ErrorKind.ROOMS -> ROOMS
                }
            }
        }
    }
}

/** The code of what was wiped. */
private const val WIPED = 993

/** A bug inside, or what crossed was changed on its way. What a panic says is not told: it might hold a value. */
internal fun failedInside(): SaferoomException =
    SaferoomException.of(0, ErrorKind.VAULT, "saferoom failed inside", "Please report what you did; the vault is unchanged.", null)

/** Somebody uses what was closed; a session that is closed is locked. */
internal fun closedBefore(used: Any): SaferoomException = when (used) {
    is Session -> SaferoomException.of(704, ErrorKind.VAULT, "the session is locked", "Sign in again.", null)
    else -> closedBefore()
}

internal fun closedBefore(): SaferoomException =
    SaferoomException.of(WIPED, ErrorKind.INPUT, "it was closed before", "Use it before it is closed, or open it anew.", null)

/** As the library says it of its own objects. */
internal fun wipedBefore(): SaferoomException = SaferoomException.of(
    WIPED, ErrorKind.INPUT, "what this object held was wiped when the app shut saferoom down, or wiped an identity",
    "Open it anew: unlock the identity's file with its passphrase, or sign in and read the record again.", null,
)

/** How it crosses; in place of the generated one. Nothing sends an exception the other way. */
internal object FfiConverterTypeSaferoomError : FfiConverterRustBuffer<SaferoomException> {
    override fun read(buf: ByteBuffer): SaferoomException {
        check(buf.getInt() == 1) { "the library is of another release" }
        val code = FfiConverterUShort.read(buf).toInt()
        val part = FfiConverterTypeErrorKind.read(buf)
        val text = FfiConverterString.read(buf)
        val advice = FfiConverterString.read(buf)
        val wait = FfiConverterOptionalULong.read(buf)?.let { Duration.ofSeconds(it.toLong()) }
        return SaferoomException.of(code, part, text, advice, wait)
    }

    override fun allocationSize(value: SaferoomException): ULong = throw UnsupportedOperationException()

    override fun write(value: SaferoomException, buf: ByteBuffer): Unit = throw UnsupportedOperationException()
}
