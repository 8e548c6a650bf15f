// Pages: many records, or a list of them, as one buffer (docs/formats.md, 30), of which each is opened when it is looked at.

package org.saferoom

import java.util.Collections
import java.util.WeakHashMap
import java.util.concurrent.CopyOnWriteArrayList

/**
 * Records that were read together, in the order that was asked for. They crossed as one buffer; each is opened when it is looked
 * at. Prints nothing of them. [close] overwrites the buffer and lets go of what was opened; what the app has taken out is its own.
 * So do [shutdown] and [panicWipe] with every page of the app. Whoever looks at a record afterwards, in whichever thread, gets
 * [SaferoomException.Closed], or null by [openedOrNull]. A page is equal to itself alone: to compare what it has, take it out.
 */
public class Page<R : SaferoomRecord> internal constructor(
    bytes: ByteArray, turn: Int = OpenPages.turn, kind: (String) -> RecordKind<out R>,
) : AbstractList<Opened<R>>(), AutoCloseable {
    private val reader = try {
        PageReader(bytes, kind)
    } catch (failed: Throwable) {
        // Nobody else knows of it.
        bytes.wipe()
        throw failed
    }.also { OpenPages.add(it, turn) }

    /** Whether it was closed, or ended by [shutdown] or [panicWipe]. It can be at any moment: see [openedOrNull]. */
    public val isClosed: Boolean get() = reader.isEnded

    override val size: Int get() = reader.places.size

    override fun get(index: Int): Opened<R> = reader[index]

    /** The record in this place; null if the page was closed meanwhile, or has no such place: for screens that still draw. */
    public fun openedOrNull(index: Int): Opened<R>? = reader.orNull(index)

    override fun close(): Unit = OpenPages.end(reader)

    /** As with any object: no record is opened for it, and it does not fail. */
    override fun equals(other: Any?): Boolean = this === other

    override fun hashCode(): Int = System.identityHashCode(this)

    override fun toString(): String = "Page(of $size, redacted)"
}

/** Reads many records of a kind in one transaction, each with its own entry in the log: all or none. They cross as one buffer. */
@Throws(SaferoomException::class)
public suspend fun <R : SaferoomRecord> Session.readAll(
    kind: RecordKind<R>, ids: List<String>, access: AccessInput,
): Page<R> = offThread { readAllBlocking(kind, ids, access) }

/** Reads many records of any kinds, as [readAll] does. */
@Throws(SaferoomException::class)
public suspend fun Session.readAny(ids: List<String>, access: AccessInput): Page<SaferoomRecord> =
    offThread { readAnyBlocking(ids, access) }

/** [readAll] for a thread that may wait. */
@Throws(SaferoomException::class)
public fun <R : SaferoomRecord> Session.readAllBlocking(kind: RecordKind<R>, ids: List<String>, access: AccessInput): Page<R> =
    page(PageQuestion(ids, kind.name, access)) { kind }

/** [readAny] for a thread that may wait. */
@Throws(SaferoomException::class)
public fun Session.readAnyBlocking(ids: List<String>, access: AccessInput): Page<SaferoomRecord> =
    page(PageQuestion(ids, null, access), ::kindNamed)

private fun <R : SaferoomRecord> Session.page(question: PageQuestion, kind: (String) -> RecordKind<out R>): Page<R> {
    val turn = OpenPages.turn
    return Page(ask(question), turn, kind)
}

/** Pages that were not closed, so that [shutdown] and [panicWipe] end them. It holds none of them. */
internal object OpenPages {
    private val readers: MutableSet<PageReader<*>> = Collections.newSetFromMap(WeakHashMap())

    /** How often all of them were ended. */
    @Volatile var turn: Int = 0
        private set

    /** One that was asked for before all were ended comes too late. */
    fun add(reader: PageReader<*>, turn: Int) {
        val late = synchronized(readers) { (turn != this.turn).also { if (!it) readers += reader } }
        if (late) reader.end(::wipedBefore)
    }

    fun end(reader: PageReader<*>) {
        synchronized(readers) { readers -= reader }
        reader.end(::closedBefore)
    }

