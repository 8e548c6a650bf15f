// Pages: many records, or a list of them, as one buffer (docs/formats.md, 30), of which each is opened when it is looked at.

import Foundation
import SaferoomNative

/// Records of one kind that were read together, in the order that was asked for. They crossed as one buffer; each is opened when it
/// is looked at. Prints nothing of them. The buffer is overwritten when the last reference goes.
///
/// ```swift
/// let page = try await session.readPage(Records.Child.self, ids, access: access)
/// for place in page.indices { show(try page[place].record) }
/// ```
public final class Page<Record: SaferoomRecord>: Sendable, CustomStringConvertible, CustomReflectable {
    private let reader: PageReader

    init(_ answer: Answer) throws {
        reader = try PageReader(answer.bytes, of: answer)
        guard reader.shapes.allSatisfy({ $0.kind == Record.kind }) else { throw SaferoomError.inside }
    }

    /// How many records it has.
    public var count: Int { reader.places.count }

    /// The places of its records.
    public var indices: Range<Int> { reader.places.indices }

    /// The record at this place.
    ///
    /// - Throws: `SaferoomError`, if the library is of another release than this package.
    public subscript(place: Int) -> Opened<Record> {
        get throws { try Opened(reader.record(place)) }
    }

    /// All records.
    ///
    /// - Throws: As the subscript.
    public func opened() throws -> [Opened<Record>] {
        try indices.map { try self[$0] }
    }

    public var description: String { "Page<\(Record.self)>(of \(count), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Session {
    /// Reads many records of one kind in one transaction, each with its own entry in the log: all or none. They cross as one
    /// buffer.
    public func readPage<Record: SaferoomRecord>(
        _ kind: Record.Type, _ ids: [String], access: AccessInput
    ) async throws -> Page<Record> {
        try await run { try $0.readPage(kind, ids, access: access) }
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

/// A record of a page, of any kind.
struct PageRecord {
    let kind: String
    let id: String
    let parent: String?
    let revision: UInt64
    let author: String
    let withheld: [String]
    let row: FieldRow
}

/// A page whose records are still closed.
final class PageReader: Sendable {
    /// The fields of a kind that occur in the page.
    struct Shape: Sendable {
        let kind: String
        let fields: [Field]
        /// Where each field of the record's own list stands in this one.
        let places: [Int?]

        init(kind: String, fields: [Field]) {
            (self.kind, self.fields) = (kind, fields)
            let names = Records.all[kind]?.fieldNames ?? fields.map(\.name)
            places = names.map { name in fields.firstIndex { $0.name == name } }
        }
    }

    typealias Field = (name: String, read: @Sendable (inout Cbor) throws -> FieldValue)

    let shapes: [Shape]
    /// Where each record begins and ends.
    let places: [Range<Int>]
    private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    /// Keeps the bytes, and overwrites them in the end.
    private let keeper: any AnyObject & Sendable

    init(_ bytes: UnsafeRawBufferPointer, of keeper: any AnyObject & Sendable) throws {
        (self.bytes, self.keeper) = (bytes, keeper)
        var cbor: Cbor
        (shapes, cbor) = try KnownTables.read(bytes)
        places = try cbor.all { try $0.content() }
        try cbor.ended(bytes.count)
    }

    func record(_ place: Int) throws -> PageRecord {
        let range = places[place]
        var cbor = Cbor(UnsafeRawBufferPointer(rebasing: bytes[range]))
        guard try cbor.array() == 7 else { throw SaferoomError.inside }
        let number = try cbor.count()
        guard shapes.indices.contains(number) else { throw SaferoomError.inside }
        let id = try cbor.id()
        let parent = cbor.isNull() ? nil : try cbor.id()
        let record = PageRecord(
            kind: shapes[number].kind, id: id, parent: parent, revision: try cbor.unsigned(), author: try cbor.id(),
            withheld: try cbor.all { try $0.text() }, row: try values(&cbor, shapes[number]))
        try cbor.ended(range.count)
        return record
    }

    private func values(_ cbor: inout Cbor, _ shape: Shape) throws -> FieldRow {
        let count = try cbor.map()
        var values = [FieldValue?](repeating: nil, count: shape.fields.count)
        var last = -1
        for _ in 0..<count {
            let place = try cbor.count()
            guard place > last, place < values.count else { throw SaferoomError.inside }
            last = place
            values[place] = try shape.fields[place].read(&cbor)
        }
        return FieldRow(values, at: shape.places)
    }
}

/// The tables of fields that were read, by their bytes: they are the same each time, and reading one costs more than a record.
/// They have names of fields and no value. A page that begins with one of them has that table, since items say where they end.
private enum KnownTables {
    private static let lock = NSLock()
    /// More than so many are not kept.
    private static let most = 64
    private nonisolated(unsafe) static var known: [(table: [UInt8], shapes: [PageReader.Shape])] = []

    /// The table of a page, and the reader behind it.
    static func read(_ bytes: UnsafeRawBufferPointer) throws -> ([PageReader.Shape], Cbor) {
        let found = lock.withLock {
            known.first { $0.table.count <= bytes.count && same(bytes, $0.table) }
        }
        if let found { return (found.shapes, Cbor(bytes, at: found.table.count)) }
        var cbor = Cbor(bytes)
        try cbor.opening(3)
        let shapes = try cbor.all { cbor in
            guard try cbor.array() == 2 else { throw SaferoomError.inside }
            return PageReader.Shape(kind: try cbor.text(), fields: try cbor.all(field))
        }
        let table = [UInt8](bytes[..<cbor.at])
        lock.withLock { if known.count < most { known.append((table, shapes)) } }
        return (shapes, cbor)
    }

    /// Whether the page, which is as long at least, begins with the table.
    private static func same(_ bytes: UnsafeRawBufferPointer, _ table: [UInt8]) -> Bool {
        table.withUnsafeBytes { memcmp($0.baseAddress!, bytes.baseAddress!, $0.count) == 0 }
    }
}

private func field(_ cbor: inout Cbor) throws -> PageReader.Field {
    guard try cbor.array() == 3 else { throw SaferoomError.inside }
    let name = try cbor.text()
    let one = try reading(cbor.text())
    guard try cbor.bool() else { return (name, one) }
    return (name, { cbor in
        let items = try cbor.all(one)
        guard !items.isEmpty else { throw SaferoomError.inside }
        return .items(items)
    })
}

private func reading(_ type: String) throws -> @Sendable (inout Cbor) throws -> FieldValue {
    switch type {
    case "text", "narrative": { .text(try $0.text()) }
    case "code": { .code(try $0.text()) }
    case "place": { .place(try $0.text()) }
    case "date": { .date(try $0.text()) }
    case "time": { .time(Int64(clamping: try $0.unsigned())) }
    case "bool": { .bool(try $0.bool()) }
    case "unsigned": { .unsigned(try $0.unsigned()) }
    case "id": { .id(try $0.id()) }
    default: throw SaferoomError.inside
    }
}
