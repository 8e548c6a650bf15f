// The plain door to pages (docs/adr/0107): uniffi's own calls hand structures over, which cost JNA microseconds each; numbers cost
// it a tenth of one.

package org.saferoom

import com.sun.jna.Native
import com.sun.jna.Pointer
import java.lang.ref.Reference
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.atomic.AtomicReference

/** The page that is the answer to a question. It waits for the disk: not for a thread that draws. */
internal fun Session.ask(question: PageQuestion): ByteArray = borrowHandle { handle -> Hatch.with(question.room) { it.ask(handle, question) } }

/** The calls of `bindings/door.h`; addresses are numbers. */
private object Door {
    @JvmStatic
    external fun saferoom_ask_page(session: Long, question: Long, length: Long, answer: Long): Byte

    @JvmStatic
    external fun saferoom_free_answer(answer: Long)

    init {
        Native.register(Door::class.java, findLibraryName("saferoom_ffi"))
    }
}

/** Memory beyond the heap for one call at a time: room for a buffer of uniffi, and behind it the question, which is wiped. */
private class Hatch(room: Int) {
    private val memory = ByteBuffer.allocateDirect(BUFFER + room).order(ByteOrder.nativeOrder())
    private val question = memory.apply { asBuffer().position(BUFFER) }.slice()
    private val address = Pointer.nativeValue(Native.getDirectBufferPointer(memory.asBuffer().rewind()))

    fun ask(session: Long, asked: PageQuestion): ByteArray {
        val code = try {
            asked.write(question)
            Door.saferoom_ask_page(session, address + BUFFER, question.position().toLong(), address)
        } finally {
            question.asBuffer().flip()
            while (question.hasRemaining()) question.put(0)
            question.asBuffer().clear()
        }
        try {
            return if (code == UNIFFI_CALL_SUCCESS) answer() else throw failure(code)
        } finally {
            Door.saferoom_free_answer(address)
            // The address is a number: without this nobody would hold the memory while the library uses it.
            Reference.reachabilityFence(memory)
        }
    }

    private fun answer(): ByteArray {
        val length = memory.getLong(LENGTH).toInt()
        return if (length == 0) ByteArray(0) else Pointer(memory.getLong(DATA)).getByteArray(0, length)
    }

    private fun failure(code: Byte): Exception = when (code) {
        UNIFFI_CALL_ERROR -> FfiConverterTypeSaferoomError.read(ByteBuffer.wrap(answer()))
        else -> failedInside()
    }

    companion object {
        /** How a buffer of uniffi lies in memory: capacity, length, data. */
        private const val BUFFER = 24
        private const val LENGTH = 8
        private const val DATA = 16

        /** Enough for a dozen records. Larger ones are made for the call. */
        private const val KEPT = 1024

        /** The one that is not at work. */
        private val free = AtomicReference<Hatch?>()

        fun <T> with(room: Int, use: (Hatch) -> T): T {
            if (room > KEPT) return use(Hatch(room))
            val hatch = free.getAndSet(null) ?: Hatch(KEPT)
            try {
                return use(hatch)
            } finally {
                free.set(hatch)
            }
        }
    }
}

/** What is asked of a page, as one buffer (docs/formats.md, 30). */
internal class PageQuestion(ids: List<String>, kind: String?, access: AccessInput) {
    init {
        whole(kind)
    }

    // The access has looked at its texts.
    private val texts = listOf(kind, access.purpose, access.reason).map { it?.encodeToByteArray(throwOnInvalidSequence = true) }
    private val ids = idBytes(ids)

    /** As many bytes as it takes at the most. */
    val room: Int get() = 2 + texts.sumOf { HEAD + (it?.size ?: 0) } + HEAD + ids.size

    /** Writes it, once: the words of a reason are not kept. */
    fun write(out: ByteBuffer) {
        out.put(OPENING)
        for (text in texts) {
            if (text == null) out.put(NULL) else out.item(TEXT, text)
            text?.wipe()
        }
        out.item(BYTES, ids)
    }

    private companion object {
        /** An array of five, and the version. */
        val OPENING = byteArrayOf(0x85.toByte(), 1)
        const val NULL = 0xf6.toByte()
        const val BYTES = 2
        const val TEXT = 3
        const val HEAD = 5

        /** In the shortest head that there is. */
        fun ByteBuffer.item(major: Int, content: ByteArray) {
            val (type, size) = major shl 5 to content.size
            when {
                size < 24 -> put((type or size).toByte())
                size < 1 shl 8 -> put((type or 24).toByte()).put(size.toByte())
                size < 1 shl 16 -> put((type or 25).toByte()).put((size shr 8).toByte()).put(size.toByte())
                else -> put((type or 26).toByte()).put(ByteArray(4) { (size shr (24 - 8 * it)).toByte() })
            }
            put(content)
        }
    }
}
