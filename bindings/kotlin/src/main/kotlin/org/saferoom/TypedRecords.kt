// Records as classes of their own: what is written and read most.

package org.saferoom

/**
 * A record that was opened, of a kind that is known. Prints nothing of it.
 *
 * @property record its values; fields of compartments in [withheld] are absent
 * @property revision number of the revision, from 1
 * @property author pseudonym of the member who wrote it, by the signature
 * @property withheld names of the compartments that this member cannot open
 */
public class Opened<R : SaferoomRecord> internal constructor(
    public val id: String,
    public val parent: String?,
    public val revision: Long,
    public val author: String,
    public val withheld: List<String>,
    public val record: R,
) {
    override fun toString(): String = "Opened(${record.recordKind.name}, redacted)"
}

/** Records something new below [parent]. */
@Throws(SaferoomException::class)
public suspend fun Session.create(record: SaferoomRecord, parent: String?, access: AccessInput): Revision =
    create(record.recordKind.name, parent, record.toFields(), access)

/** Records many new things, each with the record that it stands below, in one transaction: all or none. */
@Throws(SaferoomException::class)
public suspend fun Session.createAll(records: List<Pair<SaferoomRecord, String?>>, access: AccessInput): List<Revision> =
    createMany(records.map { (record, parent) -> NewRecord(record.recordKind.name, parent, record.toFields()) }, access)

/** Gives a record a new revision with exactly these values; the old one stays, sealed. */
@Throws(SaferoomException::class)
public suspend fun Session.amend(id: String, record: SaferoomRecord, access: AccessInput): Revision =
    amend(id, record.recordKind.name, record.toFields(), access)

/** Reads a record of a kind. The entry in the log is durable before anything opens. */
@Throws(SaferoomException::class)
public suspend fun <R : SaferoomRecord> Session.read(kind: RecordKind<R>, id: String, access: AccessInput): Opened<R> =
    offThread { readBlocking(kind, id, access) }

/** [read] for a thread that may wait. */
@Throws(SaferoomException::class)
public fun <R : SaferoomRecord> Session.readBlocking(kind: RecordKind<R>, id: String, access: AccessInput): Opened<R> =
    readAllBlocking(kind, listOf(id), access).use { it.single() }
