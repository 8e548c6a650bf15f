package org.saferoom

import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case
import org.saferoom.records.Child

/** Texts with half of a character, which do not cross: refused before anything is handed over. */
class TextsTest {
    @TempDir
    lateinit var folder: Path

    private val halves = listOf("Sokha\uD83D", "\uDE42Sokha", "So\uD83Dkha", "\uDE42\uD83D", "\uD83D\uD83D\uDE42")

    private fun refused(what: String, call: () -> Any?) {
        val failed = assertThrows(SaferoomException::class.java, { call() }, what)
        assertEquals(listOf<Any?>(323, ErrorCode.VALUE_UTF8, SaferoomException.Kind.MODEL), listOf(failed.code, failed.named, failed.kind), what)
        assertFalse("Sokha" in "$failed ${failed.cause}", what)
    }

    @Test
    fun `values and records are not made of halves`() {
        for (half in halves) {
            refused("text") { FieldValue.Text(half) }
            refused("code") { FieldValue.Code(half) }
            refused("date") { FieldValue.Date(half) }
            refused("place") { FieldValue.Place(half) }
            refused("id") { FieldValue.Id(half) }
            refused("purpose") { AccessInput(half) }
            refused("reason") { AccessInput("forensic-interview", half) }
            refused("copy") { AccessInput("forensic-interview").copy(reason = half) }
            refused("criterion") { SearchCriterion.Name(half) }
            refused("change") { MemberChange.Suspend(half) }
            refused("kind of a new record") { NewRecord(half, null, emptyMap()) }
            refused("parent of a new record") { NewRecord("case", half, emptyMap()) }
            refused("field of a new record") { NewRecord("case", null, mapOf(half to FieldValue.Bool(true))) }
            refused("record") { Child(givenName = half).toFields() }
            refused("question") { PageQuestion(emptyList(), half, AccessInput("x")) }
            // Where they cross, should they come there all the same.
            refused("crossing") { FfiConverterString.lower(half) }
            refused("crossing in a list") { FfiConverterSequenceString.lower(listOf("Sokha", half)) }
        }
    }

    @Test
    fun `calls look at their texts first, and whole characters cross`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                vault.signedIn(station.identity) { session ->
                    val access = station.access
                    val case = session.create(Case(registerNumber = "K-1"), session.unit, access).record
                    val name = "𠮷𠀀"
                    val child = Child(givenName = name, sex = "female", role = "victim")
                    val before = session.logSize()
                    for (half in halves) {
                        refused("kind") { session.createBlocking(half, case, child.toFields(), access) }
                        refused("parent") { session.createBlocking("child", half, child.toFields(), access) }
                        refused("field") { session.createBlocking("child", case, child.toFields() + (half to FieldValue.Bool(true)), access) }
                        refused("id") { session.amendBlocking(half, "child", child.toFields(), access) }
                        refused("one of several") { session.readManyBlocking(listOf(case, half), "child", access) }
                        refused("of no object") { explainRule(half, half) }
                        refused("suspending") { runBlocking { session.create(half, case, child.toFields(), access) } }
                    }
                    assertEquals(before, session.logSize(), "nothing was asked")
                    val id = session.create(child, case, access).record
                    assertEquals(name, session.read(Child, id, access).record.givenName)
                }
            }
        }
    }
}
