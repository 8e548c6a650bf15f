package org.saferoom

import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case

/** What the host lends fails in whichever way Kotlin has: the call that needed it fails, and does not go on without. */
class HostTest {
    @TempDir
    lateinit var folder: Path

    private class Broken(private val failure: () -> Nothing) : KeyStore {
        override fun load(name: String): ByteArray? = null
        override fun store(name: String, secret: ByteArray) = failure()
        override fun remove(name: String) = failure()
    }

    @Test
    fun `a key store that keeps nothing is no success, whatever it throws`() = runBlocking<Unit> {
        val failures: List<() -> Nothing> = listOf(
            { TODO("secret of the host") },
            { throw OutOfMemoryError("secret of the host") },
            { throw NoClassDefFoundError("secret of the host") },
            { throw InterruptedException("secret of the host") },
        )
        Identity.generate().use { identity ->
            failures.forEachIndexed { number, failure ->
                val file = folder.resolve("$number.saferoom")
                val failed = assertThrows(SaferoomException.KeyStoreFailed::class.java) {
                    Vault.createBlocking(file, Broken(failure), identity, "test.example.org/audit/1", "Unit")
                }
                assertFalse("secret" in failed.stackTraceToString())
            }
            val locked = Broken { throw KeyStoreException.Refused() }
            val refused = assertThrows(SaferoomException::class.java) {
                Vault.createBlocking(folder.resolve("r"), locked, identity, "test.example.org/audit/1", "Unit")
            }
            assertEquals(220, refused.code)
        }
    }

    @Test
    fun `a clock that is not there yet stops the call`() = runBlocking<Unit> {
        var broken = false
        val wall = Instant.parse("2031-03-04T05:06:07Z")
        val clock = HostClock { if (broken) TODO("secret of the host") else ClockReading(wall, Duration.ofMillis(1)) }
        Station(folder).use { station ->
            Vault.create(station.file, station.keys, station.identity, "test.example.org/audit/1", "Unit", clock).use { vault ->
                vault.signedIn(station.identity) { session ->
                    val before = session.logSize()
                    broken = true
                    val failed = assertThrows(SaferoomException.ClockFailed::class.java) {
                        session.createBlocking("case", session.unit(), Case().toFields(), station.access)
                    }
                    assertFalse("secret" in failed.stackTraceToString())
                    broken = false
                    assertEquals(before, session.logSize())
                }
            }
        }
    }

    @Test
    fun `an ear that fails takes nothing from the bundle`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                vault.signedIn(station.identity) { session ->
                    val ear = BundleProgress { _, _ -> TODO("secret of the host") }
                    val out = folder.resolve("bundle")
                    session.exportLog(out, emptyList(), DisclosedReasons.None, station.access, ear)
                    val policy = session.trustPolicy().toByteArray()
                    val verified = verifyBundle(out, policy, emptyList(), Instant.now(), ear)
                    assertTrue(verified.verdicts.none { it.answer == BundleAnswer.FAILED })
                }
            }
        }
    }
}
