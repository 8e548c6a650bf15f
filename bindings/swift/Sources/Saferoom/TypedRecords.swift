// Records as structs: made, read and amended through a session.

import Foundation
import SaferoomNative

/// A record of this release; ``Records`` has one struct for each kind. Prints nothing of what it holds.
public protocol SaferoomRecord: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Name of the kind, such as `child`.
    static var kind: String { get }

    /// The names of its fields.
    static var fieldNames: [String] { get }

    /// Its fields, in the order of their names.
    static var fieldPaths: [PartialKeyPath<Self>] { get }

    /// The record with these values, each at the place of its name.
    init(row: FieldRow) throws

    /// Its values, by name of the field; what is empty is left out.
    func fieldValues() -> [String: FieldValue]
}

extension SaferoomRecord {
    /// The record with these values; those of a newer release are left out.
    public init(fields: [String: FieldValue]) throws {
        let names = Self.fieldNames
        try self.init(row: FieldRow(names.map { fields[$0] }, at: Array(names.indices)))
    }

    /// The name of a field. What is none, such as the record itself, has one that the library refuses.
    fileprivate static func name(of field: PartialKeyPath<Self>) -> String {
        fieldPaths.firstIndex(of: field).map { fieldNames[$0] } ?? "\(field)"
    }

    public var description: String { "\(Self.self)(redacted)" }
    public var debugDescription: String { description }
    /// Nothing: what this holds is not for consoles and logs.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A record that was read. Prints nothing of what it holds.
public struct Opened<Record: SaferoomRecord>: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The record's id.
    public let id: String
    /// The record it belongs to, if it belongs to one.
    public let parent: String?
    /// Number of the revision, from 1.
    public let revision: UInt64
    /// Pseudonym of the member who wrote it, by the signature.
    public let author: String
    /// Names of the compartments that this member cannot open; their fields are empty in ``record``.
    public let withheld: [String]
    /// The values.
    public let record: Record

    public var description: String { "Opened<\(Record.self)>(\(id), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    init(_ opened: OpenedRecord) throws {
        (id, parent, revision) = (opened.id(), opened.parent(), opened.revision())
        (author, withheld) = (opened.author(), opened.withheld())
        record = try Record(fields: opened.fields())
    }

    init(_ read: PageRecord) throws {
        (id, parent, revision, author, withheld) = (read.id, read.parent, read.revision, read.author, read.withheld)
        record = try Record(row: read.row)
    }
}

/// Some fields of a record that was read, and no others: there is no way to ask it for another one, and it is no record that
/// ``Session/amend(_:to:access:)`` would take, since whatever was not read would be gone. Prints nothing of what it holds.
///
/// ```swift
/// let (sex, age) = try await session.read(Records.Child.self, id, only: \.sex, \.ageAtReport, access: access).values
/// ```
public struct Partial<Record: SaferoomRecord, Values: Sendable>: Sendable, CustomStringConvertible, CustomReflectable {
    /// The record's id.
    public let id: String
    /// The record it belongs to, if it belongs to one.
    public let parent: String?
    /// Number of the revision, from 1.
    public let revision: UInt64
    /// Pseudonym of the member who wrote it, by the signature.
    public let author: String
    /// Names of the compartments that this member cannot open; their fields are empty in ``values``.
    public let withheld: [String]
    /// The names of the fields that were read, as the log has them.
    public let fields: [String]
    /// Their values, in the order that was asked for: of one field the value itself, of several a tuple.
    public let values: Values

    public var description: String { "Partial<\(Record.self)>(\(id), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    fileprivate init(_ opened: OpenedRecord, fields: [String], values: Values) {
        (id, parent, revision) = (opened.id(), opened.parent(), opened.revision())
        (author, withheld) = (opened.author(), opened.withheld())
        (self.fields, self.values) = (fields, values)
    }
}

/// A record of any kind that was read. Prints nothing of what it holds.
public struct AnyOpened: Sendable, CustomStringConvertible, CustomReflectable {
    /// Name of the kind, such as `child`.
    public let kind: String
    /// The record's id.
    public let id: String
    /// The record it belongs to, if it belongs to one.
    public let parent: String?
    /// Number of the revision, from 1.
    public let revision: UInt64
    /// Pseudonym of the member who wrote it, by the signature.
    public let author: String
    /// Names of the compartments that this member cannot open; their fields are empty in ``record``.
    public let withheld: [String]
    /// The values, as one of the structs in ``Records``.
    public let record: any SaferoomRecord

