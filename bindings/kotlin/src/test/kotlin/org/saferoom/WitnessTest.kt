package org.saferoom

import java.nio.file.Path
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.io.TempDir

/** Somebody outside the device is asked to cosign the log. */
@Timeout(120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WitnessTest {
    @TempDir
    lateinit var folder: Path

    private val key = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c"
    private val forged = "\u2014 witness.example.net/w1 LmCC/QAAAABpVcowSp3iUa0RVREn7McPBR7Iq6Boq/BStNDhbHhalpHFzT3SfYxW/" +
        "L4ZKj3Hb0fa5P2F6uUtygBLg9JkTAXLkU4dBg==\n"

    private fun asking(work: suspend (Session, policy: ByteArray) -> Unit) = runBlocking {
        Station(folder).use { station ->
            station.found().use { vault ->
                vault.signedIn(station.identity) { work(it, "log ${it.logKey()}\nquorum none\n".toByteArray()) }
            }
        }
    }

    private suspend fun failure(call: suspend () -> Any?): SaferoomException = try {
        call()
        throw AssertionError("nothing was thrown")
    } catch (expected: SaferoomException) {
        expected
    }

    @Test
    fun `a witness is asked and its line is checked`() = asking { session, alone ->
        var asked = ""
        val forger = Witness { request -> forged.also { asked = request } }
        val believed = "log ${session.logKey()}\nwitness W $key\nquorum W\n".toByteArray()
        assertEquals(SaferoomException.Kind.LOG, failure { session.askWitness(forger, believed) }.kind)
        assertTrue(asked.startsWith("old 0\n") && session.checkpoint() in asked, asked)
        assertEquals(SaferoomException.Kind.LOG, failure { session.askWitness({ "no line" }, believed) }.kind)

        assertEquals(2011, failure { session.askWitness(forger, alone) }.code, "a stranger's line is left out: nobody has cosigned")
        failure { session.askWitness(forger, alone, session.logSize()) }
        assertTrue(asked.startsWith("old ${session.logSize()}\n"), asked)
        assertEquals(SaferoomException.Kind.LOG, failure { session.askWitness(forger, alone, session.logSize() + 1UL) }.kind)
    }

    @Test
    fun `a witness that does not cosign is told by its reason`() = asking { session, alone ->
        assertEquals(2006, failure { session.askWitness({ throw WitnessException.Unreachable() }, alone) }.code)
        assertEquals(2007, failure { session.askWitness({ throw WitnessException.Refused() }, alone) }.code)
        assertEquals(2010, failure { session.askWitness({ throw WitnessException.Failed() }, alone) }.code)
        session.check()
    }

    @Test
    fun `whatever else it throws comes out without its text`() = asking { session, alone ->
        val failures: List<() -> Nothing> = listOf(
            { throw IllegalStateException("secret of the host") },
            { throw java.io.IOException("secret of the host") },
            { throw InterruptedException("secret of the host") },
            { TODO("secret of the host") },
            { throw OutOfMemoryError("secret of the host") },
        )
        for (failing in failures) {
            val failed = failure { session.askWitness({ failing() }, alone) }
            assertEquals(2010, failed.code)
            assertFalse("secret" in failed.stackTraceToString())
        }
        // Half of a character is no text that crosses.
        assertEquals(2010, failure { session.askWitness({ "\ud83d" }, alone) }.code)
    }

    @Test
    fun `one that has cosigned another size is asked again from there`() = asking { session, alone ->
        val asked = mutableListOf<ULong>()
        fun knowing(size: ULong) = Witness { request ->
            val old = request.removePrefix("old ").substringBefore('\n').toULong().also { asked += it }
            if (old == size) forged else throw WitnessException.OtherSize(size)
        }
        assertEquals(2011, failure { session.askWitness(knowing(1UL), alone) }.code)
        assertEquals(listOf(0UL, 1UL), asked)

        val behind = failure { session.askWitness(knowing(session.logSize() + 1UL), alone) }
        assertEquals(2009 to SaferoomException.Kind.LOG, behind.code to behind.kind)
        assertEquals(2009, failure { session.askWitness(knowing(ULong.MAX_VALUE), alone) }.code)
        // Whoever names another size each time is not asked for ever.
        assertEquals(2007, failure { session.askWitness({ throw WitnessException.OtherSize(1UL) }, alone) }.code)
    }

    @Test
    fun `it may take its time and use the session, and its caller's thread goes on`() = asking { session, alone ->
        val heard = AtomicReference("")
        val slow = Witness { request ->
            // In a thread of its own, and with nothing locked.
            runBlocking { heard.set(session.checkpoint()) }
            while (heard.get().isNotEmpty()) Thread.sleep(1)
            forged.also { check(request.startsWith("old ")) }
        }
        val waiting = coroutineScope {
            launch {
                while (heard.get().isEmpty()) delay(1)
                heard.set("")
            }
            failure { session.askWitness(slow, alone) }
        }
        assertEquals(2011, waiting.code)
    }
}
