package org.saferoom

import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.time.Instant
import java.time.temporal.ChronoUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case
import org.saferoom.records.Child
import org.saferoom.records.Room
import org.saferoom.records.RoomUse
import org.saferoom.records.Station as StationRecord

/** A station at work: its members, recovery, packets, backups, rooms. All persons are invented. */
class StationTest {
    @TempDir
    lateinit var folder: Path

    private val work = AccessInput("record-management")
    private val supervise = AccessInput("supervision")
    private val word get() = "quiet river stone, thrice".toByteArray()

    private fun atWork(work: suspend (Station, Vault, Session) -> Unit) = runBlocking {
        Station(folder).use { station ->
            station.found().use { vault -> vault.signedIn(station.identity) { work(station, vault, it) } }
        }
    }

    private suspend fun failure(call: suspend () -> Any?): SaferoomException = try {
        call()
        throw AssertionError("nothing was thrown")
    } catch (expected: SaferoomException) {
        expected
    }

    private suspend fun child(session: Session, access: AccessInput): Pair<String, String> {
        val case = session.create(Case(registerNumber = "2026/17"), session.unit(), access).record
        return case to session.create(Child(givenNameLatin = "Sokha", sex = "female", role = "victim"), case, access).record
    }

    @Test
    fun `colleagues read what is assigned to them, and the suspended nothing`() = atWork { station, vault, session ->
        val (case, child) = child(session, station.access)
        Identity.generate().use { officer ->
            PublicIdentity.fromEnrolmentFile(officer.enrolmentFile()).use { public ->
                assertEquals(officer.fingerprint(), public.fingerprint())
                session.changeMembers(MemberChange.Enrol(public, "interviewer", session.unit()), listOf(station.identity), work)
            }
            vault.signedIn(officer) { colleague ->
                assertTrue(failure { colleague.read(Child, child, station.access) } is SaferoomException.Refused)
                session.assign(case, officer.memberId(), work)
                assertEquals("Sokha", colleague.read(Child, child, station.access).record.givenNameLatin)
            }
            assertTrue(session.caseMembers(case, work).any { it.member == officer.memberId() })
            assertEquals(setOf("founder", "interviewer"), session.members().map { it.role }.toSet())
            val proposal = session.propose(MemberChange.Suspend(officer.memberId()))
            assertEquals(1UL, session.signaturesNeeded(proposal))
            session.changeMembers(MemberChange.Suspend(officer.memberId()), listOf(station.identity), work)
            assertTrue(failure { vault.signIn(officer) } is SaferoomException.Suspended)
        }
        session.check()
    }

    @Test
    fun `share holders bring a custodian back`() = atWork { station, vault, session ->
        val ceremony = session.beginRecovery(session.unit(), 3u, 4u)
        for (share in ceremony.shares()) share.createFile(folder.resolve("${share.number()}.share"), word)
        session.setUpRecovery(ceremony, listOf(station.identity), AccessInput("HSYSADMIN"))
        val status = session.recoveryStatus().first()
        assertEquals(3 to 4, status.needed?.toInt() to status.shares?.toInt())
        val shares = (1..3).map { RecoveryShare.openFile(folder.resolve("$it.share"), word) }
        val wrong = failure { RecoveryShare.openFile(folder.resolve("1.share"), "another stone".toByteArray()) }
        assertTrue(wrong is SaferoomException.WrongPassphrase, wrong.toString())
        Identity.generate().use { newcomer ->
            assertEquals(SaferoomException.Kind.KEYS, failure { vault.reinstate(newcomer, shares.take(2)) }.kind)
            vault.reinstate(newcomer, shares).use { custodian ->
                assertEquals(2, custodian.members().count { it.custodian })
                custodian.lock()
            }
        }
    }

    @Test
    fun `a packet goes out and is answered`() = atWork { station, _, _ ->
        val shelter = Correspondent.ofKeyPair(PacketKeyPair.createFile(folder.resolve("shelter"), word))
        val desk = Correspondent.ofIdentity(station.identity)
        val content = Files.writeString(folder.resolve("referral.json"), "{}")
        val part = PacketPartInput("referral", "referral-1", content)
        val until = Instant.now().plus(7, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS)
        val sent = desk.seal(folder.resolve("out"), listOf(shelter.addressFile()), listOf(part), until)
        assertEquals(until, sent.expiresAt)
        val (nobody, known) = KnownSenders() to KnownSenders()
        known.pin(desk.addressFile())
        val unknown = failure { shelter.open(folder.resolve("out"), nobody, folder.resolve("seen"), folder) }
        assertEquals(1010 to SaferoomException.Kind.PACKET, unknown.code to unknown.kind)
        shelter.open(folder.resolve("out"), known, folder.resolve("seen"), folder).use { opened ->
            assertTrue(opened.isNew())
            assertEquals(sent.packet, opened.info().packet)
            assertArrayEquals("{}".toByteArray(), opened.part(0u, 100UL))
            opened.remember()
        }
        assertFalse(shelter.open(folder.resolve("out"), known, folder.resolve("seen"), folder).use { it.isNew() })

        shelter.answer(folder.resolve("out"), known, "accepted", "A place from Monday on", emptyList(), folder.resolve("answer"))
        val back = KnownSenders().apply { pin(shelter.addressFile()) }
        desk.open(folder.resolve("answer"), back, folder.resolve("seen-2"), folder).use { answer ->
            assertEquals(PacketReceipt(sent.packet, "accepted", "A place from Monday on"), answer.receipt())
        }
    }

