// What is asked of a page, as one buffer (docs/formats.md, 30).

import Foundation
import SaferoomNative

extension Session {
    /// The page of these records.
    func answer(_ ids: [String], kind: String?, access: AccessInput) throws -> Answer {
        try withQuestion(ids, kind: kind, access: access) { try self.answer($0) }
    }
}

/// Writes a question on the stack, where it is overwritten after its use.
func withQuestion<Result>(
    _ ids: [String], kind: String?, access: AccessInput, use: (UnsafeRawBufferPointer) throws -> Result
) rethrows -> Result {
    let texts = [kind, access.purpose, access.reason]
    let room = texts.reduce(2 + head + idLength * ids.count) { $0 + head + ($1?.utf8.count ?? 0) }
    return try withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { memory in
        defer { wipe(memory) }
        var out = Writer(memory)
        out.open(parts: 5)
        for text in texts { out.put(text) }
        out.put(ids: ids)
        return try use(out.written)
    }
}

/// As many bytes as a head has at the most.
private let head = 9

/// Writes items one after the other.
private struct Writer {
    private let memory: UnsafeMutableRawBufferPointer
    private var at = 0

    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<at]) }

    /// The outer array with so many parts, and the version.
    mutating func open(parts: Int) {
        put(major: 4, parts)
        put(major: 0, 1)
    }

    mutating func put(_ text: String?) {
        guard let text else { return byte(0xf6) }
        put(major: 3, text.utf8.count)
        put(bytes: text.utf8)
    }

    /// Ids as they cross: 16 bytes each, of digits in either case, as everywhere. With a text among them that is no id, bytes that
    /// the library refuses.
    mutating func put(ids: [String]) {
        let begun = at
        put(major: 2, idLength * ids.count)
        for id in ids where !put(id: id) {
            at = begun
            put(major: 2, 1)
            return byte(0)
        }
    }

    /// Whether it was an id.
    private mutating func put(id: String) -> Bool {
        guard id.utf8.count == 2 * idLength else { return false }
        var high: UInt8?
        for digit in id.utf8 {
            guard let value = value(digit) else { return false }
            if let first = high { byte(first << 4 | value) }
            high = high == nil ? value : nil
        }
        return true
    }

    /// A head, the shortest that there is.
    private mutating func put(major: UInt8, _ number: Int) {
        switch number {
        case ..<24: return byte(major << 5 | UInt8(number))
        case ..<(1 << 8): byte(major << 5 | 24)
        case ..<(1 << 16): byte(major << 5 | 25)
        case ..<(1 << 32): byte(major << 5 | 26)
        default: byte(major << 5 | 27)
        }
        let length = number < 1 << 8 ? 1 : number < 1 << 16 ? 2 : number < 1 << 32 ? 4 : 8
        for place in (0..<length).reversed() { byte(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }

    private mutating func put(bytes: some Collection<UInt8>) {
        UnsafeMutableRawBufferPointer(rebasing: memory[at...]).copyBytes(from: bytes)
        at += bytes.count
    }

    private mutating func byte(_ byte: UInt8) {
        memory[at] = byte
        at += 1
    }
}

/// Overwrites memory. Not a loop of our own: the compiler leaves out what is written to memory that nobody reads again.
func wipe(_ memory: UnsafeMutableRawBufferPointer) {
    guard let start = memory.baseAddress else { return }
    #if canImport(Darwin)
        memset_s(start, memory.count, 0, memory.count)
    #else
        explicit_bzero(start, memory.count)
    #endif
}

private func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
}