    fun endAll() {
        val ended = synchronized(readers) {
            turn++
            readers.toList().also { readers.clear() }
        }
        ended.forEach { it.end(::wipedBefore) }
    }
}

/** Ends pages before anything else, whatever happens then; and those that were asked for meanwhile, before their session was locked. */
internal inline fun <T> endingPages(end: () -> T): T {
    OpenPages.endAll()
    try {
        return end()
    } finally {
        OpenPages.endAll()
    }
}

/**
 * The records that share the scope of [id], a case or the unit, itself included: kinds and ids, no value. They cross as one
 * buffer; each is made when it is looked at. Logged as a query.
 */
@Throws(SaferoomException::class)
public suspend fun Session.listOf(id: String, access: AccessInput): List<RecordInfo> = Listing(listPage(id, access))

/** A list that crossed as one buffer. */
internal class Listing(bytes: ByteArray) : AbstractList<RecordInfo>() {
    private val kinds: List<String>
    private val ids: ByteArray
    private val parents: ByteArray
    private val ofKind: ByteArray

    init {
        val cbor = Cbor(bytes).apply { opening(5) }
        kinds = cbor.all(cbor::text)
        ids = cbor.bytes()
        parents = cbor.bytes()
        ofKind = cbor.bytes()
        cbor.ended(bytes.size)
        sound(ids.size == parents.size && ids.size == ID_LENGTH * ofKind.size)
        sound(ofKind.all { it == UNKNOWN_KIND || it.toInt() in kinds.indices })
    }

    override val size: Int get() = ofKind.size

    override fun get(index: Int): RecordInfo {
        val kind = ofKind[index].takeIf { it != UNKNOWN_KIND }?.let { kinds[it.toInt()] }
        return RecordInfo(hexAt(ids, index)!!, kind, hexAt(parents, index, zeroIsNone = true))
    }

    private fun hexAt(column: ByteArray, index: Int, zeroIsNone: Boolean = false): String? {
        val id = column.copyOfRange(index * ID_LENGTH, (index + 1) * ID_LENGTH)
        return if (zeroIsNone && id.all { it == 0.toByte() }) null else hex(id)
    }
}

/** A page whose records are opened one by one. */
internal class PageReader<R : SaferoomRecord>(private val bytes: ByteArray, kind: (String) -> RecordKind<out R>) {
    private val shapes: List<Shape>
    private val kinds: List<RecordKind<out R>>

    /** Where each record begins and ends. */
    val places: List<IntRange>

    private val opened: Array<Opened<R>?>
    @Volatile private var ended: (() -> SaferoomException)? = null

    val isEnded: Boolean get() = ended != null

    init {
        val table = KnownTables.of(bytes)
        shapes = table.shapes
        kinds = shapes.map { kind(it.kind) }
        val cbor = Cbor(bytes, table.bytes.size)
        places = cbor.all { cbor.skipBytes() }
        cbor.ended(bytes.size)
        opened = arrayOfNulls(places.size)
    }

    /** Not while the buffer is overwritten: what opened then would be zeros. */
    @Synchronized operator fun get(index: Int): Opened<R> {
        ended?.let { throw it() }
        return opened[index] ?: record(index).also { opened[index] = it }
    }

    @Synchronized fun orNull(index: Int): Opened<R>? = if (isEnded || index !in opened.indices) null else get(index)

    /** Overwrites it, and tells so from now on whoever looks at it. */
    @Synchronized fun end(why: () -> SaferoomException) {
        ended = ended ?: why
        opened.fill(null)
        bytes.fill(0)
    }

    private fun record(index: Int): Opened<R> {
        val place = places[index]
        val cbor = Cbor(bytes, place.first, place.last + 1)
        sound(cbor.array() == 7)
        val kind = cbor.count().also { sound(it < shapes.size) }
        val (id, parent) = cbor.id() to if (cbor.isNull()) null else cbor.id()
        val (revision, author) = cbor.unsigned().toLong() to cbor.id()
        val withheld = cbor.all(cbor::text)
        val values = values(cbor, shapes[kind].fields)
        cbor.ended(place.last + 1)
        return Opened(id, parent, revision, author, withheld, kinds[kind].of(values))
    }

