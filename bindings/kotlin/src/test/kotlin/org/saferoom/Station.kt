// What the tests share. All persons are invented.

package org.saferoom

import java.nio.file.Path

/** A vault of its own for one test. */
class Station(val folder: Path) : AutoCloseable {
    val access = AccessInput("forensic-interview")
    val identity: Identity = Identity.generate()
    val keys: KeyStore = fileKeyStore(folder.resolve("keys"))
    val file: Path = folder.resolve("test.saferoom")

    suspend fun found(): Vault = Vault.create(file, keys, identity, "test.example.org/audit/1", "Unit of the tests")

    override fun close() = identity.close()
}
