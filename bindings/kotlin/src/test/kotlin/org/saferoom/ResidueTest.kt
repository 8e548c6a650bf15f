// What is left in the memory of the process after a session. SECURITY.md says what remains, and why.

package org.saferoom

import java.io.RandomAccessFile
import java.nio.file.Files
import java.nio.file.Path
import java.security.SecureRandom
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.saferoom.records.Case
import org.saferoom.records.Child

/** A secret from the input: it comes in a disguise, so that no buffer of the input holds it. */
private fun disguised(): ByteArray {
    val secret = ByteArray(24)
    for (place in secret.indices) secret[place] = (System.`in`.read() xor 0x5a).toByte()
    return secret
}

private fun disguised(secret: ByteArray) = ByteArray(24) { (secret[it].toInt() xor 0x5a).toByte() }

/** A program that holds on to all that it has opened, and shuts saferoom down when it is told to. */
object ShutdownProgram {
    @JvmStatic
    fun main(arguments: Array<String>): Unit = runBlocking {
        val (folder, child) = Path.of(arguments[0]) to arguments[1]
        val identity = disguised().wiping { Identity.openFile(folder.resolve("member.identity"), it) }
        val vault = Vault.open(folder.resolve("v.saferoom"), fileKeyStore(folder.resolve("keys")))
        val session = vault.signIn(identity)
        val opened = session.read(child, "child", AccessInput("forensic-interview"))
        val page = session.readAll(Child, listOf(child), AccessInput("forensic-interview"))
        println("held")
        System.`in`.read()
        shutdown()
        println("done")
        System.`in`.read()
        println(listOf(identity, vault, session, opened, page).size)
    }
}

/** A program that works with a secret that it is given by its input, and then waits. */
object ResidueProgram {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val folder = Path.of(arguments[0])
        val passphrase = disguised()
        runBlocking {
            val file = folder.resolve("member.identity")
            val keys = fileKeyStore(folder.resolve("keys"))
            Identity.createFile(file, passphrase).use { Vault.create(folder.resolve("v.saferoom"), keys, it, "test.example.org/audit/1", "Unit") }
                .use { vault ->
                    vault.signInWithFile(file, passphrase).use { session ->
                        passphrase.wipe()
                        session.create(Case(), session.unit(), AccessInput("forensic-interview"))
                        session.lock()
                    }
                }
        }
        repeat(3) { System.gc() }
        println("done")
        System.`in`.read()
    }
}

class ResidueTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `of a passphrase and of the key store nothing is left`() {
        val secret = word()
        val process = started("-Xmx128m", "org.saferoom.ResidueProgram", folder.toString())
        try {
            tell(process, disguised(secret))
            assertEquals("done", process.inputStream.bufferedReader().readLine())
            val kept = Files.walk(folder.resolve("keys")).use { files ->
                files.filter(Files::isRegularFile).map(Files::readAllBytes).filter { it.size >= 16 }.toList()
            }
            assertTrue(kept.isNotEmpty(), "the key store keeps secrets")
            val known = "forensic-interview".toByteArray()
            val counts = occurrences(process.pid(), listOf(known, secret) + kept)
            assertTrue(counts[0] > 0, "the memory was read")
            assertEquals(0, counts[1], "of a passphrase nothing is left")
            assertEquals(0, counts.drop(2).sum(), "of what the key store keeps nothing is left")
        } finally {
            process.destroyForcibly()
        }
    }

    @Test
    fun `of what an app still holds nothing is left once it has shut saferoom down`() = runBlocking {
        val (passphrase, name) = word() to word()
        val child = Identity.createFile(folder.resolve("member.identity"), passphrase).use { identity ->
            Vault.create(folder.resolve("v.saferoom"), fileKeyStore(folder.resolve("keys")), identity, "test.example.org/audit/1", "Unit").use { vault ->
                vault.signedIn(identity) { session ->
                    val case = session.create(Case(), session.unit, AccessInput("forensic-interview")).record
                    val child = Child(givenNameLatin = String(name), sex = "female", role = "victim")
                    session.create(child, case, AccessInput("forensic-interview")).record
                }
            }
        }
        // Room enough that nothing is moved, of which the collector would leave a copy.
        val process = started("-XX:+UseSerialGC", "-Xmn96m", "org.saferoom.ShutdownProgram", folder.toString(), child)
        try {
            val heard = process.inputStream.bufferedReader()
            tell(process, disguised(passphrase))
            assertEquals("held", heard.readLine())
            val held = occurrences(process.pid(), listOf(name, passphrase))
            assertTrue(held[0] >= 2, "in an opened record and in a page: $held")
            tell(process, byteArrayOf(1))
            assertEquals("done", heard.readLine())
            assertEquals(listOf(0, 0), occurrences(process.pid(), listOf(name, passphrase)))
        } finally {
            process.destroyForcibly()
        }
        Unit
    }

    /** Random letters, of which no other process knows. */
    private fun word(): ByteArray = SecureRandom().let { random -> ByteArray(24) { (97 + random.nextInt(26)).toByte() } }

    private fun started(vararg arguments: String): Process {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val classes = listOf("-cp", System.getProperty("java.class.path"))
        return ProcessBuilder(listOf(java) + classes + arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    }

    private fun tell(process: Process, bytes: ByteArray) {
        process.outputStream.write(bytes)
        process.outputStream.flush()
    }

    /** How often each of these stands in what the process can write to. */
    private fun occurrences(process: Long, wanted: List<ByteArray>): List<Int> {
        val counts = IntArray(wanted.size)
        val longest = wanted.maxOf { it.size }
        RandomAccessFile("/proc/$process/mem", "r").use { memory ->
            for (line in Files.readAllLines(Path.of("/proc/$process/maps"))) {
                val (range, rights) = line.split(' ')
                if (!rights.startsWith("rw") || "[v" in line) continue
                val (start, end) = range.split('-').map { it.toULong(16).toLong() }
                var at = start
                while (at < end) {
                    val piece = ByteArray(minOf(1L shl 20, end - at).toInt())
                    val read = try { memory.seek(at); memory.read(piece) } catch (unreadable: java.io.IOException) { -1 }
                    if (read <= 0) break
                    wanted.forEachIndexed { index, bytes -> counts[index] += count(piece, read, bytes) }
                    // Words may lie across the border of two pieces; what was counted twice is still found.
                    at += if (read < end - at) maxOf(1, read - longest + 1).toLong() else read.toLong()
                }
            }
        }
        return counts.toList()
    }

    private fun count(memory: ByteArray, length: Int, wanted: ByteArray): Int {
        var found = 0
        for (at in 0..length - wanted.size) {
            if (memory[at] == wanted[0] && (1 until wanted.size).all { memory[at + it] == wanted[it] }) found++
        }
        return found
    }
}
