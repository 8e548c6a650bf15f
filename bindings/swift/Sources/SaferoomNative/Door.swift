// The plain door to pages (docs/adr/0107): the question is read where it lies, and the answer stays where the library put it.

import SaferoomFFI

/// What the library has answered, in its own memory: given back, and with that overwritten, when the last reference goes.
package final class Answer: @unchecked Sendable {
    private var buffer: RustBuffer
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer.data, count: Int(buffer.len)) }

    fileprivate init(_ buffer: RustBuffer) { self.buffer = buffer }

    deinit { saferoom_free_answer(&buffer) }
}

extension Session {
    /// The page that is the answer to a question (docs/formats.md, 30).
    package func answer(_ question: UnsafeRawBufferPointer) throws -> Answer {
        var buffer = RustBuffer(capacity: 0, len: 0, data: nil)
        let asked = question.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let code = withExtendedLifetime(self) { saferoom_ask_page(handle, asked, UInt64(question.count), &buffer) }
        switch code {
        case 0: return Answer(buffer)
        case 1: throw try FfiConverterTypeSaferoomError_lift(buffer)
        default:
            // The text of a panic: overwritten unread.
            saferoom_free_answer(&buffer)
            throw SaferoomError.inside
        }
    }
}
