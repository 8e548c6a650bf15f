// How the suspending calls run: off the caller's thread, and with bytes that are lent, not copied around.

package org.saferoom

import java.nio.Buffer
import java.nio.ByteBuffer
import java.nio.file.Path
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext

/**
 * Runs a call on a thread where waiting is allowed. In a coroutine that was cancelled no call begins. One that has begun is
 * finished, and its answer arrives, also when the coroutine is cancelled meanwhile: what was recorded is told, and a session
 * can be locked. The cancellation shows at the next suspending call, or with `ensureActive`.
 */
internal suspend fun <T> offThread(call: () -> T): T {
    val caller = currentCoroutineContext()
    caller.ensureActive()
    return toTheEnd {
        // It may have waited for a thread.
        caller.ensureActive()
        call()
    }
}

/**
 * The same for a call that tells how far it is: a cancellation stops it, if it is one that can be stopped, and it ends with the
 * cancellation then.
 */
internal suspend fun <T> offThread(progress: Any?, call: () -> T): T {
    val report = progress as? ProgressReport ?: return offThread(call)
    val caller = currentCoroutineContext()
    val ear = Job(caller[Job])
    ear.invokeOnCompletion { cancelled -> if (cancelled != null) report.stop() }
    try {
        return offThread(call)
    } catch (failed: SaferoomException) {
        if (report.hasStopped) caller.ensureActive()
        throw failed
    } finally {
        ear.complete()
        report.finish()
    }
}

/** Runs a call on a thread where waiting is allowed, whether or not the coroutine is cancelled. */
private suspend fun <T> toTheEnd(call: () -> T): T =
    // Both changes: one that comes back from another thread drops its answer if the job that it comes back to is cancelled.
    withContext(NonCancellable) { withContext(Dispatchers.IO) { call() } }

/**
 * Lends bytes to the library in a direct buffer, which is wiped afterwards. The `Blocking` form of a call takes such a
 * buffer itself, for hosts that keep their bytes in one.
 */
internal fun <T> lend(bytes: ByteArray, use: (ByteBuffer) -> T): T {
    val lent = ByteBuffer.allocateDirect(bytes.size)
    try {
        lent.put(bytes)
        lent.asBuffer().flip()
        return use(lent)
    } finally {
        lent.asBuffer().clear()
        while (lent.hasRemaining()) lent.put(0)
    }
}

/** Its marks are moved through the older class: Android before 13 may have these methods there alone. */
internal fun ByteBuffer.asBuffer(): Buffer = this

/** Overwrites the array with zeros: for passphrases, after use. */
public fun ByteArray.wipe(): Unit = fill(0)

/** Works with a secret, and overwrites it afterwards, whatever happens. */
public inline fun <T> ByteArray.wiping(work: (ByteArray) -> T): T = try {
    work(this)
} finally {
    wipe()
}

/**
 * Ends saferoom in this app, also in a coroutine that is cancelled: locks all sessions, with their last entries in the log, and
 * wipes whatever the app still refers to: identities, keys of backups and packets, shares, second secrets, [OpenedRecord]s,
 * interviews, opened packets, [Page]s. Answers how many sessions it has locked.
 *
 * For an app that is locked, goes to the background or ends. Sessions are locked from then on ([SaferoomException.SessionLocked]);
 * the other objects throw [SaferoomException.Closed], and tell no more than what is no secret, such as their ids. Vaults stay open
 * and files stay as they are: the app begins anew by unlocking the identity's file. To make that useless as well there is [panicWipe].
 *
 * It does not reach what the app has taken out: [Opened], the classes of records, fields with their texts, lists of ids, and what it
 * gave to saferoom, such as a passphrase ([wipe]). A sign-in or an unlocking that is under way fails, with [SaferoomException.Closed]
 * (993) or [SaferoomException.SessionLocked]; what was made durable meanwhile, such as a new identity's file, is answered with an object
 * that is wiped already. Pages end at once; then it waits for calls of sessions that go on, for the disk and the key stores.
 * [shutdownBlocking] does so in its caller's thread, which must not be one that a key store waits for.
 */
public suspend fun shutdown(): Int {
    // Before a thread is waited for.
    OpenPages.endAll()
    return toTheEnd(::shutdownBlocking)
}

/** [shutdown] for a thread that may wait. */
public fun shutdownBlocking(): Int = endingPages { shutdownLibrary().toInt() }

/**
 * Wipes an identity from this device, without a passphrase, also in a coroutine that is cancelled: locks all sessions of this process,
 * ends all pages and wipes what the app still refers to, as [shutdown] does and with the same limits; forgets what the key store has for
 * the identity, overwrites its file and removes it. Answers how many sessions were locked.
 *
 * **Errors:** The file is not there, is no identity file, or a step failed; everything else was done nevertheless.
 */
@Throws(SaferoomException::class)
public suspend fun panicWipe(identityPath: Path, keyStore: KeyStore): ULong {
    OpenPages.endAll()
    return toTheEnd { panicWipeBlocking(identityPath, keyStore) }
}

/**
 * As the function [panicWipe], with the key store of this vault; with [device], its log key goes as well, and nobody signs in to it on
 * this device any more.
 *
 * **Errors:** As [panicWipe].
 */
@Throws(SaferoomException::class)
public suspend fun Vault.panicWipe(identityPath: Path, device: Boolean): ULong {
    OpenPages.endAll()
    return toTheEnd { panicWipeBlocking(identityPath, device) }
}

/** Signs a member in, works, and locks the session at the end, whatever happens; also in a coroutine that is cancelled. */
public suspend fun <T> Vault.signedIn(identity: Identity, work: suspend (Session) -> T): T {
    val session = signIn(identity)
    try {
        return work(session)
    } finally {
        // Locks it as well.
        toTheEnd(session::close)
    }
}

/**
 * Ends the session: wipes its keys, whatever the host still holds; also in a coroutine that is cancelled. Later calls fail as
 * locked. It waits for a call that goes on, for the disk and the key store: [Session.close], which does the same and lets go of
 * the session, waits in its caller's thread. One that was closed is locked already.
 */
public suspend fun Session.lock(): Unit = toTheEnd {
    try {
        lockBlocking()
    } catch (_: SaferoomException.SessionLocked) {
        // It was closed, which has locked it.
    }
}
