package org.saferoom

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.nio.ByteBuffer
import java.nio.file.Path
import java.time.Instant
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case
import org.saferoom.records.Child
import org.saferoom.records.recordKinds

/** Many records as one buffer: the same as read one by one, opened when they are looked at. */
class PageTest {
    @TempDir
    lateinit var folder: Path

    private val vectors = ObjectMapper()
        .readTree(Path.of(System.getProperty("saferoom.root"), "tests/vectors/page/pages.json").toFile())

    private fun page(bytes: ByteArray) = Page<SaferoomRecord>(bytes) { name -> recordKinds.first { it.name == name } }

    private fun octets(vector: JsonNode): ByteArray =
        vector["input"].textValue().chunked(2).map { it.toInt(16).toByte() }.toByteArray()

    @Test
    fun `a page has what the vectors say`() {
        val good = vectors.filter { it.has("expected") }
        assertTrue(good.size >= 4)
        for (vector in good) {
            val (wanted, what) = vector["expected"] to vector["name"].textValue()
            if (vector["form"].textValue() == "list") {
                val found = Listing(octets(vector)).map { listOf(it.id, it.kind, it.parent) }
                assertEquals(wanted.map { listOf(it["id"].textValue(), it["kind"].textValue(), it["parent"].textValue()) }, found, what)
                continue
            }
            val found = page(octets(vector))
            assertEquals(wanted.size(), found.size, what)
            for ((opened, record) in found.zip(wanted)) {
                assertEquals(record["id"].textValue(), opened.id, what)
                assertEquals(record["parent"].textValue(), opened.parent, what)
                assertEquals(record["kind"].textValue(), opened.record.recordKind.name, what)
                assertEquals(record["revision"].longValue(), opened.revision, what)
                assertEquals(record["author"].textValue(), opened.author, what)
                assertEquals(record["withheld"].map { it.textValue() }, opened.withheld, what)
                val fields = record["fields"].fields().asSequence().associate { (name, value) -> name to formed(value) }
                assertEquals(fields, opened.record.toFields(), what)
            }
        }
    }

    @Test
    fun `anything else is refused`() {
        val bad = vectors.filter { it.has("error") }
        assertTrue(bad.size >= 15)
        for (vector in bad) {
            val refused = assertThrows(SaferoomException::class.java, {
                if (vector["form"].textValue() == "list") Listing(octets(vector)).toList() else page(octets(vector)).toList()
            }, vector["name"].textValue())
            assertEquals(0, refused.code)
        }
    }

    @Test
    fun `of a page that is none nothing stays`() {
        var refused = 0
        for (vector in vectors.filter { it.has("error") && it["form"].textValue() != "list" }) {
            val bytes = octets(vector)
            try {
                page(bytes).close()
            } catch (_: SaferoomException) {
                refused++
            }
            assertTrue(bytes.all { it == 0.toByte() }, vector["name"].textValue())
        }
        assertTrue(refused >= 3, "$refused")
        val bytes = octets(vectors.first { it.has("expected") && it["form"].textValue() != "list" })
        assertThrows(IllegalStateException::class.java) { Page<SaferoomRecord>(bytes) { error("no such kind") } }
        assertTrue(bytes.all { it == 0.toByte() })
    }

    @Test
    fun `a page is equal to itself alone, and opens nothing for it`() {
        val vector = vectors.first { it.has("expected") && it["form"].textValue() != "list" && it["expected"].size() > 0 }
        var made = 0
        val (one, other) = List(2) {
            Page<SaferoomRecord>(octets(vector)) { name ->
                val kind = recordKinds.first { it.name == name }
                object : RecordKind<SaferoomRecord> {
                    override val name: String get() = kind.name
                    override fun of(fields: Map<String, FieldValue>): SaferoomRecord = kind.of(fields).also { made++ }
                }
            }
        }
        val hash = one.hashCode()
        assertTrue(one == one && one != other && one in setOf(one) && other !in setOf(one))
        assertEquals(0, made)
        assertFalse(one.isClosed)
        assertEquals(one[0].id, one.openedOrNull(0)?.id)
        assertNull(one.openedOrNull(-1) ?: one.openedOrNull(one.size))
        one.close()
        assertTrue(one.isClosed && !other.isClosed)
        assertNull(one.openedOrNull(0))
        assertTrue(one == one && one != other && other != one && one.hashCode() == hash)
        assertEquals(1, made)
        OpenPages.endAll()
        assertTrue(other.isClosed && other == other && other.openedOrNull(0) == null)
    }

