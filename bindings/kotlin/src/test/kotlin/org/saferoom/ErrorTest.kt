package org.saferoom

import java.nio.file.Files
import java.nio.file.Path
import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case

/** Codes, the exceptions that an app answers in a way of its own, and the app's clock. */
class ErrorTest {
    @TempDir
    lateinit var folder: Path

    private suspend fun failure(call: suspend () -> Any?): SaferoomException = try {
        call()
        throw AssertionError("nothing was thrown")
    } catch (expected: SaferoomException) {
        expected
    }

    @Test
    fun `the codes are those of the library, and none more`() {
        val lines = Files.readAllLines(Path.of(System.getProperty("saferoom.root"), "bindings/codes.txt")).map { it.split(' ') }
        assertTrue(lines.size > 600)
        assertEquals(lines.associate { it[0].toInt() to it[1].uppercase() }, ErrorCode.entries.associate { it.number to it.name })
    }

    @Test
    fun `each exception of its own has its code`() {
        fun made(code: Int, kind: ErrorKind) = SaferoomException.of(code, kind, "text", "advice", null)
        assertTrue(made(220, ErrorKind.KEYS) is SaferoomException.KeyStoreFailed)
        assertTrue(made(221, ErrorKind.KEYS) is SaferoomException.HostKeyInvalidated)
        assertTrue(made(223, ErrorKind.KEYS) is SaferoomException.ClockFailed)
        assertTrue(made(630, ErrorKind.ACCESS) is SaferoomException.Suspended)
        assertTrue(made(677, ErrorKind.ACCESS) is SaferoomException.ReasonAsked)
        assertTrue(made(678, ErrorKind.ACCESS) is SaferoomException.LimitReached)
        assertTrue(made(602, ErrorKind.ACCESS) is SaferoomException.Refused)
        assertTrue(made(620, ErrorKind.ACCESS) is SaferoomException.Altered)
        assertTrue(made(752, ErrorKind.INTEGRITY) is SaferoomException.Altered)
        for (code in listOf(201, 220, 221, 222, 223, 630, 677, 678, 701, 704, 730)) {
            assertEquals(code, made(code, ErrorKind.KEYS).named?.number)
        }
    }

    @Test
    fun `who may, and what was changed, is told apart as in Python`() {
        val errors = Files.readString(Path.of(System.getProperty("saferoom.root"), "bindings/python/src/saferoom/errors.py"))
        val table = errors.substringAfter("_BY_CODE").substringBefore("\n}")
        val python = HashMap<Int, String>()
        for ((code, name) in Regex("""(\d+): (\w+),""").findAll(table).map { it.destructured }) python[code.toInt()] = name
        for ((codes, name) in Regex("""fromkeys\(\(([\d, ]+)\), (\w+)\)""").findAll(table).map { it.destructured }) {
            codes.split(", ").forEach { python[it.toInt()] = name }
        }
        for ((from, to, name) in Regex("""range\((\d+), (\d+)\), (\w+)\)""").findAll(table).map { it.destructured }) {
            (from.toInt() until to.toInt()).forEach { python[it] = name }
        }
        assertTrue(setOf("RosterError", "PolicyError", "ErasureError", "IntegrityError").all { it in python.values })
        fun ours(name: String) = mapOf("AccessDenied" to "Refused", "IntegrityError" to "Altered")[name] ?: name.removeSuffix("Error")
        val ofAccess = ErrorCode.entries.map { it.number }.filter { it in 600..699 }
        assertTrue(ofAccess.size > 80)
        for (code in ofAccess) {
            val made = SaferoomException.of(code, ErrorKind.ACCESS, "text", "advice", null)
            assertEquals(ours(python[code] ?: "AccessDenied"), made.javaClass.simpleName, "$code")
        }
    }

    @Test
    fun `what a panic says is not told`() {
        val text = FfiConverterString.lower("Sokha was born in 2014")
        val failed = assertThrows(SaferoomException::class.java) {
            CallStatus.of(SaferoomException) { status ->
                status.setByte(0, UNIFFI_CALL_UNEXPECTED_ERROR)
                status.setLong(8, text.capacity)
                status.setLong(16, text.len)
                status.setPointer(24, text.data)
            }
        }
        assertEquals(0, failed.code)
        assertEquals("saferoom failed inside", failed.text)
        assertFalse("Sokha" in failed.stackTraceToString())
        // The next call begins with a clean status.
        assertEquals(7, CallStatus.of(SaferoomException) { 7 })
    }

    @Test
    fun `what was closed is not used again`() {
        val identity = Identity.generate()
        identity.close()
        assertThrows(SaferoomException.Closed::class.java) { identity.fingerprint() }
    }

    /** A clock that is told what time it is. */
    private class Told(@Volatile var at: Instant) : HostClock {
        @Volatile var broken = false

        @Volatile var asked = 0

        override fun now(): ClockReading {
            asked++
            if (broken) error("secret of the host")
            return ClockReading(at.toEpochMilli().toULong(), at.toEpochMilli().toULong())
        }
    }

    @Test
    fun `an app keeps the time, and a clock that fails stops the call`() = runBlocking<Unit> {
        val clock = Told(Instant.parse("2031-03-04T05:06:07Z"))
        Station(folder).use { station ->
            Vault.create(station.file, station.keys, station.identity, "test.example.org/audit/1", "Unit", clock).use { vault ->
                vault.signedIn(station.identity) { session ->
                    session.create(Case(), session.unit(), station.access)
                    assertTrue(clock.asked >= 3)
                    val before = session.logSize()
                    clock.broken = true
                    val failed = failure { session.create(Case(), session.unit(), station.access) }
                    assertTrue(failed is SaferoomException.ClockFailed, failed.toString())
                    assertFalse("secret" in failed.toString())
                    clock.broken = false
                    assertEquals(before, session.logSize(), "nothing was done or logged")

                    val entries = session.logEntries(0UL, session.logSize(), null, station.access)
                    val day = Instant.parse("2031-03-04T00:00:00Z").toEpochMilli()
                    assertTrue(entries.all { it.atInstant.toEpochMilli() - day in 0..86_400_000 })

                    clock.at = clock.at.plusSeconds(3600)
                    assertTrue(failure { session.cases(station.access) } is SaferoomException.SessionLocked)
                }
            }
        }
    }
}
