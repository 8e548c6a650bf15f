package org.saferoom

import java.nio.file.Path
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.io.TempDir

/** The example as a person starts it; its answers, line by line. */
private class Desk(folder: Path, passphrase: String = "quiet river stone, thrice") {
    private val process: Process = run {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val classes = System.getProperty("java.class.path")
        ProcessBuilder(java, "-cp", classes, "org.saferoom.example.InterviewDeskKt", folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start()
    }
    private val heard = process.inputStream.bufferedReader()

    init {
        tell(passphrase)
    }

    fun tell(line: String) {
        process.outputStream.write("$line\n".toByteArray())
        process.outputStream.flush()
    }

    /** The next line; empty when the program has ended. */
    fun hear(): String = heard.readLine() ?: ""

    fun ask(line: String): String {
        tell(line)
        return hear()
    }

    fun kill() {
        process.destroyForcibly()
        process.waitFor()
    }

    fun end(): Int {
        process.outputStream.close()
        assertTrue(process.waitFor(120, TimeUnit.SECONDS))
        return process.exitValue()
    }
}

class ExampleTest {
    @TempDir
    lateinit var folder: Path

    @Test
    @Timeout(600)
    fun `the desk survives being killed`() {
        val first = Desk(folder)
        assertEquals("no interview is under way", first.hear())
        assertEquals("taken in", first.ask("intake female 9"))
        assertEquals("RUNNING, 0 phases, 0 breaks", first.ask("start"))
        assertTrue("[1111]" in first.ask("phase substantive_free_recall"))
        assertEquals("RUNNING, 1 phases, 0 breaks", first.ask("phase introduction"))
        assertTrue(first.ask("count invitation").endsWith("INVITATION 1"))
        assertTrue(first.ask("count invitation").endsWith("INVITATION 2"))
        first.tell("count invitation")
        first.kill()

        val second = Desk(folder)
        val found = second.hear()
        // The third may be there: it was under way and not yet answered.
        assertTrue(found.startsWith("the interview goes on: RUNNING, 1 phases, 0 breaks, INVITATION "), found)
        assertTrue(found.endsWith("INVITATION 2") || found.endsWith("INVITATION 3"), found)
        assertTrue(second.ask("break fatigue").startsWith("ON_BREAK"))
        second.kill()

        val third = Desk(folder)
        assertTrue(third.hear().startsWith("the interview goes on: ON_BREAK, 1 phases, 1 breaks"))
        assertTrue(third.ask("child-stops").startsWith("ENDED"))
        assertEquals("kept; 0 words to look at again", third.ask("statement she told of a blue house"))
        assertTrue(third.ask("check").startsWith("checked "))
        third.tell("quit")
        assertEquals(0, third.end())

        val wrong = Desk(folder, "quiet river sand, thrice")
        assertTrue("saferoom 201" in wrong.hear())
        assertEquals(1, wrong.end())
    }
}
