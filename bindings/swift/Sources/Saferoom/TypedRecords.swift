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
    /// it is. Give it a record that was read whole: of one of which only some fields were read the others would be gone.
    public func amend(_ id: String, to record: some SaferoomRecord, access: AccessInput) async throws -> Revision {
        try await amend(id: id, kind: type(of: record).kind, fields: record.fieldValues(), access: access)
    }

    /// Reads a record of this kind. The entry in the log is durable before anything opens.
    ///
    /// With `fields`, only these are opened, and the log says which; the others are empty, so that the record must not be given to
    /// ``amend(_:to:access:)``.
    public func read<Record: SaferoomRecord>(
        _ kind: Record.Type, _ id: String, fields: [String]? = nil, access: AccessInput
    ) async throws -> Opened<Record> {
        try await run { session in
            guard let fields else { return try session.read(kind, id, access: access) }
            return try Opened(session.readFields(id: id, kind: kind.kind, fields: fields, access: access))
        }
    }

    /// Reads a record of this kind in a thread that may wait, for ordinary functions.
    public func read<Record: SaferoomRecord>(
        _ kind: Record.Type, _ id: String, access: AccessInput
    ) throws -> Opened<Record> {
        let answer = try answer([id], kind: kind.kind, access: access)
        let reader = try PageReader(answer.bytes, of: answer)
        guard reader.places.count == 1, reader.shapes.allSatisfy({ $0.kind == Record.kind }) else { throw SaferoomError.inside }
        return try Opened(reader.record(0))
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
        try await readPage(kind, ids, access: access).opened()
    }
}
