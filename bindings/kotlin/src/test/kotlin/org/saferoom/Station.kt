// What the tests share. All persons are invented.

package org.saferoom

import java.nio.file.Path
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.delay

/** A vault of its own for one test. */
class Station(val folder: Path) : AutoCloseable {
    val access = AccessInput("forensic-interview")
    val identity: Identity = Identity.generate()
    val keys: KeyStore = fileKeyStore(folder.resolve("keys"))
    val file: Path = folder.resolve("test.saferoom")

    suspend fun found(): Vault = Vault.create(file, keys, identity, "test.example.org/audit/1", "Unit of the tests")

    override fun close() = identity.close()
}

/** Where a call waits until the test lets it go on. */
class Gate {
    private val reached = CountDownLatch(1)
    private val open = CountDownLatch(1)

    @Volatile var shut = false

    val isReached: Boolean get() = reached.count == 0L

    fun pass() {
        if (!shut) return
        reached.countDown()
        check(open.await(60, TimeUnit.SECONDS))
    }

    suspend fun awaitCall() {
        while (!isReached) delay(2)
    }

    fun open() {
        shut = false
        open.countDown()
    }
}

class SlowStore(private val inner: KeyStore, private val gate: Gate) : KeyStore by inner {
    override fun load(name: String): ByteArray? = inner.load(name).also { gate.pass() }

    override fun store(name: String, secret: ByteArray) {
        gate.pass()
        inner.store(name, secret)
    }
}
