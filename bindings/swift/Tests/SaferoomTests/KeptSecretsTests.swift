import Foundation
import Testing

@testable import Saferoom

/// A keychain that forgets, as Apple's does when new faces are enrolled, and that can be stopped after so many writes.
private final class Forgetful: Keychain, @unchecked Sendable {
    struct Stopped: Error {}

    private let lock = NSLock()
    private var kept: [String: (secret: Data, presence: Bool)] = [:]
    private var left = Int.max
    private var asked = 0

    func read(_ account: String) -> Data? {
        lock.withLock {
            if kept[account]?.presence == true { asked += 1 }
            return kept[account]?.secret
        }
    }

    func write(_ account: String, _ secret: Data, presence: Bool) throws {
        try lock.withLock {
            try step()
            kept[account] = (secret, presence)
        }
    }

    func delete(_ account: String) throws {
        try lock.withLock {
            try step()
            kept[account] = nil
        }
    }

    /// New faces: what is guarded is gone.
    func enrolAFace() { lock.withLock { kept = kept.filter { !$0.value.presence } } }

    func stop(after writes: Int) { lock.withLock { left = writes } }

    var promptsSoFar: Int { lock.withLock { asked } }
    var count: Int { lock.withLock { kept.count } }

    private func step() throws {
        guard left > 0 else { throw Stopped() }
        left -= 1
    }
}

/// `KeptSecrets` as a key store.
private final class GuardedStore: KeyStore {
    let secrets: KeptSecrets<Forgetful>

    init(_ secrets: KeptSecrets<Forgetful>) { self.secrets = secrets }

    func load(name: String) throws -> Data? { try secrets.load(name) }
    func store(name: String, secret: Data) throws { try secrets.store(name, secret) }
    func remove(name: String) throws { try secrets.remove(name) }
}

/// What `KeychainStore` does, with another keychain than Apple's.
@Suite struct KeptSecretsTests {
    private let lockOfIdentity = "saferoom/identity/0102"
    private let secret = Data(repeating: 7, count: 32)
    private let chain = Forgetful()
    private var guarded: KeptSecrets<Forgetful> { KeptSecrets(chain: chain, presence: true) }

    @Test func whatTheSystemHasForgottenIsInvalidated() throws {
        #expect(try guarded.load(lockOfIdentity) == nil, "never kept")
        try guarded.store(lockOfIdentity, secret)
        #expect(try guarded.load(lockOfIdentity) == secret)
        chain.enrolAFace()
        #expect(throws: KeyStoreError.Invalidated) { try guarded.load(lockOfIdentity) }
        // An app that no longer asks for presence is told as well.
        #expect(throws: KeyStoreError.Invalidated) { try KeptSecrets(chain: chain, presence: false).load(lockOfIdentity) }

        // Enrolled anew, and let go of.
        try guarded.store(lockOfIdentity, Data(repeating: 8, count: 32))
        #expect(try guarded.load(lockOfIdentity) == Data(repeating: 8, count: 32))
        try guarded.remove(lockOfIdentity)
        #expect(try guarded.load(lockOfIdentity) == nil)
        #expect(chain.count == 0)
    }

    @Test func whatIsReadAllTheTimeAsksNobody() throws {
        for name in ["saferoom/00/kept-head", "saferoom/00/log-key/01", "saferoom/00/epoch-key/01", "saferoom/attempts/identity/02"] {
            try guarded.store(name, secret)
            #expect(try guarded.load(name) == secret)
            chain.enrolAFace()
            #expect(try guarded.load(name) == secret, "\(name)")
        }
        #expect(chain.promptsSoFar == 0)
        try KeptSecrets(chain: chain, presence: false).store(lockOfIdentity, secret)
        chain.enrolAFace()
        #expect(try KeptSecrets(chain: chain, presence: false).load(lockOfIdentity) == secret)
        #expect(chain.count == 5, "no marker without presence")
    }

    /// Stopped between any two writes, a secret is there, or was never kept, and none is told as forgotten that was not.
    @Test func nothingHalfDoneIsToldAsForgotten() throws {
        chain.stop(after: 1)
        #expect(throws: Forgetful.Stopped.self) { try guarded.store(lockOfIdentity, secret) }
        chain.stop(after: .max)
        #expect(try guarded.load(lockOfIdentity) == secret, "and the marker is made up for")
        chain.stop(after: 1)
        #expect(throws: Forgetful.Stopped.self) { try guarded.remove(lockOfIdentity) }
        chain.stop(after: .max)
        #expect(try guarded.load(lockOfIdentity) == secret)
        chain.enrolAFace()
        #expect(throws: KeyStoreError.Invalidated) { try guarded.load(lockOfIdentity) }
    }

    @Test func aMemberIsToldAndEnrolsTheDeviceAnew() async throws {
        let folder = try freshFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (file, store) = (folder.appendingPathComponent("me.identity"), GuardedStore(guarded))
        let passphrase = Data("quiet river stone".utf8)
        let member = try await Identity.createFile(path: file, passphrase: passphrase).memberId()
        try await enrolHost(path: file, passphrase: passphrase, keyStore: store)
        #expect(try await openIdentityByHost(path: file, keyStore: store).memberId() == member)
        #expect(chain.promptsSoFar > 0)
        chain.enrolAFace()
        let forgotten = await refusal { _ = try await openIdentityByHost(path: file, keyStore: store) }
        #expect(forgotten.has(.hostKeyInvalidated))
        try await enrolHost(path: file, passphrase: passphrase, keyStore: store)
        #expect(try await openIdentityByHost(path: file, keyStore: store).memberId() == member)
    }
}
