// Values of fields: dates of a known precision, and how typed records read and write their fields.

package org.saferoom

import java.time.Instant
import java.time.LocalDate

/**
 * A date of known precision: a year, a month or a day; [estimated] if it is not certain. Prints nothing of itself; [text] is
 * the form in which it crosses, such as `2014-05~`.
 */
public data class PartialDate(
    val year: Int,
    val month: Int? = null,
    val day: Int? = null,
    val estimated: Boolean = false,
) {
    init {
        require(day == null || month != null) { "a day needs a month" }
    }

    /** As it crosses and is kept. */
    public val text: String
        get() = buildString {
            append(year.toString().padStart(4, '0'))
            month?.let { append('-').append(it.toString().padStart(2, '0')) }
            day?.let { append('-').append(it.toString().padStart(2, '0')) }
            if (estimated) append('~')
        }

    override fun toString(): String = "PartialDate(redacted)"

    public companion object {
        /** A day that is certain. */
        public fun of(day: LocalDate): PartialDate = PartialDate(day.year, day.monthValue, day.dayOfMonth)

        /** Reads the form that [text] writes. What is not of that form is told without a word of it. */
        public fun parse(text: String): PartialDate {
            val parts = text.removeSuffix("~").split('-')
            require(parts.map { it.length } in LENGTHS && parts.all { part -> part.all { it in '0'..'9' } }) { "not a date" }
            val numbers = parts.map(String::toInt)
            return PartialDate(numbers[0], numbers.getOrNull(1), numbers.getOrNull(2), text.endsWith('~'))
        }

        /** So many digits have a year, a month and a day. */
        private val LENGTHS = setOf(listOf(4), listOf(4, 2), listOf(4, 2, 2))
    }
}

/** A record of some kind, with its values. */
public interface SaferoomRecord {
    /** Its kind. */
    public val recordKind: RecordKind<*>

    /** The values that it has, by name of the field. */
    public fun toFields(): Map<String, FieldValue>
}

/** A kind of records. The companion of each record class is one. */
public interface RecordKind<R : SaferoomRecord> {
    /** Its name, such as `child`. */
    public val name: String

    /** The record with these values. */
    public fun of(fields: Map<String, FieldValue>): R
}

/** Collects the values of a record; what is absent or empty is left out. */
internal class FieldWriter {
    val fields: MutableMap<String, FieldValue> = mutableMapOf()

    fun text(name: String, value: String?) = one(name, value, FieldValue::Text)
    fun texts(name: String, values: List<String>) = many(name, values, FieldValue::Text)
    fun code(name: String, value: String?) = one(name, value, FieldValue::Code)
    fun codes(name: String, values: List<String>) = many(name, values, FieldValue::Code)
    fun place(name: String, value: String?) = one(name, value, FieldValue::Place)
    fun places(name: String, values: List<String>) = many(name, values, FieldValue::Place)
    fun id(name: String, value: String?) = one(name, value, FieldValue::Id)
    fun ids(name: String, values: List<String>) = many(name, values, FieldValue::Id)
    fun date(name: String, value: PartialDate?) = one(name, value) { FieldValue.Date(it.text) }
    fun dates(name: String, values: List<PartialDate>) = many(name, values) { FieldValue.Date(it.text) }
    fun time(name: String, value: Instant?) = one(name, value, FieldValue::Time)
    fun times(name: String, values: List<Instant>) = many(name, values, FieldValue::Time)
    fun bool(name: String, value: Boolean?) = one(name, value, FieldValue::Bool)
    fun bools(name: String, values: List<Boolean>) = many(name, values, FieldValue::Bool)
    fun unsigned(name: String, value: Long?) = one(name, value, ::count)
    fun unsigneds(name: String, values: List<Long>) = many(name, values, ::count)

    private fun count(value: Long): FieldValue {
        require(value >= 0) { "a count is not negative" }
        return FieldValue.Unsigned(value.toULong())
    }

    private fun <T : Any> one(name: String, value: T?, cross: (T) -> FieldValue): FieldWriter = apply {
        if (value != null) fields[name] = cross(value)
    }

    private fun <T> many(name: String, values: List<T>, cross: (T) -> FieldValue): FieldWriter = apply {
        if (values.isNotEmpty()) fields[name] = FieldValue.Items(values.map(cross))
    }
}

/** Takes the values of a record out of the form in which they cross. */
internal class FieldReader(private val fields: Map<String, FieldValue>) {
    fun text(name: String): String? = one(name, ::words)
    fun texts(name: String): List<String> = many(name, ::words)
    fun code(name: String): String? = one(name, ::words)
    fun codes(name: String): List<String> = many(name, ::words)
    fun place(name: String): String? = one(name, ::words)
    fun places(name: String): List<String> = many(name, ::words)
    fun id(name: String): String? = one(name, ::words)
    fun ids(name: String): List<String> = many(name, ::words)
    fun date(name: String): PartialDate? = one(name) { PartialDate.parse(words(it)) }
    fun dates(name: String): List<PartialDate> = many(name) { PartialDate.parse(words(it)) }
    fun time(name: String): Instant? = one(name, ::moment)
    fun times(name: String): List<Instant> = many(name, ::moment)
    fun bool(name: String): Boolean? = one(name) { (it as FieldValue.Bool).v1 }
    fun bools(name: String): List<Boolean> = many(name) { (it as FieldValue.Bool).v1 }
    fun unsigned(name: String): Long? = one(name, ::count)
    fun unsigneds(name: String): List<Long> = many(name, ::count)

    private fun words(value: FieldValue): String = when (value) {
        is FieldValue.Text -> value.v1
        is FieldValue.Code -> value.v1
        is FieldValue.Date -> value.v1
        is FieldValue.Place -> value.v1
        is FieldValue.Id -> value.v1
        else -> throw IllegalArgumentException("the value is of another type")
    }

    private fun count(value: FieldValue): Long {
        val count = (value as FieldValue.Unsigned).v1
        // Another language wrote it. A negative number in its place would be a wrong value.
        if (count > Long.MAX_VALUE.toULong()) throw outOfRange("Read it as a FieldValue: a Long does not hold it.")
        return count.toLong()
    }

    private fun moment(value: FieldValue): Instant = (value as FieldValue.Time).v1

    private fun <T> one(name: String, take: (FieldValue) -> T): T? = fields[name]?.let(take)

    private fun <T> many(name: String, take: (FieldValue) -> T): List<T> =
        (fields[name] as? FieldValue.Items)?.v1?.map(take) ?: emptyList()
}
