// Pages: many records, or a list of them, as one buffer (docs/formats.md, 30), of which each is opened when it is looked at.

import Foundation
import SaferoomNative

/// Records of one kind that were read together, in the order that was asked for. They crossed as one buffer; each is opened when it
/// is looked at. Prints nothing of them. The buffer is overwritten when the last reference goes.
///
/// ```swift
/// let page = try await session.readPage(Records.Child.self, ids, access: access)
/// for opened in page { show(opened.record) }
/// ```
public final class Page<Record: SaferoomRecord>: RandomAccessCollection, Sendable, CustomStringConvertible, CustomReflectable {
    private let reader: PageReader

    /// What is looked at later is checked now, without opening it: looking cannot throw.
    init(_ answer: Answer) throws {
        reader = try PageReader(answer.bytes, of: answer)
        guard Records.all[Record.kind].map({ $0 == Record.self }) == true, reader.shapes.allSatisfy({ $0.kind == Record.kind })
        else { throw SaferoomError.inside }
        try reader.check()
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { reader.places.count }

    /// The record at this place.
    public subscript(place: Int) -> Opened<Record> { checked { try Opened(reader.record(place)) } }

    /// All records, opened.
    public func opened() -> [Opened<Record>] { Array(self) }

    public var description: String { "Page<\(Record.self)>(of \(count), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Records of any kinds that were read together, as ``Page`` has those of one.
///
/// ```swift
/// for opened in try await session.readAny(ids, access: access) {
///     switch opened.record {
///     case let child as Records.Child: show(child)
///     case let statement as Records.Statement: show(statement)
///     default: break
///     }
/// }
/// ```
public final class MixedPage: RandomAccessCollection, Sendable, CustomStringConvertible, CustomReflectable {
    private let reader: PageReader

    init(_ answer: Answer) throws {
        reader = try PageReader(answer.bytes, of: answer)
        guard reader.shapes.allSatisfy({ Records.all[$0.kind] != nil }) else { throw SaferoomError.inside }
        try reader.check()
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { reader.places.count }

    /// The record at this place.
    public subscript(place: Int) -> AnyOpened { checked { try AnyOpened(reader.record(place)) } }

    public var description: String { "MixedPage(of \(count), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What the check of the whole page has found to be sound.
private func checked<Opened>(_ open: () throws -> Opened) -> Opened {
    do { return try open() } catch { preconditionFailure("saferoom: a page that was checked does not open") }
}

extension Session {
    /// Reads many records of one kind in one transaction, each with its own entry in the log: all or none. They cross as one
    /// buffer.
    public func readPage<Record: SaferoomRecord>(
        _ kind: Record.Type, _ ids: [String], access: AccessInput
    ) async throws -> Page<Record> {
        try await run { try $0.readPage(kind, ids, access: access) }
    }

    /// Reads many records of any kinds, as ``readPage(_:_:access:)`` does.
    public func readAny(_ ids: [String], access: AccessInput) async throws -> MixedPage {
        try await run { try $0.readAny(ids, access: access) }
    }

    /// The records that share the scope of `id`, a case or the unit, itself included: kinds and ids, no value. They cross as one
    /// buffer. Logged as a query.
    public func list(of id: String, access: AccessInput) async throws -> Listing {
        try await run { try Listing($0.listPage(id: id, access: access)) }
    }

    /// The same as a call that waits, for ordinary functions.
    public func readPage<Record: SaferoomRecord>(
        _ kind: Record.Type, _ ids: [String], access: AccessInput
    ) throws -> Page<Record> {
        try Page(answer(ids, kind: kind.kind, access: access))
    }

    /// The same as a call that waits, for ordinary functions.
    public func readAny(_ ids: [String], access: AccessInput) throws -> MixedPage {
        try MixedPage(answer(ids, kind: nil, access: access))
    }
}

/// A list of records, each entry made when it is looked at.
public struct Listing: RandomAccessCollection, Sendable {
    private let kinds: [String]
    private let ids: [UInt8]
    private let parents: [UInt8]
    private let ofKind: [UInt8]

    init(_ data: Data) throws {
        (kinds, ids, parents, ofKind) = try data.withUnsafeBytes { bytes in
            var cbor = Cbor(bytes)
            try cbor.opening(5)
            let kinds = try cbor.all { try $0.text() }
            let columns = try (0..<3).map { _ in [UInt8](bytes[try cbor.content()]) }
            try cbor.ended(bytes.count)
            return (kinds, columns[0], columns[1], columns[2])
        }
        guard ids.count == parents.count, ids.count == idLength * ofKind.count,
            ofKind.allSatisfy({ $0 == 0xff || Int($0) < kinds.count })
        else { throw SaferoomError.inside }
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { ofKind.count }

    public subscript(place: Int) -> RecordInfo {
        let here = (place * idLength)..<((place + 1) * idLength)
        let kind = ofKind[place] == 0xff ? nil : kinds[Int(ofKind[place])]
        let parent = parents[here].allSatisfy { $0 == 0 } ? nil : parents[here].withUnsafeBytes(hex)
        return RecordInfo(id: ids[here].withUnsafeBytes(hex), kind: kind, parent: parent)
    }
}
