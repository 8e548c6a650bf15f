// What the tests share: a station with a vault in a fresh folder. All persons are invented.

import Foundation
import Saferoom
import Testing

let origin = "test.example.org/audit/1"
let interview = AccessInput(purpose: "forensic-interview")
let audit = AccessInput(purpose: "audit", reason: "the auditor's visit")

/// A key store in Swift, as an app writes one.
final class MemoryKeyStore: KeyStore, @unchecked Sendable {
    private let lock = NSLock()
    private var secrets: [String: Data] = [:]
    private var counted = (all: 0, onMain: 0)

    func load(name: String) -> Data? { lock.withLock { secrets[name] } }
    func store(name: String, secret: Data) {
        lock.withLock {
            secrets[name] = secret
            counted = (counted.all + 1, counted.onMain + (Thread.isMainThread ? 1 : 0))
        }
    }
    func remove(name: String) { lock.withLock { secrets[name] = nil } }
    var count: Int { lock.withLock { secrets.count } }
    /// How often something was kept, and how often that was on the main thread.
    var stored: Int { lock.withLock { counted.all } }
    var storedOnMain: Int { lock.withLock { counted.onMain } }
}

/// One station; its folder goes with it.
final class Station: Sendable {
    let folder: URL
    let identity: Identity
    let keys = MemoryKeyStore()
    let vault: Vault
    let session: Session

    convenience init() async throws { try await self.init(.generate(), in: freshFolder()) }

    init(_ identity: Identity, in folder: URL) async throws {
        (self.identity, self.folder) = (identity, folder)
        vault = try await Vault.create(
            path: folder.appendingPathComponent("test.saferoom"), keyStore: keys, identity: identity, origin: origin,
            unitName: "Unit of the tests")
        session = try await vault.signIn(identity: identity)
    }

    deinit {
        session.lock()
        try? FileManager.default.removeItem(at: folder)
    }

    func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

    /// A case and a child in it.
    func child(_ name: String = "Sokha") async throws -> (opened: String, child: String) {
        let opened = try await session.create(Records.Case(), below: session.unit(), access: interview).record
        let child = Records.Child(familyNameLatin: "Chan", givenNameLatin: name, sex: "female", role: "victim")
        return (opened, try await session.create(child, below: opened, access: interview).record)
    }

    /// One more member of the unit.
    func enrol(_ role: String) async throws -> Identity {
        let newcomer = Identity.generate()
        let keys = try PublicIdentity.fromEnrolmentFile(bytes: newcomer.enrolmentFile())
        let change = MemberChange.enrol(identity: keys, role: role, unit: session.unit())
        _ = try await session.changeMembers(
            change: change, signers: [identity], access: AccessInput(purpose: "record-management"))
        return newcomer
    }
}

func freshFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("saferoom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
}

/// The error that a call has to answer with.
func refusal(_ call: () async throws -> Void, line: SourceLocation = #_sourceLocation) async -> SaferoomError {
    do {
        try await call()
        Issue.record("nothing was refused", sourceLocation: line)
    } catch let error as SaferoomError {
        return error
    } catch {
        Issue.record("another error: \(type(of: error))", sourceLocation: line)
    }
    return .Failure(code: .max, kind: .input, text: "", advice: "", waitSeconds: nil)
}