    public var description: String { "AnyOpened(\(kind) \(id), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    init(_ read: PageRecord) throws {
        guard let type = Records.all[read.kind] else { throw SaferoomError.inside }
        (kind, id, parent, revision) = (read.kind, read.id, read.parent, read.revision)
        (author, withheld) = (read.author, read.withheld)
        record = try type.init(row: read.row)
    }
}

extension Session {
    /// Records something new below `parent`.
    ///
    /// - Throws: `SaferoomError`. The record breaks a rule, the purpose is refused, or the member has no key; nothing is
    ///   written then.
    public func create(_ record: some SaferoomRecord, below parent: String?, access: AccessInput) async throws -> Revision {
        try await create(kind: type(of: record).kind, parent: parent, fields: record.fieldValues(), access: access)
    }

    /// Records many new things, each with its parent, in one transaction with one signature: all or none.
    public func create(
        _ records: [(parent: String?, record: any SaferoomRecord)], access: AccessInput
    ) async throws -> [Revision] {
        let new = records.map { parent, record in
            NewRecord(kind: type(of: record).kind, parent: parent, fields: record.fieldValues())
        }
        return try await createMany(records: new, access: access)
    }

    /// Gives a record a new revision with exactly these values; the old one stays, sealed. What the member has no key to stays as
    /// it is. Take a record that was read, and change it: one that was made anew is empty where nothing was put in.
    public func amend(_ id: String, to record: some SaferoomRecord, access: AccessInput) async throws -> Revision {
        try await amend(id: id, kind: type(of: record).kind, fields: record.fieldValues(), access: access)
    }

    /// Reads a record of this kind. The entry in the log is durable before anything opens.
    public func read<Record: SaferoomRecord>(
        _ kind: Record.Type, _ id: String, access: AccessInput
    ) async throws -> Opened<Record> {
        try await run { try $0.read(kind, id, access: access) }
    }

    /// Reads some fields of a record of this kind: only these are opened, and the log says which.
    ///
    /// ```swift
    /// let age = try await session.read(Records.Child.self, id, only: \.ageAtReport, access: access).values
    /// ```
    public func read<Record: SaferoomRecord, First: Sendable, each Rest: Sendable>(
        _ kind: Record.Type, _ id: String, only first: WritableKeyPath<Record, First>,
        _ rest: repeat WritableKeyPath<Record, each Rest>, access: AccessInput
    ) async throws -> Partial<Record, (First, repeat each Rest)> {
        var asked = [kind.name(of: first)]
        for field in repeat each rest { asked.append(kind.name(of: field)) }
        let fields = asked
        let opened = try await run { try $0.readFields(id: id, kind: kind.kind, fields: fields, access: access) }
        let record = try Record(fields: opened.fields())
        return Partial(opened, fields: fields, values: (record[keyPath: first], repeat record[keyPath: each rest]))
    }

    /// Reads a record of this kind in a thread that may wait, for ordinary functions.
    public func read<Record: SaferoomRecord>(
        _ kind: Record.Type, _ id: String, access: AccessInput
    ) throws -> Opened<Record> {
        let held = try HeldPage {
            try answer([id], kind: kind.kind, access: access)
        } check: { reader in
            guard reader.places.count == 1, reader.shapes.allSatisfy({ $0.kind == Record.kind }) else { throw SaferoomError.inside }
        }
        return try Opened(held.get().record(0))
    }

    /// Reads an earlier revision of a record, by its number in `history`.
    public func read<Record: SaferoomRecord>(
        _ kind: Record.Type, _ id: String, revision: UInt64, access: AccessInput
    ) async throws -> Opened<Record> {
        try await run { try Opened($0.readRevision(id: id, kind: kind.kind, number: revision, access: access)) }
    }

    /// Reads many records of one kind in one transaction, each with its own entry in the log: all or none.
    public func read<Record: SaferoomRecord>(
        _ kind: Record.Type, _ ids: [String], access: AccessInput
    ) async throws -> [Opened<Record>] {
        try await run { try $0.readPage(kind, ids, access: access).opened() }
    }
}
