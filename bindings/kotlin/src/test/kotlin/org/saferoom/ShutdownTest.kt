package org.saferoom

import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import kotlin.coroutines.coroutineContext
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.api.parallel.Isolated
import org.saferoom.records.Case
import org.saferoom.records.Child
import org.saferoom.records.Interview

/**
 * An app that shuts saferoom down while its objects are still referred to. It ends all sessions of the process: Surefire runs one class
 * after the other, and `Isolated` keeps it so should classes run side by side one day.
 */
@Isolated
@Timeout(300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShutdownTest {
    @TempDir
    lateinit var folder: Path

    private val access = AccessInput("forensic-interview")
    private val work = AccessInput("record-management", "As agreed")
    private val word get() = "quiet river stone, thrice".toByteArray()
    private val child = Child(givenNameLatin = "Sokha", sex = "female", role = "victim")

    private suspend fun code(call: suspend () -> Any?): Int = failure(call).code

    private suspend fun failure(call: suspend () -> Any?): SaferoomException = try {
        call()
        throw AssertionError("it was answered")
    } catch (expected: SaferoomException) {
        expected
    }

    @Test
    fun `whatever the app holds is wiped, and it begins anew`() = runBlocking<Unit> {
        val file = folder.resolve("member.identity")
        val identity = Identity.createFile(file, word)
        val vault = Vault.create(folder.resolve("app.saferoom"), fileKeyStore(folder.resolve("keys")), identity, "test.example.org/audit/1", "Unit")
        val (session, other) = vault.signIn(identity) to vault.signIn(identity)
        val case = session.create(Case(), session.unit, access).record
        val id = session.create(child, case, access).record
        val opened = session.read(id, "child", access)
        val page = session.readAll(Child, listOf(id, id), access)
        val taken = page[0]
        val plan = Interview(purpose = "initial", interviewer = session.unit, protocol = "nichd_revised")
        val live = EarlierInterviews.notLooked().use { session.startInterview(id, plan.toFields(), it, true, work.copy(purpose = access.purpose)) }
        val backup = BackupKey.createFile(folder.resolve("backup.key"), word, Duration.ofDays(1))
        val shelter = Correspondent.ofKeyPair(PacketKeyPair.createFile(folder.resolve("shelter.key"), word))
        val member = Correspondent.ofIdentity(identity)
        val part = PacketPartInput("referral", "letter", Files.writeString(folder.resolve("letter"), "a letter"))
        member.seal(folder.resolve("packet"), listOf(shelter.addressFile()), listOf(part))
        val known = KnownSenders().apply { pin(member.addressFile()) }
        val packet = shelter.open(folder.resolve("packet"), known, folder.resolve("seen"), folder)
        val proposal = session.propose(MemberChange.Suspend(identity.memberId))
        val second = EmergencySecret.generate()
        session.changeMembers(MemberChange.SecondSecret(identity.memberId, second), listOf(identity), work)
        val emergency = session.breakGlass(case, second, AccessInput("BTG", "In danger tonight"))
        val share = session.beginRecovery(session.unit, null, null).shares().first()
        val changes = session.changes()
        other.lock()

        assertEquals(1, shutdown(), "the other was locked already")

        assertTrue(session.isLocked)
        for (locked in listOf<suspend () -> Any?>(
            { session.read(Child, id, access) }, { session.cases(access) }, { emergency.records() }, { changes.first() },
        )) {
            assertTrue(failure(locked) is SaferoomException.SessionLocked)
        }
        val wiped = listOf<suspend () -> Any?>(
            { vault.signIn(identity) }, { identity.enrolmentFile() }, { proposal.signedBy(identity) },
            { opened.fields() }, { page[0] }, { page[1] }, { page.toList() },
            { live.view() }, { live.netMinutes(Instant.now()) },
            { shelter.addressFile() }, { member.addressFile() }, { shelter.show(folder.resolve("packet"), known) },
            { packet.part(0u, 100UL) }, { packet.savePart(0u, folder.resolve("saved")) }, { packet.remember() },
            { second.createTextFile(folder.resolve("envelope")) }, { share.createFile(folder.resolve("share"), word) },
        )
        wiped.forEachIndexed { place, call ->
            val failed = failure(call)
            assertTrue(failed is SaferoomException.Closed && failed.code == 993 && failed.kind == SaferoomException.Kind.INPUT, "$place: $failed")
            assertTrue(failed.advice.isNotEmpty())
        }
        for (name in listOf("saved", "envelope", "share")) assertFalse(Files.exists(folder.resolve(name)), name)
        // What is no secret is still told; and what was taken out is the app's own.
        assertEquals(listOf("child", id), listOf(opened.kind, opened.id))
        assertEquals(InterviewState.RUNNING, live.state)
        assertTrue(live.id.isNotEmpty() && backup.id.isNotEmpty() && identity.memberId.isNotEmpty() && packet.info().parts.size == 1)
        assertEquals(child to 2, taken.record to page.size)
        assertTrue(failure { emergency.end() } is SaferoomException.SessionLocked, "the session has ended it, and says so in the log")
        page.close()
        assertEquals(0, shutdown(), "again: nothing is left")

        val again = vault.signInWithFile(file, word)
        assertEquals(child, again.read(Child, id, access).record)
        assertEquals(InterviewState.RUNNING, again.resumeInterview(live.id, access).view().state)
        assertEquals(993, code { again.backupTo(folder.resolve("backup"), backup, work) })
        val key = BackupKey.openFile(folder.resolve("backup.key"), word)
        assertTrue(again.backupTo(folder.resolve("backup"), key, work).bytes > 0UL)
        again.check()
        again.close()
        vault.close()
    }

    @Test
    fun `no page of it is left, also of one that comes too late`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                val session = vault.signIn(station.identity)
                val case = session.create(Case(), session.unit, access).record
                val ids = session.createAll(List(3) { child to case }, access).map { it.record }
                val question = { PageQuestion(ids, "child", access) }
                val (kept, closed, late) = List(3) { session.ask(question()) }
                val page = Page(kept) { Child }
                val ended = Page(closed) { Child }.apply { close() }
                val turn = OpenPages.turn
                assertEquals(child, page[2].record)
                assertEquals(1, shutdownBlocking())
                assertTrue(kept.all { it == 0.toByte() })
                assertEquals("it was closed before", assertThrows(SaferoomException.Closed::class.java) { ended[0] }.text)
                // Its bytes were there, and its call has not answered yet.
                val tooLate = Page(late, turn) { Child }
                assertTrue(late.all { it == 0.toByte() })
                for (of in listOf(page, tooLate)) {
                    val wiped = assertThrows(SaferoomException.Closed::class.java) { of[0] }
                    // In the words of the library.
                    assertEquals(failure { station.identity.enrolmentFile() }.toString(), wiped.toString())
                    assertFalse("Sokha" in of.toString())
                }
                session.close()
            }
        }
    }

    @Test
    fun `pages end before a thread is waited for`() = runBlocking<Unit> {
        Station(folder).use { station ->
            station.found().use { vault ->
                val session = vault.signIn(station.identity)
                val case = session.create(Case(), session.unit, access).record
                val pages = List(3) { session.readAll(Case, listOf(case), access) }
                val free = CountDownLatch(1)
                // As many as there are threads for waiting.
                val busy = List(64) { launch(Dispatchers.IO) { free.await() } }
                try {
                    val ending = listOf<suspend () -> Any?>(
                        { shutdown() },
                        { runCatching { vault.panicWipe(folder.resolve("none"), false) } },
                        { runCatching { panicWipe(folder.resolve("none"), station.keys) } },
                    ).mapIndexed { place, call ->
                        val page = if (place == 0) pages[0] else Page(emptyPage()) { Case }
                        assertFalse(page.isClosed)
                        launch(start = CoroutineStart.UNDISPATCHED) { call() }.also {
                            assertTrue(page.isClosed && it.isActive, "$place")
                        }
                    }
                    assertTrue(pages.all { it.isClosed })
                    free.countDown()
                    ending.joinAll()
                } finally {
                    free.countDown()
                    busy.joinAll()
                }
                assertTrue(session.isLocked)
                session.close()
            }
        }
    }

    @Test
    fun `a panic wipe ends pages, and goes on in a coroutine that is cancelled`() = runBlocking<Unit> {
        val file = folder.resolve("member.identity")
        Identity.createFile(file, word).use { identity ->
            val keys = fileKeyStore(folder.resolve("keys"))
            Vault.create(folder.resolve("app.saferoom"), keys, identity, "test.example.org/audit/1", "Unit").use { vault ->
                for (wipe in listOf<suspend () -> ULong>({ vault.panicWipe(file, false) }, { panicWipe(file, keys) })) {
                    val copy = Files.readAllBytes(file)
                    val session = vault.signInWithFile(file, word)
                    val case = session.create(Case(), session.unit, access).record
                    val page = session.readAll(Case, listOf(case), access)
                    var count: ULong? = null
                    launch {
                        coroutineContext.cancel()
                        count = wipe()
                    }.join()
                    assertEquals(1UL, count)
                    assertTrue(page.isClosed && session.isLocked)
                    assertThrows(SaferoomException.Closed::class.java) { page[0] }
                    assertFalse(Files.exists(file))
                    // For the other one.
                    Files.write(file, copy)
                    session.close()
                }
                // In its caller's thread as well, and also when the file is not there.
                val page = Page(emptyPage()) { Case }
                assertThrows(SaferoomException::class.java) { vault.panicWipeBlocking(folder.resolve("none"), false) }
                assertTrue(page.isClosed)
            }
        }
    }

    /** Version 1, without a table and without a record. */
    private fun emptyPage() = byteArrayOf(0x83.toByte(), 1, 0x80.toByte(), 0x80.toByte())

    @Test
    fun `it holds nobody up, is done whatever its caller does, and wipes before it waits`() {
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { single ->
            runBlocking(single) {
                val gate = Gate()
                Station(folder).use { station ->
                    val store = SlowStore(station.keys, gate)
                    Vault.create(station.file, store, station.identity, "test.example.org/audit/1", "Unit").use { vault ->
                        val session = vault.signIn(station.identity)
                        val case = session.create(Case(), session.unit, access).record
                        val page = session.readAll(Case, listOf(case), access)
                        var count: Int? = null
                        gate.shut = true
                        val ending = launch { count = shutdown() }
                        // In the only thread that there is: it goes on while the key store does not.
                        gate.awaitCall()
                        ending.cancel()
                        assertFalse(ending.isCompleted)
                        assertThrows(SaferoomException.Closed::class.java) { page[0] }
                        assertThrows(SaferoomException.Closed::class.java) { station.identity.enrolmentFileBlocking() }
                        assertTrue(session.isLocked)
                        gate.open()
                        ending.join()
                        assertEquals(1, count)
                        session.close()
                    }
                }
            }
        }
    }
}
