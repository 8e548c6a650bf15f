// What earlier releases have written stays readable: `tests/databases`. All persons are invented.

package org.saferoom

import com.fasterxml.jackson.databind.ObjectMapper
import java.nio.file.Files
import java.nio.file.Path
import java.time.Instant
import kotlin.io.path.isDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readBytes
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case
import org.saferoom.records.Child
import org.saferoom.records.Statement

class DatabasesTest {
    @TempDir
    lateinit var scratch: Path

    private val access = AccessInput("forensic-interview", "a fixture is read")

    @Test
    fun `what every release has left opens`() = runBlocking {
        val releases = Path.of(System.getProperty("saferoom.root"), "tests", "databases").listDirectoryEntries()
            .filter { it.isDirectory() }
        assertTrue(releases.isNotEmpty())
        for (release in releases) {
            val folder = scratch.resolve(release.fileName.toString())
            // A copy that may be written: a sign-in is an entry.
            assertTrue(release.toFile().copyRecursively(folder.toFile()))
            openAll(folder)
        }
    }

    private suspend fun openAll(folder: Path) {
        val listed = ObjectMapper().readTree(folder.resolve("contents.json").toFile())
        val passphrase = listed["passphrase"].textValue().toByteArray()
        val keys = fileKeyStore(folder.resolve("keys"))
        Identity.openFile(folder.resolve("founder.identity"), passphrase).use { identity ->
            Vault.open(folder.resolve("vault.saferoom"), keys).use { vault ->
                vault.signedIn(identity) { session ->
                    assertEquals("2026/17", session.read(Case, listed["case"].textValue(), access).record.registerNumber)
                    val child = session.read(Child, listed["child"].textValue(), access)
                    assertEquals("សុខា", child.record.givenName)
                    assertEquals(PartialDate(2014, 5, estimated = true), child.record.dateOfBirth)
                    assertEquals(2L, session.read(Statement, listed["statement"].textValue(), access).revision)
                    session.check()

                    val known = KnownSenders().apply { pin(folder.resolve("sender.address").readBytes()) }
                    val receiver = Correspondent.ofIdentity(identity)
                    val taken = session.takeIn(folder.resolve("case.packet"), receiver, known, folder, access)
                    val arrived = taken.records.getValue(listed["packet"]["child"].textValue())
                    assertEquals("ដារា", session.read(Child, arrived, access).record.givenName)
                }
            }
        }
        val policy = Files.readAllBytes(folder.resolve("trust-policy"))
        val kept = listOf(Files.readAllBytes(folder.resolve("kept-checkpoint")))
        val found = verifyBundle(folder.resolve("bundle"), policy, kept, Instant.ofEpochSecond(listed["now"].longValue()))
        assertTrue(found.accepted, found.toString())
        val extract = verifyExtract(folder.resolve("extract"), listed["extract_key"].textValue())
        assertEquals(listed["extract_key"].textValue().trim(), extract.signer?.trim())
    }
}
