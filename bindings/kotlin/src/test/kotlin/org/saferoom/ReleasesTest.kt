package org.saferoom

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.nio.file.Files
import java.nio.file.Path
import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case
import org.saferoom.records.Child

/** The extract desk: extracts and tables of a vault, and what custodians sign. All persons are invented. */
class ReleasesTest {
    @TempDir
    lateinit var folder: Path

    private val research = AccessInput("HRESCH")
    private val work = AccessInput("record-management")

    private val specification = """
        name = "Ages"
        audience = "inside"
        suppression = 0.1
        [[column]]
        name = "age"
        field = "child.date_of_birth"
        role = "quasi-identifying"
        hierarchy = { kind = "age" }
        [[column]]
        name = "child.sex"
        role = "quasi-identifying"
        hierarchy = { kind = "suppress" }
        [[model]]
        kind = "k-anonymity"
        k = 5
    """.trimIndent()

    private val counts = """
        name = "Girls and boys"
        audience = "inside"
        [[dimension]]
        column = "child.sex"
        values = ["female", "male"]
    """.trimIndent()

    /** A caseload of 40, and somebody at the extract desk, who holds the key of the statistics and no other. */
    private fun atTheDesk(act: suspend (Station, Session, Identity, Session) -> Unit) = runBlocking {
        Station(folder).use { station ->
            station.found().use { vault ->
                vault.signedIn(station.identity) { session ->
                    cases(session, 40)
                    Identity.generate().use { officer ->
                        PublicIdentity.fromEnrolmentFile(officer.enrolmentFile()).use { public ->
                            val enrol = MemberChange.Enrol(public, "extract-desk", session.unit())
                            session.changeMembers(enrol, listOf(station.identity), work)
                        }
                        vault.signedIn(officer) { desk -> act(station, session, officer, desk) }
                    }
                }
            }
        }
    }

    private suspend fun cases(session: Session, count: Int) {
        val access = AccessInput("forensic-interview")
        val reported = Case(reportedAt = Instant.parse("2026-03-01T08:00:00Z"))
        val cases = session.createAll(List(count) { reported to session.unit() }, access)
        val children = cases.mapIndexed { number, case ->
            val (born, sex) = PartialDate(2008 + number % 8, 5, 17) to if (number % 3 == 0) "male" else "female"
            Child(familyNameLatin = "Kunvathana", dateOfBirth = born, role = "victim", sex = sex) to case.record
        }
        session.createAll(children, access)
    }

    private suspend fun failure(call: suspend () -> Any?): SaferoomException = try {
        call()
        throw AssertionError("nothing was thrown")
    } catch (expected: SaferoomException) {
        expected
    }

    private fun json(text: String): JsonNode = ObjectMapper().readTree(text)

    @Test
    fun `an extract leaves by its door`() = atTheDesk { station, session, officer, desk ->
        val plan = json(desk.planExtract(specification, folder, research, ProgressReport()))
        assertEquals(40, plan["statistics"]["cases"].intValue())
        assertTrue(plan["guard"]["singles_out"].isNull)
        assertEquals(emptyList<PastRelease>(), desk.pastReleases(research))

        val out = folder.resolve("extract")
        val built = desk.buildExtract(specification, folder, out, officer, research)
        assertNull(built.wayBack)
        val rows = json(built.manifestJson)["rows"]["released"].longValue()
        assertTrue(rows > 30, "$rows")
        val verified = verifyExtract(out, Files.readString(built.publicKey))
        assertEquals(built.manifestJson, verified.manifestJson)
        assertFalse("Kunvathana" in String(Files.readAllBytes(out.resolve("data.parquet")), Charsets.ISO_8859_1))
        val past = desk.pastReleases(research).single()
        assertEquals(Triple("Ages", rows.toULong(), false), Triple(past.name, past.rows, past.withdrawn))

        val again = failure { desk.buildExtract(specification, folder, out, officer, research) }
        assertEquals(1800 to SaferoomException.Kind.RELEASE, again.code to again.kind)
        val names = specification.replace("child.sex", "child.family_name")
        assertEquals(SaferoomException.Kind.RELEASE, failure { desk.planExtract(names, folder, research) }.kind)
        val stranger = Identity.generate().use { extractSigningKey(it) }
        assertEquals(SaferoomException.Kind.RELEASE, failure { verifyExtract(out, stranger) }.kind)

        // Withdrawn by custodians: nothing is compared with it any more.
        session.changeMembers(MemberChange.ReleaseWithdrawal(past.id), listOf(station.identity), work)
        assertTrue(desk.pastReleases(research).single().withdrawn)
    }

