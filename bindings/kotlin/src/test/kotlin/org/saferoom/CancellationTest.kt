package org.saferoom

import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.concurrent.Executors
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case

/** A call that has begun answers, also when its coroutine is cancelled; and a session ends when its holder leaves. */
@Timeout(120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CancellationTest {
    @TempDir
    lateinit var folder: Path

    /** A vault whose key store waits, or whose clock does. */
    private suspend fun atGate(slowClock: Boolean = false, work: suspend (Station, Vault, Gate) -> Unit) {
        val gate = Gate()
        val clock = HostClock {
            gate.pass()
            ClockReading(Instant.now(), Duration.ofNanos(System.nanoTime()))
        }
        Station(folder).use { station ->
            val store = if (slowClock) station.keys else SlowStore(station.keys, gate)
            val lent = clock.takeIf { slowClock }
            Vault.create(station.file, store, station.identity, "test.example.org/audit/1", "Unit", lent).use { work(station, it, gate) }
        }
    }

    @Test
    fun `an answer arrives, and then the cancellation shows`() = runBlocking<Unit> {
        val gate = Gate().apply { shut = true }
        var (answer, wentOn) = 0 to false
        val asking = launch(Dispatchers.Default) {
            answer = offThread { gate.pass().let { 7 } }
            offThread { wentOn = true }
        }
        gate.awaitCall()
        asking.cancel()
        gate.open()
        asking.join()
        assertEquals(7, answer)
        assertTrue(asking.isCancelled)
        assertFalse(wentOn, "a call that has not begun does not begin")
    }

    @Test
    fun `what was recorded is told`() = runBlocking<Unit> {
        atGate(slowClock = true) { station, vault, gate ->
            vault.signedIn(station.identity) { session ->
                var written: Revision? = null
                val unit = session.unit()
                val writing = launch(Dispatchers.Default) {
                    gate.shut = true
                    written = session.create(Case(registerNumber = "K-1"), unit, station.access)
                }
                gate.awaitCall()
                writing.cancel()
                gate.open()
                writing.join()
                assertEquals(listOf(written?.record), session.cases(station.access))
            }
        }
    }

    @Test
    fun `a session that was signed in while its coroutine was cancelled is locked`() = runBlocking<Unit> {
        atGate { station, vault, gate ->
            var feed: ChangeFeed? = null
            val working = launch(Dispatchers.Default) {
                gate.shut = true
                vault.signedIn(station.identity) { session ->
                    feed = session.changesBlocking()
                    awaitCancellation()
                }
            }
            gate.awaitCall()
            working.cancel()
            gate.open()
            working.join()
            assertNotNull(feed)
            assertThrows(SaferoomException.SessionLocked::class.java) { feed!!.nextBlocking() }
        }
    }

    @Test
    fun `a call that can be stopped is stopped, another one answers`() = runBlocking<Unit> {
        val report = ProgressReport()
        var (stopped, answer) = 0 to 0
        val gate = Gate().apply { shut = true }
        val stopping = launch(Dispatchers.Default) {
            try {
                offThread(report) {
                    gate.pass()
                    while (report.goOn(1UL, 2UL)) Thread.sleep(1)
                    throw failedInside()
                }
            } catch (_: CancellationException) {
                stopped++
            }
        }
        gate.awaitCall()
        stopping.cancel()
        gate.open()
        stopping.join()
        assertEquals(1, stopped)

        val other = Gate().apply { shut = true }
        val answering = launch(Dispatchers.Default) { answer = offThread(ProgressReport()) { other.pass().let { 7 } } }
        other.awaitCall()
        answering.cancel()
        other.open()
        answering.join()
        assertEquals(7, answer)
    }

    @Test
    fun `locking does not hold up whoever waits beside it`() {
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { single ->
            runBlocking(single) {
                atGate { station, vault, gate ->
                    val session = vault.signIn(station.identity)
                    gate.shut = true
                    val locking = launch { session.lock() }
                    // In the only thread that there is: it goes on while the key store does not.
                    gate.awaitCall()
                    assertFalse(locking.isCompleted)
                    gate.open()
                    locking.join()
                    assertTrue(session.isLocked())
                    session.close()
                }
            }
        }
    }

    @Test
    fun `leaving a session does not hold up whoever waits beside it`() {
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { single ->
            runBlocking(single) {
                atGate { station, vault, gate ->
                    val leaving = launch { vault.signedIn(station.identity) { gate.shut = true } }
                    gate.awaitCall()
                    assertFalse(leaving.isCompleted)
                    gate.open()
                    leaving.join()
                }
            }
        }
    }

    @Test
    fun `a session that is closed is locked, whatever still holds on to it`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                val feed = vault.signIn(station.identity).use { it.changesBlocking() }
                assertThrows(SaferoomException.SessionLocked::class.java) { feed.nextBlocking() }
                val other = vault.signIn(station.identity)
                val heard = other.changesBlocking()
                other.close()
                other.close()
                assertThrows(SaferoomException.SessionLocked::class.java) { heard.nextBlocking() }
            }
        }
    }
}