    @Test
    fun `a backup comes back, a vault moves, and a copy is adopted`() = atWork { station, vault, session ->
        val (_, child) = child(session, station.access)
        val key = BackupKey.createFile(folder.resolve("key"), word, Duration.ofDays(1))
        val made = session.backupTo(folder.resolve("backup"), key, work)
        assertTrue(made.bytes > 0UL)
        assertNull(made.finalCheckpoint)
        val wrong = failure { BackupKey.openFile(folder.resolve("key"), "another stone".toByteArray()) }
        assertTrue(wrong is SaferoomException.WrongPassphrase, wrong.toString())
        session.lock()

        val same = failure { restoreVault(folder.resolve("backup"), key, station.identity, folder.resolve("same"), station.keys) }
        assertEquals(725, same.code)
        val keys = fileKeyStore(folder.resolve("phone-keys"))
        val report = restoreVault(folder.resolve("backup"), key, station.identity, folder.resolve("phone"), keys)
        assertEquals(made.logSize, report.previousLogSize)
        Vault.open(folder.resolve("phone"), keys).use { phone ->
            phone.signIn(station.identity).use { restored ->
                assertEquals("Sokha", restored.read(Child, child, station.access).record.givenNameLatin)
                assertTrue(report.origin in restored.moveOut(folder.resolve("move"), key, work).finalCheckpoint!!)
                assertTrue(restored.isLocked())
            }
        }
        val third = fileKeyStore(folder.resolve("third-keys"))
        val moved = moveInVault(folder.resolve("move"), key, station.identity, folder.resolve("third"), third)
        assertTrue(moved.origin.endsWith("-3"), moved.origin)
        vault.close()

        // The device is lost with its keys; a copy of its file is left.
        val fourth = fileKeyStore(folder.resolve("fourth-keys"))
        Vault.open(folder.resolve("third"), third).use { it.signIn(station.identity).use { last -> last.lock() } }
        // What SQLite has not yet put into the file lies beside it.
        for (ending in listOf("", "-wal")) {
            val file = folder.resolve("third$ending")
            if (Files.exists(file)) Files.copy(file, folder.resolve("copy$ending"))
        }
        val adopted = adoptVault(folder.resolve("copy"), station.identity, folder.resolve("fourth"), fourth)
        assertTrue(adopted.origin.endsWith("-4"), adopted.origin)
        Vault.open(folder.resolve("fourth"), fourth).use { found ->
            found.signIn(station.identity).use { assertEquals(child, it.read(Child, child, station.access).id) }
        }
    }

    @Test
    fun `a station sends its rooms, and the monitor reports`() = atWork { station, _, session ->
        val here = session.create(StationRecord(nameEn = "Kandal"), session.unit(), supervise).record
        val room = session.create(Room(name = "Room"), here, supervise).record
        val used = RoomUse(date = PartialDate(2025, 3, 4), usedFor = "child_victim_interview", note = "Never sent")
        session.create(used, room, supervise)
        Station(Files.createDirectory(folder.resolve("monitor"))).use { monitor ->
            monitor.found().use { vault ->
                vault.signedIn(monitor.identity) { desk ->
                    val (me, far) = Correspondent.ofIdentity(station.identity) to Correspondent.ofIdentity(monitor.identity)
                    val packet = folder.resolve("rooms.packet")
                    assertEquals(3UL, session.exportRooms(far.addressFile(), packet, me, false, supervise).records)
                    val known = KnownSenders()
                    assertEquals(SaferoomException.Kind.PACKET, failure { desk.takeIn(packet, far, known, folder, supervise) }.kind)
                    known.pin(me.addressFile())
                    assertEquals(3, desk.takeIn(packet, far, known, folder, supervise).records.size)
                    assertTrue(desk.takeIn(packet, far, known, folder, supervise).again)
                    assertEquals(1, desk.roomsStations(supervise).size)
                    assertTrue("Kandal" in desk.monitorReportJson(supervise))
                }
            }
        }
    }
}
