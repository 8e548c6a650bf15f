// What Rust writes, Kotlin reads, extends, audits and erases; what Kotlin writes, Rust reads. `bindings/examples/crossing.rs` is
// the Rust side; the environment variable SAFEROOM_CROSSING names the program, which the step of `cargo xtask test` builds.

package org.saferoom

import java.nio.file.Path
import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case
import org.saferoom.records.Child

@EnabledIfEnvironmentVariable(named = "SAFEROOM_CROSSING", matches = ".+", disabledReason = "no program of the Rust side")
class CrossingTest {
    @TempDir
    lateinit var folder: Path

    private val access = AccessInput("forensic-interview")
    private val ordered = AccessInput("record-management", "ordered by the court of the tests")
    private val passphrase get() = "crossing the river".toByteArray()
    private val keys get() = fileKeyStore(folder.resolve("keys"))
    private val file get() = folder.resolve("vault.saferoom")

    /** What the Rust side prints, and whether it succeeded. */
    private fun rust(vararg arguments: String): Pair<Int, List<String>> {
        val process = ProcessBuilder(System.getenv("SAFEROOM_CROSSING"), *arguments)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val lines = process.inputStream.bufferedReader().readLines()
        return process.waitFor() to lines
    }

    private suspend fun atWork(work: suspend (Identity, Session) -> Unit) =
        Identity.openFile(folder.resolve("member.identity"), passphrase).use { identity ->
            Vault.open(file, keys).use { vault -> vault.signedIn(identity) { work(identity, it) } }
        }

    @Test
    fun `kotlin reads, extends, audits and erases what rust wrote`() = runBlocking {
        val (code, ids) = rust("write", folder.toString())
        assertEquals(0, code)
        val (case, child) = ids
        atWork { _, session ->
            val read = session.read(Case, case, access).record
            assertEquals(
                Case(
                    registerNumber = "RUST-1", reportedAt = Instant.ofEpochMilli(1_795_543_567_250), registrationYear = 2026,
                    incidentPlace = "120103", summary = "From Rust: ផ្ទះ\nsecond line", legalHold = true,
                    legalHoldReference = "ORDER-7", leadOfficer = session.unit(),
                ),
                read,
            )
            val opened = session.read(Child, child, access)
            assertEquals(listOf("Sokha; the second", "Ka"), opened.record.otherNames)
            assertEquals(PartialDate(2014, 5, estimated = true), opened.record.dateOfBirth)
            assertEquals(2UL, session.amend(child, opened.record.copy(nickname = "ទី២"), access).number)
            session.amend(case, read.copy(legalHold = false), access)
            session.check()
            audit(session)
        }
        assertTrue("nickname=ទី២" in rust("read", folder.toString(), child).second)

        atWork { identity, session ->
            val proposal = session.proposeErasure(listOf(case), ErasureGround.Order, ordered)
            val done = session.erase(proposal.signedBy(identity), ordered)
            assertEquals(1UL, done.cases)
            assertTrue(done.keys > 0UL)
        }
        assertTrue(rust("read", folder.toString(), child).first != 0, "nothing of it opens any more")
    }

    private suspend fun audit(session: Session) {
        val bundle = folder.resolve("bundle")
        session.exportLog(bundle, emptyList(), DisclosedReasons.None, access)
        val verified = verifyBundle(bundle, session.trustPolicy().toByteArray(), emptyList(), Instant.now())
        assertTrue(verified.verdicts.none { it.answer == BundleAnswer.FAILED }, verified.toString())
        assertEquals("test.example.org/crossing", verified.origin)
    }

    @Test
    fun `rust reads what kotlin wrote`() = runBlocking {
        var case = ""
        var unit = ""
        Identity.createFile(folder.resolve("member.identity"), passphrase).use { identity ->
            Vault.create(file, keys, identity, "test.example.org/crossing", "Unit of the crossing").use { vault ->
                vault.signedIn(identity) { session ->
                    unit = session.unit()
                    val written = Case(
                        registerNumber = "KOTLIN-1", externalReferences = listOf("one", "two"),
                        reportedAt = Instant.parse("2026-11-24T18:16:07.250Z"), registrationYear = 2026,
                        incidentFrom = PartialDate(2026, 5, estimated = true), incidentPlace = "120103",
                        summary = "ពី Kotlin", legalHold = false, leadOfficer = unit,
                    )
                    case = session.create(written, unit, access).record
                }
            }
        }
        val expected = listOf(
            "register_number=KOTLIN-1", "external_references=one; two", "reported_at=2026-11-24T18:16:07.250Z",
            "registration_year=2026", "incident_from=2026-05~", "incident_place=120103", "summary=ពី Kotlin",
            "lead_officer=$unit", "legal_hold=false",
        )
        assertEquals(0 to expected, rust("read", folder.toString(), case))
    }
}
