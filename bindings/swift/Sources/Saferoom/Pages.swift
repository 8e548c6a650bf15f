// Pages: many records, or a list of them, as one buffer (docs/formats.md, 30), of which each is opened when it is looked at.

import Foundation
import SaferoomNative

/// Records of one kind that were read together, in the order that was asked for. They crossed as one buffer; each is opened when it
/// is looked at. Prints nothing of them. The buffer is overwritten when the last reference goes, or by ``shutdown()`` and
/// ``panicWipe(identityPath:keyStore:)``, also while somebody goes through it. Records that were opened before are the app's.
///
/// ```swift
/// let page = try await session.readPage(Records.Child.self, ids, access: access)
/// for opened in try page.opened() { show(opened.record) }
/// ```
///
/// Take ``opened()`` for all records and ``opened(at:)`` for one: both throw if the page was wiped. What a collection has beside
/// them (the subscript, `for` and `map` over the page itself, `first`, `reversed()`) cannot throw, and an empty answer could be
/// taken for the record, or for that there is none, or no more: over a wiped page it ends the app, a loop at its next step. To ask
/// ``isWiped`` before does not help, since ``shutdown()`` runs on another thread. So it is for code that no shutdown can meet, such
/// as a tool or a test, and not for a loop that awaits; a view goes through the places:
///
/// ```swift
/// ForEach(page.indices, id: \.self) { place in
///     if let opened = try? page.opened(at: place) { ChildRow(opened.record) }
/// }
/// ```
public final class Page<Record: SaferoomRecord>: RandomAccessCollection, Sendable, CustomStringConvertible, CustomReflectable {
    let held: HeldPage

    /// What is looked at later is checked now, without opening it: a collection cannot throw.
    init(_ ask: () throws -> Answer) throws {
        held = try HeldPage(ask) { reader in
            guard Records.all[Record.kind].map({ $0 == Record.self }) == true, reader.shapes.allSatisfy({ $0.kind == Record.kind })
            else { throw SaferoomError.inside }
            try reader.check()
        }
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { held.count }

    /// Whether it was wiped: no record of it is opened from then on, but for one that another thread is at. If not, it may be so at
    /// the next moment.
    public var isWiped: Bool { held.isWiped }

    /// The record at this place. Ends the app if the page was wiped: ``opened(at:)`` throws.
    public subscript(place: Int) -> Opened<Record> { checked { try opened(at: place) } }

    /// Goes through all records, and ends the app at the first step after the page was wiped: ``opened()`` throws.
    public func makeIterator() -> PageIterator<Opened<Record>> {
        PageIterator(count: count) { try self.opened(at: $0) }
    }

    /// The record at this place, which has to be one of ``indices``.
    ///
    /// - Throws: `SaferoomError`. The page was wiped (code 993).
    public func opened(at place: Int) throws -> Opened<Record> { try Opened(held.get().record(place)) }

    /// All records, opened.
    ///
    /// - Throws: `SaferoomError`. The page was wiped, before or meanwhile (code 993).
    public func opened() throws -> [Opened<Record>] {
        _ = try held.get()
        return try (0..<count).map { try opened(at: $0) }
    }

    public var description: String { "Page<\(Record.self)>(of \(count), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Records of any kinds that were read together, as ``Page`` has those of one; what is said there of wiped pages is true here.
///
/// ```swift
/// for opened in try await session.readAny(ids, access: access).opened() {
///     switch opened.record {
///     case let child as Records.Child: show(child)
///     case let statement as Records.Statement: show(statement)
///     default: break
///     }
/// }
/// ```
public final class MixedPage: RandomAccessCollection, Sendable, CustomStringConvertible, CustomReflectable {
    let held: HeldPage

    init(_ ask: () throws -> Answer) throws {
        held = try HeldPage(ask) { reader in
            guard reader.shapes.allSatisfy({ Records.all[$0.kind] != nil }) else { throw SaferoomError.inside }
            try reader.check()
        }
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { held.count }

    /// Whether it was wiped: no record of it is opened from then on, but for one that another thread is at. If not, it may be so at
    /// the next moment.
    public var isWiped: Bool { held.isWiped }

    /// The record at this place. Ends the app if the page was wiped: ``opened(at:)`` throws.
    public subscript(place: Int) -> AnyOpened { checked { try opened(at: place) } }

    /// Goes through all records, and ends the app at the first step after the page was wiped: ``opened()`` throws.
    public func makeIterator() -> PageIterator<AnyOpened> {
        PageIterator(count: count) { try self.opened(at: $0) }
    }

    /// The record at this place, which has to be one of ``indices``.
    ///
    /// - Throws: `SaferoomError`. The page was wiped (code 993).
    public func opened(at place: Int) throws -> AnyOpened { try AnyOpened(held.get().record(place)) }

    /// All records, opened.
    ///
    /// - Throws: `SaferoomError`. The page was wiped, before or meanwhile (code 993).
    public func opened() throws -> [AnyOpened] {
        _ = try held.get()
        return try (0..<count).map { try opened(at: $0) }
    }

    public var description: String { "MixedPage(of \(count), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Goes through the records of a page, and asks at each step whether it was wiped.
public struct PageIterator<Opened>: IteratorProtocol, CustomStringConvertible, CustomReflectable {
    private let count: Int
    private let open: (Int) throws -> Opened
    private var place = 0

    init(count: Int, open: @escaping (Int) throws -> Opened) { (self.count, self.open) = (count, open) }

    /// The next record. Ends the app if the page was wiped and there is one: nil would be taken for the end of the page.
    public mutating func next() -> Opened? {
        guard place < count else { return nil }
        defer { place += 1 }
        return checked { try open(place) }
    }

    public var description: String { "PageIterator(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What the check of the whole page has found to be sound, as long as it was not wiped.
private func checked<Opened>(_ open: () throws -> Opened) -> Opened {
    do {
        return try open()
    } catch let error as SaferoomError where error.code == 993 {
        fatalError("saferoom: a page was looked at after it was wiped")
    } catch {
        fatalError("saferoom: a page that was checked does not open")
    }
}

extension Session {
    /// Reads many records of one kind in one transaction, each with its own entry in the log: all or none. They cross as one
    /// buffer. If the app shuts saferoom down meanwhile, this fails, or the page arrives wiped.
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
        try Page { try answer(ids, kind: kind.kind, access: access) }
    }

    /// The same as a call that waits, for ordinary functions.
    public func readAny(_ ids: [String], access: AccessInput) throws -> MixedPage {
        try MixedPage { try answer(ids, kind: nil, access: access) }
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