    @Test
    fun `a search that is stopped leaves nothing`() = atTheDesk { _, _, officer, desk ->
        val report = ProgressReport().apply { stop() }
        val out = folder.resolve("extract")
        try {
            desk.buildExtract(specification, folder, out, officer, research, report)
        } catch (stopped: SaferoomException) {
            assertEquals(SaferoomException.Kind.RELEASE, stopped.kind)
            assertFalse(Files.exists(out))
        }
        // So small a search may be over before it tells anything; then the release stands, and is told.
        assertEquals(Files.exists(out), desk.pastReleases(research).isNotEmpty())
    }

    @Test
    fun `tables are counted, guarded, and paid for`() = atTheDesk { station, session, _, desk ->
        val plan = json(desk.planTables(counts, research))
        assertEquals(listOf(26, 14, 40), plan["published"]["cells"].map { it["count"].intValue() })
        val table = json(desk.buildTables(counts, folder.resolve("counts"), research))
        assertEquals(plan["published"], table)
        assertTrue(Files.exists(folder.resolve("counts/table.csv")))

        // One child more would show, unless custodians sign.
        cases(session, 1)
        val second = folder.resolve("second")
        assertEquals(1912, failure { desk.buildTables(counts, second, research) }.code)
        assertFalse(Files.exists(second))
        val release = json(desk.planTables(counts, research))["guard"]["release"].textValue()
        val exception = MemberChange.ReleaseException("tables", release)
        session.changeMembers(exception, listOf(station.identity), work)
        desk.buildTables(counts, second, research)

        val noisy = "$counts\n[private]\nmechanism = \"laplace\"\nepsilon = 1.0\n"
        val series = MemberChange.ReleaseSeries("Yearly", "inside", "0.7", false)
        session.changeMembers(series, listOf(station.identity), work)
        assertEquals(listOf(ReleaseSeries("Yearly", "inside", 0.7, false)), desk.releaseSeries())
        assertEquals(0.5, desk.planNoisyTables(noisy, "Yearly", research).cost)
        val answered = json(desk.buildNoisyTables(noisy, "Yearly", folder.resolve("noisy"), research))
        assertTrue(answered["cells"].all { it["count"].isNumber })
        assertEquals(0.2, desk.budgetLeft("Yearly", research), 1e-9)
        val exhausted = failure { desk.buildNoisyTables(noisy, "Yearly", folder.resolve("third"), research) }
        assertEquals(1909, exhausted.code)
        assertEquals(5u to 11u, desk.releasePolicy().let { it.insideK to it.outsideK })
    }

    @Test
    fun `a station's rows go to the desk of another vault`() = atTheDesk { station, session, _, _ ->
        Station(Files.createDirectory(folder.resolve("far"))).use { far ->
            far.found().use { vault ->
                vault.signedIn(far.identity) { desk ->
                    val (here, there) = Correspondent.ofIdentity(station.identity) to Correspondent.ofIdentity(far.identity)
                    val packet = folder.resolve("rows.packet")
                    val sent = session.handOverStatistics("Kandal", here, there.addressFile(), packet, false, research)
                    assertEquals(40UL, sent.rows)
                    val known = KnownSenders().apply { pin(here.addressFile()) }
                    assertEquals(sent.packet, desk.takeIn(packet, there, known, folder, research).packet)
                    val next = folder.resolve("next.packet")
                    val nothing = session.handOverStatistics("Kandal", here, there.addressFile(), next, false, research)
                    assertEquals(0UL, nothing.rows)
                    val found = json(desk.planExtract(specification, folder, research))["statistics"]
                    assertEquals("Kandal", found["stations"].single()["station"].textValue())
                    assertEquals(40, found["cases"].intValue())
                }
            }
        }
    }
}
