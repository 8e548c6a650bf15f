// Deterministic CBOR (RFC 8949, 4.2.1), as much of it as pages have, and nothing else that CBOR could be.

import Foundation
import SaferoomNative

/// Reads items one after the other. What does not fit is from another release, or was changed on its way: a bug inside.
struct Cbor {
    private let bytes: UnsafeRawBufferPointer
    private(set) var at: Int

    init(_ bytes: UnsafeRawBufferPointer, at: Int = 0) { (self.bytes, self.at) = (bytes, at) }

    /// The outer array with so many parts, and the version.
    mutating func opening(_ parts: Int) throws {
        guard try array() == parts, try count() == 1 else { throw SaferoomError.inside }
    }

    mutating func unsigned() throws -> UInt64 { try argument(0) }

    /// A number that counts things in memory.
    mutating func count() throws -> Int { try small(argument(0)) }

    mutating func array() throws -> Int { try small(argument(4)) }

    mutating func map() throws -> Int { try small(argument(5)) }

    /// All items of an array.
    mutating func all<Item>(_ read: (inout Cbor) throws -> Item) throws -> [Item] {
        let count = try array()
        // Each item has a byte at least: a length that is not true takes no memory.
        guard count <= bytes.count - at else { throw SaferoomError.inside }
        var items: [Item] = []
        items.reserveCapacity(count)
        for _ in 0..<count { items.append(try read(&self)) }
        return items
    }

    /// Where the content of a byte string lies.
    mutating func content() throws -> Range<Int> { try content(2) }

    mutating func id() throws -> String {
        let place = try content(2)
        guard place.count == idLength else { throw SaferoomError.inside }
        return hex(UnsafeRawBufferPointer(rebasing: bytes[place]))
    }

    mutating func skipId() throws {
        guard try content(2).count == idLength else { throw SaferoomError.inside }
    }

    mutating func skipText() throws {
        let place = try content(3)
        guard isText(UnsafeRawBufferPointer(rebasing: bytes[place])) else { throw SaferoomError.inside }
    }

    mutating func text() throws -> String {
        let place = try content(3)
        let content = UnsafeRawBufferPointer(rebasing: bytes[place])
        // Foundation's way to a text that is valid costs several times as much. What is not valid was repaired, and differs.
        let text = String(decoding: content, as: UTF8.self)
        guard text.utf8.count == content.count, same(text, content) else { throw SaferoomError.inside }
        return text
    }

    private func same(_ text: String, _ content: UnsafeRawBufferPointer) -> Bool {
        guard let start = content.baseAddress else { return true }
        return text.utf8.withContiguousStorageIfAvailable { memcmp($0.baseAddress!, start, content.count) == 0 }
            ?? text.utf8.elementsEqual(content)
    }

    mutating func bool() throws -> Bool {
        switch try next() {
        case 0xf4: false
        case 0xf5: true
        default: throw SaferoomError.inside
        }
    }

    /// Whether nothing stands here; then it is read.
    mutating func isNull() -> Bool {
        guard at < bytes.count, bytes[at] == 0xf6 else { return false }
        at += 1
        return true
    }

    /// Nothing stands behind.
    func ended(_ expected: Int) throws {
        guard at == expected else { throw SaferoomError.inside }
    }

    private mutating func next() throws -> UInt8 {
        guard at < bytes.count else { throw SaferoomError.inside }
        defer { at += 1 }
        return bytes[at]
    }

    private mutating func content(_ major: UInt8) throws -> Range<Int> {
        let length = try small(argument(major))
        guard length <= bytes.count - at else { throw SaferoomError.inside }
        defer { at += length }
        return at..<(at + length)
    }

    /// The number in the head of an item of this type: in the shortest head that there is.
    private mutating func argument(_ major: UInt8) throws -> UInt64 {
        let first = try next()
        guard first >> 5 == major else { throw SaferoomError.inside }
        let small = first & 31
        if small < 24 { return UInt64(small) }
        guard small <= 27 else { throw SaferoomError.inside }
        var number: UInt64 = 0
        for _ in 0..<(1 << (small - 24)) { number = number << 8 | UInt64(try next()) }
        let least: [UInt64] = [24, 1 << 8, 1 << 16, 1 << 32]
        guard number >= least[Int(small - 24)] else { throw SaferoomError.inside }
        return number
    }

    private func small(_ number: UInt64) throws -> Int {
        guard let small = Int(exactly: number) else { throw SaferoomError.inside }
        return small
    }
}

let idLength = 16

/// Whether these bytes are UTF-8 (Unicode, table 3-7).
func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var at = 0
    while at < bytes.count {
        let first = bytes[at]
        guard first >= 0x80 else {
            at += 1
            continue
        }
        let second: ClosedRange<UInt8>
        switch first {
        case 0xe0: second = 0xa0...0xbf
        case 0xed: second = 0x80...0x9f
        case 0xf0: second = 0x90...0xbf
        case 0xf4: second = 0x80...0x8f
        case 0xc2...0xf4: second = 0x80...0xbf
        default: return false
        }
        let end = at + (first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4)
        guard end <= bytes.count, second.contains(bytes[at + 1]) else { return false }
        for place in (at + 2)..<end where !(0x80...0xbf).contains(bytes[place]) { return false }
        at = end
    }
    return true
}

/// The digits of some bytes.
func hex(_ bytes: UnsafeRawBufferPointer) -> String {
    String(unsafeUninitializedCapacity: 2 * bytes.count) { digits in
        for (place, byte) in bytes.enumerated() {
            digits[2 * place] = digit(byte >> 4)
            digits[2 * place + 1] = digit(byte & 15)
        }
        return 2 * bytes.count
    }
}

private func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
