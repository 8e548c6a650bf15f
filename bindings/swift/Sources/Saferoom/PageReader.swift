// The reader of pages (docs/formats.md, 30): what lies where, checked as a whole or read record by record.

import Foundation
import SaferoomNative

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

        /// - Throws: `SaferoomError`, if the struct of the kind does not take values of these types.
        init(kind: String, fields: [Field]) throws {
            (self.kind, self.fields) = (kind, fields)
            let known = Records.all[kind]
            let names = known?.fieldNames ?? fields.map(\.name)
            places = names.map { name in fields.firstIndex { $0.name == name } }
            _ = try known?.init(row: FieldRow(fields.map(\.example), at: places))
        }
    }

    /// A field, and how its values are told.
    struct Field: Sendable {
        let name: String
        let form: Form
        let isRepeated: Bool

        var example: FieldValue { isRepeated ? .items([form.example]) : form.example }

        func read(_ cbor: inout Cbor) throws -> FieldValue {
            guard isRepeated else { return try form.read(&cbor) }
            let items = try cbor.all(form.read)
            guard !items.isEmpty else { throw SaferoomError.inside }
            return .items(items)
        }

        /// Reads past a value that can be read.
        func check(_ cbor: inout Cbor) throws {
            guard isRepeated else { return try form.check(&cbor) }
            let count = try cbor.array()
            guard count > 0 else { throw SaferoomError.inside }
            for _ in 0..<count { try form.check(&cbor) }
        }
    }

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

    /// Reads past all records: each of them opens then.
    func check() throws {
        for range in places {
            var cbor = Cbor(UnsafeRawBufferPointer(rebasing: bytes[range]))
            let shape = try opening(&cbor)
            try cbor.skipId()
            if !cbor.isNull() { try cbor.skipId() }
            _ = try cbor.unsigned()
            try cbor.skipId()
            for _ in 0..<(try cbor.array()) { try cbor.skipText() }
            try eachField(&cbor, shape) { cbor, place in try shape.fields[place].check(&cbor) }
            try cbor.ended(range.count)
        }
    }

    func record(_ place: Int) throws -> PageRecord {
        let range = places[place]
        var cbor = Cbor(UnsafeRawBufferPointer(rebasing: bytes[range]))
        let shape = try opening(&cbor)
        let id = try cbor.id()
        let parent = cbor.isNull() ? nil : try cbor.id()
        let record = PageRecord(
            kind: shape.kind, id: id, parent: parent, revision: try cbor.unsigned(), author: try cbor.id(),
            withheld: try cbor.all { try $0.text() }, row: try values(&cbor, shape))
        try cbor.ended(range.count)
        return record
    }

    private func opening(_ cbor: inout Cbor) throws -> Shape {
        guard try cbor.array() == 7 else { throw SaferoomError.inside }
        let number = try cbor.count()
        guard shapes.indices.contains(number) else { throw SaferoomError.inside }
        return shapes[number]
    }

    private func values(_ cbor: inout Cbor, _ shape: Shape) throws -> FieldRow {
        var values = [FieldValue?](repeating: nil, count: shape.fields.count)
        try eachField(&cbor, shape) { cbor, place in values[place] = try shape.fields[place].read(&cbor) }
        return FieldRow(values, at: shape.places)
    }

    private func eachField(_ cbor: inout Cbor, _ shape: Shape, _ use: (inout Cbor, Int) throws -> Void) throws {
        var last = -1
        for _ in 0..<(try cbor.map()) {
            let place = try cbor.count()
            guard place > last, place < shape.fields.count else { throw SaferoomError.inside }
            last = place
            try use(&cbor, place)
        }
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
            return try PageReader.Shape(kind: try cbor.text(), fields: try cbor.all(field))
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
    guard let form = Form(rawValue: try cbor.text()) else { throw SaferoomError.inside }
    return PageReader.Field(name: name, form: form, isRepeated: try cbor.bool())
}

/// The types of fields, by their names in the table.
enum Form: String, CaseIterable, Sendable {
    case text, narrative, code, place, date, time, bool, unsigned, id

    func read(_ cbor: inout Cbor) throws -> FieldValue {
        switch self {
        case .text, .narrative: .text(try cbor.text())
        case .code: .code(try cbor.text())
        case .place: .place(try cbor.text())
        case .date: .date(try cbor.text())
        case .time: .time(Int64(clamping: try cbor.unsigned()))
        case .bool: .bool(try cbor.bool())
        case .unsigned: .unsigned(try cbor.unsigned())
        case .id: .id(try cbor.id())
        }
    }

    func check(_ cbor: inout Cbor) throws {
        switch self {
        case .text, .narrative, .code, .place: try cbor.skipText()
        case .date: guard PartialDate(try cbor.text()) != nil else { throw SaferoomError.inside }
        case .time, .unsigned: _ = try cbor.unsigned()
        case .bool: _ = try cbor.bool()
        case .id: try cbor.skipId()
        }
    }

    /// Any value of the type.
    var example: FieldValue {
        switch self {
        case .text, .narrative: .text("")
        case .code: .code("")
        case .place: .place("")
        case .date: .date("2000")
        case .time: .time(0)
        case .bool: .bool(false)
        case .unsigned: .unsigned(0)
        case .id: .id("")
        }
    }
}
