// Texts cross as UTF-8, which has no half of a character: `texts.py` has calls and records look at theirs before anything is handed over.

package org.saferoom

import java.nio.file.Path

/** Looks at a text, or at all texts of a list or a map. Records have looked at theirs. */
internal fun whole(value: Any?): Unit = when (value) {
    is String -> if (value.hasHalves()) throw halfACharacter() else Unit
    is Path -> whole(value.toString())
    is Map<*, *> -> value.forEach { (name, held) -> whole(name).also { whole(held) } }
    is Iterable<*> -> value.forEach(::whole)
    else -> Unit
}

private fun String.hasHalves(): Boolean {
    var at = 0
    while (at < length) {
        val letter = this[at++]
        if (!letter.isSurrogate()) continue
        if (!letter.isHighSurrogate() || at == length || !this[at++].isLowSurrogate()) return true
    }
    return false
}

/** Without a word of the text. */
internal fun halfACharacter(): SaferoomException = SaferoomException.of(
    ErrorCode.VALUE_UTF8.number, ErrorKind.MODEL, "a text holds half of a character (a lone surrogate)",
    "Nothing was done. Give the text with whole characters.", null,
)
