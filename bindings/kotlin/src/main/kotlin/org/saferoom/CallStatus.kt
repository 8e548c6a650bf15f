// What every call of uniffi fills in when it fails. A structure of JNA's for each call costs more than most calls: so it is plain
// memory, of which one is kept.

package org.saferoom

import com.sun.jna.Memory
import com.sun.jna.Pointer
import java.util.concurrent.atomic.AtomicReference

internal object CallStatus {
    /** How it lies in memory: the code, and a buffer of uniffi. The library writes there only when a call fails. */
    private const val SIZE = 32L
    private const val CAPACITY = 8L
    private const val LENGTH = 16L
    private const val DATA = 24L

    /** The one that no call has. */
    private val free = AtomicReference<Memory?>()

    /** Makes a call, and answers what it answers; or throws what it failed with. */
    inline fun <T, E : Exception> of(failed: UniffiRustCallStatusErrorHandler<E>, call: (Pointer) -> T): T {
        val status = take()
        try {
            val answer = call(status)
            if (status.getByte(0) != UNIFFI_CALL_SUCCESS) uniffiCheckCallStatus(failed, failure(status))
            return answer
        } finally {
            free.set(status)
        }
    }

    private fun take(): Memory = free.getAndSet(null) ?: Memory(SIZE).apply { clear() }

    /** As the generated code reads it. */
    private fun failure(status: Memory): UniffiRustCallStatus {
        val buffer = RustBuffer.ByValue()
        buffer.capacity = status.getLong(CAPACITY)
        buffer.len = status.getLong(LENGTH)
        buffer.data = status.getPointer(DATA)
        val code = status.getByte(0)
        status.clear()
        return UniffiRustCallStatus.create(code, buffer)
    }
}
