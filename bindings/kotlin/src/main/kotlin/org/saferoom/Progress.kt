// Progress of long calls, and what others write, as flows.

package org.saferoom

import java.time.Duration
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.receiveAsFlow

/**
 * How far a long call is.
 *
 * @property done so much is done
 * @property total of so much; null where it is not known
 */
public data class CallProgress(val done: Long, val total: Long?)

/**
 * Hears how far one long call is: pass it as the call's `progress`, and collect [updates] in another coroutine. A collector that
 * is slow gets the newest step only. The flow ends with the call.
 */
public class ProgressReport : BundleProgress, ExchangeProgress, FileProgress, MoveProgress, ReleaseProgress {
    private val steps = Channel<CallProgress>(1, BufferOverflow.DROP_OLDEST)

    @Volatile private var stopped = false

    /** Whether a call was told to stop. */
    @Volatile internal var hasStopped = false
        private set

    /** The steps, as they come; for one collector. */
    public val updates: Flow<CallProgress> = steps.receiveAsFlow()

    /**
     * Stops the call, if it is one that can be stopped (the check of a file, the search for a release); others go on. Cancelling
     * the call does the same.
     */
    public fun stop() {
        stopped = true
    }

    override fun at(done: ULong, total: ULong) {
        steps.trySend(CallProgress(done.toLong(), total.toLong().takeIf { it != 0L }))
    }

    override fun at(done: ULong) {
        steps.trySend(CallProgress(done.toLong(), null))
    }

    override fun goOn(done: ULong, total: ULong): Boolean {
        at(done, total)
        return !stopped.also { if (it) hasStopped = true }
    }

    internal fun finish() {
        steps.close()
    }
}

/**
 * The records that are made or amended once this has returned, by whichever session or process: kinds and ids, no value. What
 * is written before somebody collects is kept for them; the flow is for one collector. Looks every [every], from a hundredth of a second to a day; looking does not
 * keep the session from locking itself. Ends with an exception when the session is locked.
 */
@Throws(SaferoomException::class)
public suspend fun Session.changes(every: Duration = Duration.ofSeconds(1)): Flow<RecordInfo> {
    val feed = offThread { changesBlocking() }
    val pause = every.coerceIn(Duration.ofMillis(10), Duration.ofDays(1)).toMillis()
    return flow {
        feed.use {
            while (true) {
                feed.next().forEach { emit(it) }
                delay(pause)
            }
        }
    }
}