    @Test
    fun `a question is what the format says`() {
        val id = "07".repeat(16)
        val asked = asked(listOf(id), "child", AccessInput("forensic-interview", "r".repeat(24)))
        val texts = "65" + "6368696c64" + "72" + "666f72656e7369632d696e74657276696577" + "7818" + "72".repeat(24)
        assertEquals("8501" + texts + "50" + id, asked)
        assertEquals("8501f66178f640", asked(emptyList(), null, AccessInput("x")))
        val long = asked(List(17) { id }, null, AccessInput("x".repeat(300)))
        assertTrue(long.startsWith("8501f6" + "79012c" + "7878") && "f6590110$id" in long)
        assertTrue(asked(List(4096) { id }, null, AccessInput("x")).startsWith("8501f66178f65a00010000$id"))
    }

    private fun asked(ids: List<String>, kind: String?, access: AccessInput): String {
        val question = PageQuestion(ids, kind, access)
        val out = ByteBuffer.allocate(question.room)
        question.write(out)
        return hex(out.array(), 0, out.position())
    }

    @Test
    fun `threads ask at the same time, few records and many, and each is answered`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                vault.signedIn(station.identity) { session ->
                    val case = session.create(Case(registerNumber = "K-1"), session.unit(), station.access).record
                    val new = List(70) { Child(givenName = "Sokha $it", sex = "female", role = "victim") to case }
                    val ids = session.createAll(new, station.access).map { it.record }
                    List(8) { thread ->
                        async(Dispatchers.IO) {
                            repeat(20) { turn ->
                                val at = (7 * thread + turn) % ids.size
                                assertEquals("Sokha $at", session.readBlocking(Child, ids[at], station.access).record.givenName)
                            }
                            val all = session.readAllBlocking(Child, ids, station.access)
                            assertEquals(new.map { it.first }, all.map { it.record })
                            val refused = assertThrows(SaferoomException::class.java) {
                                session.readBlocking(Child, case, station.access)
                            }
                            assertTrue(refused.code > 0)
                        }
                    }.awaitAll()
                }
            }
        }
    }

    @Test
    fun `a page that is closed while another thread reads has no record of zeros`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                vault.signedIn(station.identity) { session ->
                    val case = session.create(Case(registerNumber = "K-1"), session.unit(), station.access).record
                    val new = List(2) { Child(givenName = "Sokha $it", sex = "female", role = "victim") to case }
                    val ids = session.createAll(new, station.access).map { it.record }
                    val bytes = session.ask(PageQuestion(ids, "child", station.access))
                    val (reached, goOn) = CountDownLatch(1) to CountDownLatch(1)
                    val slow = object : RecordKind<Child> by Child {
                        override fun of(fields: Map<String, FieldValue>): Child {
                            reached.countDown()
                            check(goOn.await(60, TimeUnit.SECONDS))
                            return Child.of(fields)
                        }
                    }
                    val page = Page(bytes) { slow }
                    val reading = async(Dispatchers.IO) { page[1].record }
                    withContext(Dispatchers.IO) { reached.await() }
                    val closing = async(Dispatchers.IO) { page.close() }
                    delay(100)
                    assertFalse(closing.isCompleted, "not in the middle of a record")
                    goOn.countDown()
                    assertEquals(new[1].first, reading.await())
                    closing.await()
                    assertTrue(bytes.all { it == 0.toByte() })
                    for (place in ids.indices) assertThrows(SaferoomException.Closed::class.java) { page[place] }
                }
            }
        }
    }

    @Test
    fun `a session that was let go of is not asked`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                val session = vault.signIn(station.identity)
                val id = session.create(Case(registerNumber = "K-1"), session.unit(), station.access).record
                session.lock()
                assertThrows(SaferoomException.SessionLocked::class.java) { session.readBlocking(Case, id, station.access) }
                session.close()
                assertThrows(SaferoomException.SessionLocked::class.java) { session.readBlocking(Case, id, station.access) }
            }
        }
    }

    private fun formed(value: JsonNode): FieldValue {
        val (form, given) = value.fields().next()
        return when (form) {
            "text" -> FieldValue.Text(given.textValue())
            "code" -> FieldValue.Code(given.textValue())
            "date" -> FieldValue.Date(given.textValue())
            "time" -> FieldValue.Time(Instant.ofEpochMilli(given.longValue()))
            "place" -> FieldValue.Place(given.textValue())
            "bool" -> FieldValue.Bool(given.booleanValue())
            "unsigned" -> FieldValue.Unsigned(given.longValue().toULong())
            "id" -> FieldValue.Id(given.textValue())
            else -> FieldValue.Items(given.map(::formed))
        }
    }

    @Test
    fun `a page is what reading one by one gives`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                vault.signedIn(station.identity) { session ->
                    val case = session.create(Case(registerNumber = "K-1"), session.unit(), station.access).record
                    val child = Child(dateOfBirth = PartialDate(2014, 5), sex = "female", role = "victim")
                    val new = List(20) { child.copy(givenName = "Sokha $it") to case }
                    val ids = session.createAll(new, station.access).map { it.record }
                    val before = session.logSize()
                    val page = session.readAll(Child, ids, station.access)
                    assertEquals(before + 20UL, session.logSize())
                    val single = ids.map { session.read(it, "child", station.access) }
                    for ((opened, raw) in page.zip(single)) {
                        assertEquals(raw.id(), opened.id)
                        assertEquals(raw.parent(), opened.parent)
                        assertEquals(raw.revision().toLong(), opened.revision)
                        assertEquals(raw.author(), opened.author)
                        assertEquals(raw.withheld(), opened.withheld)
                        assertEquals(Child.of(raw.fields()), opened.record)
                    }
                    assertEquals(ids, session.readAny(ids, station.access).map { it.id })
                    val printed = "$page ${page[0]} ${page[0].record}"
                    assertFalse("Sokha" in printed || "2014" in printed || "victim" in printed, printed)
                    page.close()
                    assertThrows(SaferoomException.Closed::class.java) { page[0] }
                    single.forEach(OpenedRecord::close)

                    val listed = session.listOf(case, station.access)
                    assertEquals(21, listed.size)
                    assertEquals(session.recordsOf(case, station.access), listed.toList())
                    assertNull(session.listOf(session.unit(), station.access).first { it.id == session.unit() }.parent)
                }
            }
        }
    }

    @Test
    fun `what is no id is refused`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                vault.signedIn(station.identity) { session ->
                    for (wrong in listOf("", "00", "x".repeat(32), "0".repeat(64), "០".repeat(32), "０".repeat(32))) {
                        val refused = try {
                            session.readAll(Child, listOf("0".repeat(32), wrong), station.access)
                            null
                        } catch (refused: SaferoomException) {
                            refused
                        }
                        assertEquals(SaferoomException.Kind.INPUT, refused?.kind, wrong)
                    }
                    val id = session.create(Case(registerNumber = "K-1"), session.unit(), station.access).record
                    assertEquals(id, session.read(Case, id.uppercase(), station.access).id)
                }
            }
        }
    }
}
