package org.saferoom

import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class WitnessTest {
    @TempDir
    lateinit var folder: Path

    private val key = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c"
    private val forged = "\u2014 witness.example.net/w1 LmCC/QAAAABpVcowSp3iUa0RVREn7McPBR7Iq6Boq/BStNDhbHhalpHFzT3SfYxW/" +
        "L4ZKj3Hb0fa5P2F6uUtygBLg9JkTAXLkU4dBg==\n"

    @Test
    fun `a witness is asked and its line is checked`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                vault.signedIn(station.identity) { session ->
                    var asked = ""
                    val forger = Witness { request -> forged.also { asked = request } }
                    val believed = "log ${session.logKey()}\nwitness W $key\nquorum W\n".toByteArray()
                    val refused = failure { session.askWitness(forger, believed) }
                    assertTrue(refused is SaferoomException && refused.kind == ErrorKind.LOG, refused.toString())
                    assertTrue(asked.startsWith("old 0\n") && session.checkpoint() in asked, asked)

                    val alone = "log ${session.logKey()}\nquorum none\n".toByteArray()
                    assertEquals(session.checkpoint(), session.askWitness(forger, alone), "a stranger's line is left out")
                    session.askWitness(forger, alone, session.logSize())
                    assertTrue(asked.startsWith("old ${session.logSize()}\n"), asked)

                    val absent = failure { session.askWitness({ throw IllegalStateException("nobody answers") }, alone) }
                    assertEquals("nobody answers", absent?.message)
                    val shrunk = failure { session.askWitness(forger, alone, session.logSize() + 1UL) }
                    assertEquals(ErrorKind.LOG, (shrunk as? SaferoomException)?.kind)
                }
            }
        }
    }

    private suspend fun failure(call: suspend () -> Any?): Exception? = try {
        call()
        null
    } catch (failed: Exception) {
        failed
    }
}