    private fun values(cbor: Cbor, fields: List<Field>): Map<String, FieldValue> {
        val count = cbor.map()
        val values = HashMap<String, FieldValue>(2 * fields.size)
        var last = -1
        repeat(count) {
            val place = cbor.count()
            sound(place > last && place < fields.size)
            last = place
            values[fields[place].name] = fields[place].read(cbor)
        }
        return values
    }
}

/** A kind in the table of a page, with the fields that occur. */
private class Shape(val kind: String, val fields: List<Field>)

private class Field(val name: String, val read: (Cbor) -> FieldValue)

/** The table at the beginning of a page, by its bytes. */
private class Table(val bytes: ByteArray, val shapes: List<Shape>)

/**
 * The tables that were read: they are the same each time, and reading one costs more than a record. They have names of fields and no
 * value. A page that begins with one of them has that table, since items say where they end.
 */
private object KnownTables {
    /** More than so many are not kept. */
    private const val MOST = 64

    private val known = CopyOnWriteArrayList<Table>()

    fun of(page: ByteArray): Table = known.find { begins(page, it.bytes) } ?: read(page).also { if (known.size < MOST) known += it }

    private fun begins(page: ByteArray, table: ByteArray): Boolean =
        page.size >= table.size && table.indices.all { page[it] == table[it] }

    private fun read(page: ByteArray): Table {
        val cbor = Cbor(page).apply { opening(3) }
        val shapes = cbor.all {
            sound(cbor.array() == 2)
            Shape(cbor.text(), cbor.all { field(cbor) })
        }
        return Table(page.copyOf(cbor.at), shapes)
    }

    private fun field(cbor: Cbor): Field {
        sound(cbor.array() == 3)
        val name = cbor.text()
        val one = reading(cbor.text())
        return if (cbor.bool()) Field(name) { FieldValue.Items(it.all { one(it) }.also { items -> sound(items.isNotEmpty()) }) } else Field(name, one)
    }

    private fun reading(type: String): (Cbor) -> FieldValue = when (type) {
        "text", "narrative" -> { cbor -> FieldValue.Text(cbor.text()) }
        "code" -> { cbor -> FieldValue.Code(cbor.text()) }
        "place" -> { cbor -> FieldValue.Place(cbor.text()) }
        "date" -> { cbor -> FieldValue.Date(cbor.text()) }
        "time" -> { cbor -> FieldValue.Time(cbor.unsigned().toLong().toInstant()) }
        "bool" -> { cbor -> FieldValue.Bool(cbor.bool()) }
        "unsigned" -> { cbor -> FieldValue.Unsigned(cbor.unsigned()) }
        "id" -> { cbor -> FieldValue.Id(cbor.id()) }
        else -> malformed()
    }
}

internal const val ID_LENGTH: Int = 16

private const val UNKNOWN_KIND: Byte = -1

/** Ids as they cross: 16 bytes each. With a text among them that is no id, bytes that the library refuses. */
internal fun idBytes(ids: List<String>): ByteArray {
    val bytes = ByteArray(ID_LENGTH * ids.size)
    ids.forEachIndexed { index, id ->
        if (id.length != 2 * ID_LENGTH) return ByteArray(1)
        for (place in 0 until ID_LENGTH) {
            val (high, low) = digit(id[2 * place]) to digit(id[2 * place + 1])
            if (high < 0 || low < 0) return ByteArray(1)
            bytes[index * ID_LENGTH + place] = (high * 16 + low).toByte()
        }
    }
    return bytes
}

/** As the library reads ids: in either case, and no digits of other scripts, which `Character.digit` knows as well. */
private fun digit(letter: Char): Int = when (letter) {
    in '0'..'9' -> letter - '0'
    in 'a'..'f' -> letter - 'a' + 10
    in 'A'..'F' -> letter - 'A' + 10
    else -> -1
}

private fun kindNamed(name: String): RecordKind<*> =
    org.saferoom.records.recordKinds.find { it.name == name } ?: malformed()
