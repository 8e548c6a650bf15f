package org.saferoom

import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
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
            assertTrue(session.caseMembers(case, work).any { it.untilInstant == until })
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
        val question = LogQuestion(null, null, null, null, null, null, null).between(before, until)
        assertEquals(before.toEpochMilli() to until, question.sinceInstant?.toEpochMilli() to question.untilInstant)
        assertEquals(until, ReferralAnswerInput("accepted").expecting(until).appointmentAtInstant)
        assertNull(question.between(null, null).since)
    }

    @Test
    fun `a time that the library does not know is refused, and no other one takes its place`() = atWork { station, vault, session ->
        for (wrong in listOf(Instant.ofEpochMilli(-1), Instant.MIN, Instant.MAX)) {
            assertEquals(326, refused { session.dueForErasure(wrong, station.access) }?.code, "$wrong")
        }
        assertEquals(326, refused { vault.setIdleTimeout(Duration.ofSeconds(-1)) }?.code)
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
