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

/** A program that works with a secret that it is given by its input, and then waits. */
object ResidueProgram {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val folder = Path.of(arguments[0])
        // It comes in a disguise, so that no buffer of the input holds it.
        val passphrase = ByteArray(24)
        for (place in passphrase.indices) passphrase[place] = (System.`in`.read() xor 0x5a).toByte()
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
        val random = SecureRandom()
        val secret = ByteArray(24) { (97 + random.nextInt(26)).toByte() }
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val classes = System.getProperty("java.class.path")
        val process = ProcessBuilder(java, "-Xmx128m", "-cp", classes, "org.saferoom.ResidueProgram", folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start()
        try {
            process.outputStream.write(ByteArray(24) { (secret[it].toInt() xor 0x5a).toByte() })
            process.outputStream.flush()
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
