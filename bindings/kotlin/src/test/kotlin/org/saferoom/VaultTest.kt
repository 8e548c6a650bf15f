package org.saferoom

import java.nio.ByteBuffer
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case
import org.saferoom.records.Child
import org.saferoom.records.recordKinds

class VaultTest {
    @TempDir
    lateinit var folder: Path

    private val child = Child(
        givenName = "សុខា", givenNameLatin = "Sokha", otherNames = listOf("one", "two"), sex = "female", role = "victim",
        dateOfBirth = PartialDate(2014, 5, estimated = true),
    )

    private fun atWork(work: suspend (Station, Session) -> Unit) = runBlocking {
        Station(folder).use { station ->
            station.found().use { vault -> vault.signedIn(station.identity) { work(station, it) } }
        }
    }

    private suspend fun failure(call: suspend () -> Any?): SaferoomException = try {
        call()
        throw AssertionError("nothing was thrown")
    } catch (expected: SaferoomException) {
        expected
    }

    @Test
    fun `what was written is read, with its history`() = atWork { station, session ->
        val reported = Instant.ofEpochMilli(1_795_543_567_250)
        val written = Case(registerNumber = "K-1", reportedAt = reported, registrationYear = 2026, legalHold = false)
        val case = session.create(written, session.unit(), station.access).record
        val id = session.create(child, case, station.access).record
        val opened = session.read(Child, id, station.access)
        assertEquals(child, opened.record)
        assertEquals(case, opened.parent)
        assertEquals(written, session.read(Case, case, station.access).record)
        assertEquals(2UL, session.amend(id, child.copy(nickname = "Ka"), station.access).number)
        assertEquals(listOf(2UL, 1UL), session.history(id, station.access).map { it.number })
        session.readRevision(id, "child", 1UL, station.access).use { assertFalse("nickname" in it.fields()) }
        assertEquals(listOf(case), session.cases(station.access))
        assertTrue(session.check().logEntries > 5UL)
    }

    @Test
    fun `many are written and read at once`() = atWork { station, session ->
        val case = session.create(Case(), session.unit(), station.access).record
        val written = session.createAll(List(20) { child.copy(nickname = "N$it") to case }, station.access)
        val read = session.readAll(Child, written.map { it.record }, station.access)
        assertEquals(List(20) { "N$it" }, read.map { it.record.nickname })
        session.create(Case(registerNumber = "K-9"), session.unit(), station.access)
        val found = session.search("case", listOf(SearchCriterion.Exact("K-9")), station.access)
        assertEquals(1, found.records.size)
        assertEquals(356, failure { session.search("child", listOf(SearchCriterion.Name("Sokha")), station.access) }.code)
    }

    @Test
    fun `errors have a code, a part, a text and advice`() = atWork { station, session ->
        val missing = failure { session.read(Child, "0".repeat(32), station.access) }
        assertTrue(missing is SaferoomException.NotFound, missing.toString())
        assertEquals(701, missing.code)
        assertTrue(missing.advice.isNotEmpty() && missing.message == missing.text)
        val refused = failure { session.cases(AccessInput("curiosity")) }
        assertTrue(refused is SaferoomException.Refused, refused.toString())
        assertEquals(SaferoomException.Kind.REFUSED to ErrorKind.ACCESS, refused.kind to refused.part)
        session.lock()
        assertTrue(failure { session.cases(station.access) } is SaferoomException.SessionLocked)
    }

    @Test
    fun `a wrong passphrase is told apart, and the right one opens`() = runBlocking<Unit> {
        Station(folder).use { station ->
            val file = folder.resolve("member.identity")
            val passphrase = "quiet river stone".toByteArray()
            passphrase.wiping { Identity.createFile(file, it).close() }
            assertArrayEquals(ByteArray(17), passphrase)
            val wrong = failure { Identity.openFile(file, "another river".toByteArray()) }
            assertTrue(wrong is SaferoomException.WrongPassphrase, wrong.toString())
            Identity.openFile(file, "quiet river stone".toByteArray()).use { identity ->
                Vault.create(station.file, station.keys, identity, "test.example.org/audit/1", "Unit").close()
            }
            // From its position on, as buffers are read.
            val direct = ByteBuffer.allocateDirect(20).put("...quiet river stone".toByteArray()).flip().position(3)
            Vault.open(station.file, station.keys).use { vault ->
                vault.signInWithFileBlocking(file, direct).use { assertFalse(it.isLocked()) }
            }
        }
    }

