package org.saferoom

import java.nio.file.Files
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
        fun made(code: Int, part: ErrorKind) = SaferoomException.of(code, part, "text", "advice", null)
        assertTrue(made(220, ErrorKind.KEYS) is SaferoomException.KeyStoreFailed)
        assertTrue(made(221, ErrorKind.KEYS) is SaferoomException.HostKeyInvalidated)
        assertTrue(made(223, ErrorKind.KEYS) is SaferoomException.ClockFailed)
        assertTrue(made(630, ErrorKind.ACCESS) is SaferoomException.Suspended)
        assertTrue(made(677, ErrorKind.ACCESS) is SaferoomException.ReasonAsked)
        assertTrue(made(678, ErrorKind.ACCESS) is SaferoomException.LimitReached)
        assertTrue(made(602, ErrorKind.ACCESS) is SaferoomException.Refused)
        assertTrue(made(620, ErrorKind.ACCESS) is SaferoomException.Altered)
        assertTrue(made(752, ErrorKind.INTEGRITY) is SaferoomException.Altered)
        assertTrue(made(993, ErrorKind.INPUT) is SaferoomException.Closed)
        for (code in listOf(201, 220, 221, 222, 223, 630, 677, 678, 701, 704, 730)) {
            assertEquals(code, made(code, ErrorKind.KEYS).named?.number)
        }
    }

    private fun source(path: String): String = Files.readString(Path.of(System.getProperty("saferoom.root"), "bindings", path))

    private fun found(pattern: String, text: String): List<Pair<String, String>> =
        Regex(pattern).findAll(text).map { it.groupValues[1] to it.groupValues[2] }.toList()

    /** How another language sorts errors: codes of their own, and all others by their part. */
    private fun sortedAlike(codes: Map<Int, String>, parts: Map<ErrorKind, String>) {
        assertTrue(codes.values.containsAll(listOf("ROSTER", "POLICY", "ERASURE", "ALTERED")) && codes.size > 50, "$codes")
        assertEquals(ErrorKind.entries.toSet(), parts.keys)
        fun made(code: Int, part: ErrorKind) = SaferoomException.of(code, part, "text", "advice", null)
        val hundreds = mapOf(0 to ErrorKind.VAULT, 2 to ErrorKind.KEYS, 6 to ErrorKind.ACCESS, 7 to ErrorKind.VAULT, 9 to ErrorKind.INPUT)
        for ((code, kind) in codes) {
            val error = made(code, hundreds.getValue(code / 100))
            assertEquals(kind, error.kind.name, "$code")
            val own = code !in 600..699 || code in setOf(630, 677, 678)
            if (!own) assertEquals(kind, error.javaClass.simpleName.uppercase(), "$code")
        }
        for (code in ErrorCode.entries.map { it.number } - codes.keys) {
            for ((part, kind) in parts) assertEquals(kind, made(code, part).kind.name, "$code of $part")
        }
        assertTrue(made(602, ErrorKind.ACCESS) is SaferoomException.Refused && made(752, ErrorKind.INTEGRITY) is SaferoomException.Altered)
    }

    @Test
    fun `errors are of the same kinds as in Python`() {
        val errors = source("python/src/saferoom/errors.py")
        val classes = found("""class (\w+)\((\w+)\):""", errors).toMap()
        val parts = found(""""([A-Z]+)": (\w+),""", errors.substringAfter("_BY_KIND"))
        val ofKinds = parts.map { it.second } + listOf("RosterError", "PolicyError", "ErasureError", "InternalError")
        // A single code may have a class below that of its kind.
        fun kind(name: String): String = if (name !in ofKinds) kind(classes.getValue(name)) else when (name) {
            "AccessDenied" -> "REFUSED"
            "IntegrityError" -> "ALTERED"
            "InternalError" -> "INSIDE"
            "KeyringError" -> "KEYS"
            else -> name.removeSuffix("Error").uppercase()
        }
        val table = errors.substringAfter("_BY_CODE").substringBefore("\n}")
        val codes = HashMap<Int, String>()
        for ((code, name) in found("""(\d+): (\w+),""", table)) codes[code.toInt()] = kind(name)
        for ((some, name) in found("""fromkeys\(\(([\d, ]+)\), (\w+)\)""", table)) {
            some.split(", ").forEach { codes[it.toInt()] = kind(name) }
        }
        for ((range, name) in found("""range\((\d+, \d+)\), (\w+)\)""", table)) {
            val (from, to) = range.split(", ").map(String::toInt)
            (from until to).forEach { codes[it] = kind(name) }
        }
        sortedAlike(codes, parts.associate { (part, name) -> ErrorKind.valueOf(part) to kind(name) })
    }

    @Test
    fun `errors are of the same kinds as in Swift`() {
        val errors = source("swift/Sources/Saferoom/Errors.swift")
        val codes = HashMap<Int, String>()
        for ((ranges, kind) in found("""case ([\d., ]+): self = \.(\w+)""", errors)) {
            for (range in ranges.split(", ").map { it.split("...").map(String::toInt) }) {
                (range.first()..range.last()).forEach { codes[it] = kind.uppercase() }
            }
        }
        val parts = found("""case \.(\w+): \.(\w+)\n""", errors).associate { (part, kind) -> ErrorKind.valueOf(part.uppercase()) to kind.uppercase() }
        sortedAlike(codes, parts)
        val kinds = found("""(\n) {8}case (\w+)(?=\n)""", errors.substringAfter("enum Kind")).map { it.second.uppercase() }
        assertEquals(kinds.toSet(), SaferoomException.Kind.entries.map { it.name }.toSet())
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
            return ClockReading(at, Duration.ofMillis(at.toEpochMilli()))
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
                    assertTrue(entries.all { it.at.toEpochMilli() - day in 0..86_400_000 })

                    clock.at = clock.at.plusSeconds(3600)
                    assertTrue(failure { session.cases(station.access) } is SaferoomException.SessionLocked)
                }
            }
        }
    }
}
