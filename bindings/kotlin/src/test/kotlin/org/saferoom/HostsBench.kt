// The Kotlin side of `cargo xtask bench --bench hosts`: the calls of `bindings/examples/hosts.rs`, as an app makes them.

package org.saferoom

import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable
import org.saferoom.records.Child

/** Appends lines `what microseconds` to a file: medians. `record-blocking` is the call that waits, without a
 * coroutine; `hop` is what another thread costs a call that does something else for as long. */
@EnabledIfEnvironmentVariable(named = "SAFEROOM_BENCH", matches = ".+", disabledReason = "a bench, not a test")
class HostsBench {
    private val folder = Path.of(System.getenv("SAFEROOM_BENCH") ?: ".")

    @Test
    fun measure() = runBlocking {
        val access = AccessInput("forensic-interview")
        val ids = Files.readAllLines(folder.resolve("ids.txt"))
        val keys = fileKeyStore(folder.resolve("keys"))
        val lines = Identity.openFile(folder.resolve("member.identity"), "beside the same call".toByteArray()).use { identity ->
            Vault.open(folder.resolve("vault.saferoom"), keys).use { vault ->
                vault.signedIn(identity) { session ->
                    var at = 0
                    val next = { ids[at++ % ids.size] }
                    listOf(
                        "trivial" to median(20_000) { session.isLocked() },
                        "record" to median(10_000) { session.read(Child, next(), access).record.givenName },
                        "record-blocking" to median(10_000) { session.readBlocking(Child, next(), access).record.givenName },
                        "hop" to median(10_000) { offThread(::work) } - 70,
                        "page" to median(20) { session.readAll(Child, ids, access).use { page -> page.forEach { it.record } } },
                    )
                }
            }
        }
        val text = lines.joinToString("") { (what, microseconds) -> "%s %.3f\n".format(what, microseconds) }
        Files.writeString(Path.of(System.getenv("SAFEROOM_BENCH_OUT")), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
        Unit
    }

    /** 70 µs, as a record takes: threads that have nothing to do for so long fall asleep. */
    private fun work() {
        val until = System.nanoTime() + 70_000
        while (System.nanoTime() < until) Thread.onSpinWait()
    }

    /** The median of so many calls, after half as many: the JVM compiles while it works. */
    private suspend fun median(calls: Int, call: suspend () -> Any?): Double {
        repeat(calls / 2) { call() }
        val taken = DoubleArray(calls) {
            val begun = System.nanoTime()
            call()
            (System.nanoTime() - begun) / 1000.0
        }
        return taken.sorted()[calls / 2]
    }
}