    @Test
    fun `nothing prints what it holds`() = atWork { station, session ->
        val case = session.create(Case(), session.unit(), station.access).record
        val id = session.create(child, case, station.access).record
        val opened = session.read(Child, id, station.access)
        val raw = session.read(id, "child", station.access)
        val why = AccessInput("forensic-interview", "because of Sokha")
        val new = NewRecord("child", case, child.toFields())
        for (thing in listOf(child, opened, opened.record, raw, raw.fields(), why, new, child.dateOfBirth, child.toFields())) {
            val printed = thing.toString()
            assertFalse("Sokha" in printed || "2014" in printed || "victim" in printed, printed)
        }
        raw.close()
    }

    @Test
    fun `a key store of the host works, and what it throws arrives without its text`() = runBlocking<Unit> {
        val kept = HashMap<String, ByteArray>()
        var broken = false
        val store = object : KeyStore {
            override fun load(name: String): ByteArray? = if (broken) error("secret of the host") else kept[name]?.clone()
            override fun store(name: String, secret: ByteArray) { kept[name] = secret.clone() }
            override fun remove(name: String) { kept.remove(name) }
        }
        Identity.generate().use { identity ->
            val file = folder.resolve("hosted.saferoom")
            Vault.create(file, store, identity, "test.example.org/audit/1", "Unit").close()
            assertTrue(kept.isNotEmpty())
            broken = true
            val failed = failure { Vault.open(file, store).use { it.signIn(identity) } }
            assertEquals(220, failed.code)
            assertFalse("secret" in failed.toString())
        }
    }

    @Test
    fun `changes and progress are flows`() = atWork { station, session ->
        runBlocking {
            val changes = session.changes(Duration.ofMillis(20))
            // Before anybody collects.
            val ids = List(2) { session.create(Case(), session.unit(), station.access).record }
            val heard = withTimeout(60_000) { changes.take(2).toList() }
            assertEquals(ids.toSet(), heard.map { it.id }.toSet())
            assertEquals(setOf("case"), heard.map { it.kind }.toSet())

            val report = ProgressReport()
            val steps = async { report.updates.toList() }
            val out = folder.resolve("bundle")
            val bundle = session.exportLog(out, emptyList(), DisclosedReasons.None, station.access, report)
            assertTrue(withTimeout(60_000) { steps.await() }.isNotEmpty())
            assertTrue(bundle.toString().isNotEmpty())
            val policy = session.trustPolicy().toByteArray()
            val verified = verifyBundle(out, policy, emptyList(), Instant.now())
            assertTrue(verified.verdicts.none { it.answer == BundleAnswer.FAILED }, verified.toString())
        }
    }

    @Test
    fun `every kind has a class that starts empty and comes back`() {
        assertTrue(recordKinds.size >= 40)
        for (kind in recordKinds) {
            val empty = kind.of(emptyMap())
            assertEquals(kind.name, empty.recordKind.name)
            assertEquals(emptyMap<String, FieldValue>(), empty.toFields())
        }
        assertEquals(child, Child.of(child.toFields()))
        assertEquals("2014-05-17", PartialDate.of(LocalDate.of(2014, 5, 17)).text)
        for (wrong in listOf("", "2014-x", "20141234567", "2014-123", "2014-05-", "2014-05-17-1", "-2014", "២០១៤", "٢٠١٤-٠٥", "２０１４")) {
            val refused = assertThrows(IllegalArgumentException::class.java, { PartialDate.parse(wrong) }, wrong)
            assertEquals("not a date", refused.message)
        }
        assertThrows(SaferoomException::class.java) { Case.of(mapOf("registration_year" to FieldValue.Unsigned(ULong.MAX_VALUE))) }
    }
}
