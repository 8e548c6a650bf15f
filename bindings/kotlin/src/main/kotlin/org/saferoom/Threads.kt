// How the suspending calls run: off the caller's thread, and with bytes that are lent, not copied around.

package org.saferoom

import java.nio.ByteBuffer
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext

/** Runs a call on a thread where waiting is allowed. A call that has begun ends before a cancellation shows. */
internal suspend fun <T> offThread(call: () -> T): T = withContext(Dispatchers.IO) { call() }

/** The same for a call that tells how far it is: a cancellation stops it, if it is one that can be stopped. */
internal suspend fun <T> offThread(progress: Any?, call: () -> T): T {
    val report = progress as? ProgressReport ?: return offThread(call)
    try {
        return coroutineScope {
            val work = async(Dispatchers.IO) { call() }
            try {
                work.await()
            } catch (stopped: CancellationException) {
                report.stop()
                throw stopped
            }
        }
    } finally {
        report.finish()
    }
}

/**
 * Lends bytes to the library in a direct buffer, which is wiped afterwards. The `Blocking` form of a call takes such a
 * buffer itself, for hosts that keep their bytes in one.
 */
internal fun <T> lend(bytes: ByteArray, use: (ByteBuffer) -> T): T {
    val lent = ByteBuffer.allocateDirect(bytes.size)
    try {
        lent.put(bytes).flip()
        return use(lent)
    } finally {
        lent.clear()
        while (lent.hasRemaining()) lent.put(0)
    }
}

/** Overwrites the array with zeros: for passphrases, after use. */
public fun ByteArray.wipe(): Unit = fill(0)

/** Works with a secret, and overwrites it afterwards, whatever happens. */
public inline fun <T> ByteArray.wiping(work: (ByteArray) -> T): T = try {
    work(this)
} finally {
    wipe()
}

/** Signs a member in, works, and locks the session at the end, whatever happens. */
public suspend fun <T> Vault.signedIn(identity: Identity, work: suspend (Session) -> T): T = signIn(identity).use { session ->
    try {
        work(session)
    } finally {
        session.lock()
    }
}
