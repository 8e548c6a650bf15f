package org.saferoom

import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case
import org.saferoom.records.Child
import org.saferoom.records.Interview

/** Moments, spans and properties say what the numbers and calls below them say. */
class HabitsTest {
    @TempDir
    lateinit var folder: Path

    private fun atWork(work: suspend (Station, Vault, Session) -> Unit) = runBlocking {
        Station(folder).use { station ->
            station.found().use { vault -> vault.signedIn(station.identity) { work(station, vault, it) } }
        }
    }

    private suspend fun refused(call: suspend () -> Any?): SaferoomException? = try {
        call()
        null
    } catch (refused: SaferoomException) {
        refused
    }

    @Test
    fun `moments and spans cross in the unit that the library asks for`() = atWork { station, _, session ->
        val work = AccessInput("record-management")
        val case = session.create(Case(), session.unit, station.access).record
        val child = session.create(Child(sex = "female", role = "victim"), case, station.access).record
        val until = Instant.parse("2100-01-02T03:04:05.678Z")
        Identity.generate().use { officer ->
            PublicIdentity.fromEnrolmentFile(officer.enrolmentFile()).use { public ->
                session.changeMembers(MemberChange.Enrol(public, "interviewer", session.unit), listOf(station.identity), work)
            }
            session.share(case, officer.memberId, listOf(Compartment.PROFILE), until, work)
            assertTrue(session.caseMembers(case, work).any { it.until == until })
        }
        val lifetime = Duration.ofDays(30)
        val before = Instant.now()
        BackupKey.createFile(folder.resolve("key"), "quiet river stone, thrice".toByteArray(), lifetime).use { key ->
            val lived = Duration.between(before, key.notAfter)
            assertTrue(lived >= lifetime.minusSeconds(1) && lived < lifetime.plusMinutes(5), "$lived")
        }
        session.earlierInterviews(child, station.access).use { earlier ->
            val plan = Interview(purpose = "initial", interviewer = session.unit, protocol = "nichd_revised")
            session.startInterview(child, plan.toFields(), earlier, false, station.access).use { live ->
                assertEquals(InterviewState.RUNNING, live.state)
                assertEquals(60UL, live.netMinutes(Instant.now().plus(Duration.ofMinutes(60).plusSeconds(5))))
                val since = live.sinceBreak(Instant.now().plusSeconds(3600))
                assertTrue(since!! in Duration.ofMinutes(60)..Duration.ofMinutes(61), "$since")
            }
        }
        val question = LogQuestion(null, null, before, until, null, null, null)
        val bundle = folder.resolve("bundle")
        val kept = listOf(session.checkpoint().toByteArray())
        session.exportLog(bundle, emptyList(), DisclosedReasons.None, station.access)
        val policy = session.trustPolicy().toByteArray()
        val asked = { about: LogQuestion ->
            val direct = ByteBuffer.allocateDirect(policy.size).put(policy).flip()
            queryBundleBlocking(bundle, direct, kept, Instant.now(), about, 0UL, 100UL, null)
        }
        val answered = asked(question)
        assertTrue(answered.found in 5UL until answered.read, "${answered.found} of ${answered.read}")
        assertTrue(answered.entries.all { it.at >= before.truncatedTo(ChronoUnit.MILLIS) && it.at <= Instant.now() })
        assertEquals(0UL, asked(question.copy(since = until.minusSeconds(1))).found)
    }

    @Test
    fun `calls that wait take them as well, and answers have them`() = atWork { station, _, session ->
        val passphrase = "quiet river stone, thrice".toByteArray()
        val direct = ByteBuffer.allocateDirect(passphrase.size).put(passphrase).flip()
        BackupKey.createFileBlocking(folder.resolve("key"), direct, Duration.ofDays(1)).use { key ->
            assertEquals(key.notAfter, key.notAfter())
            val report: BackupReport = session.backupToBlocking(folder.resolve("backup"), key, AccessInput("record-management"))
            assertTrue(report.bytes > 0UL && Files.exists(folder.resolve("backup")))
        }
        val reported = Instant.ofEpochMilli(1_795_543_567_250)
        val case = session.createBlocking("case", session.unit, mapOf("reported_at" to FieldValue.Time(reported)), station.access).record
        session.readBlocking(case, "case", station.access).use { assertEquals(FieldValue.Time(reported), it.fieldsBlocking()["reported_at"]) }
        assertTrue(session.dueForErasureBlocking(Instant.now(), station.access).toString().isNotEmpty())
    }

    @Test
    fun `a time that the library does not know is refused, and no other one takes its place`() = atWork { station, vault, session ->
        for (wrong in listOf(Instant.ofEpochMilli(-1), Instant.MIN, Instant.MAX)) {
            assertEquals(326, refused { session.dueForErasure(wrong, station.access) }?.code, "$wrong")
        }
        assertEquals(326, refused { vault.setIdleTimeout(Duration.ofSeconds(-1)) }?.code)
        assertEquals(326, refused { session.dueForErasureBlocking(Instant.MAX, station.access) }?.code)
        assertEquals(326, refused { LogQuestion(null, null, Instant.MIN, null, null, null, null) }?.code)
        assertEquals(326, refused { ClockReading(Instant.now(), Duration.ofSeconds(Long.MAX_VALUE)) }?.code)
        assertEquals(326, refused { FieldValue.Time(Instant.ofEpochMilli(-1)) }?.code)
        val far = listOf<Pair<Duration, Int?>>(Duration.ofHours(7) to null, Duration.ofHours(-7) to null, Duration.ofDays(Int.MAX_VALUE.toLong()) to 326)
        for ((offset, code) in far) assertEquals(code, refused { offset.wholeMinutes() }?.code)
        // Nor does one from the library that lies beyond all time come before it.
        for (beyond in listOf(-1L, Long.MIN_VALUE)) {
            assertTrue(FfiConverterMoment.lift(beyond) > Instant.parse("2199-01-01T00:00:00Z"))
            assertTrue(FfiConverterSpan.lift(beyond) > Duration.ofDays(365))
        }
        assertEquals(Instant.MAX.epochSecond, ULong.MAX_VALUE.secondsToInstant().epochSecond)
        assertEquals(326, refused { session.create(Case(reportedAt = Instant.MAX), session.unit, station.access) }?.code)
    }

    @Test
    fun `properties say what the calls say, and a session locks itself after its time`() = atWork { station, vault, session ->
        assertEquals(session.unit(), session.unit)
        assertEquals(station.identity.memberId(), session.memberId)
        assertTrue(!session.isLocked)
        vault.setIdleTimeout(Duration.ofSeconds(1))
        delay(1200)
        assertTrue(session.lockIfIdle() && session.isLocked)
    }
}
