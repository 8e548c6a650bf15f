// Which secrets of a key store ask for the person, and how one that the system has forgotten is told from one never kept. Apart
// from the keychain itself, which there is on Apple's systems only, so that it can be tested anywhere.

import Foundation
import SaferoomNative

/// What a keychain does. It throws ``KeyStoreError`` alone.
protocol Keychain: Sendable {
    /// What is kept for the account; nil if nothing is, or if the system has forgotten it.
    func read(_ account: String) throws -> Data?

    /// Keeps it, in place of an earlier one. With `presence` it is read in the person's presence only, and forgotten when new faces
    /// or fingers are enrolled.
    func write(_ account: String, _ secret: Data, presence: Bool) throws

    /// Forgets it; nothing happens if nothing is kept.
    func delete(_ account: String) throws
}

/// The rules of ``KeychainStore``, over any keychain.
struct KeptSecrets<Chain: Keychain>: Sendable {
    let chain: Chain
    let presence: Bool

    func load(_ name: String) throws -> Data? {
        let secret = try chain.read(name)
        guard Self.opensAnIdentity(name) else { return secret }
        if secret == nil, try chain.read(Self.marker(name)) != nil { throw KeyStoreError.Invalidated }
        // The app was stopped between the two writes: a secret without a marker could go unnoticed.
        if secret != nil, presence, try chain.read(Self.marker(name)) == nil { try mark(name) }
        return secret
    }

    /// The secret first: a marker without one would be told as a secret that was forgotten.
    func store(_ name: String, _ secret: Data) throws {
        let guarded = presence && Self.opensAnIdentity(name)
        try chain.write(name, secret, presence: guarded)
        if guarded { try mark(name) }
    }

    /// The marker first, for the same reason.
    func remove(_ name: String) throws {
        if Self.opensAnIdentity(name) { try chain.delete(Self.marker(name)) }
        try chain.delete(name)
    }

    /// The device's half of an identity's lock: read once when a member signs in, and made anew with the passphrase if it is lost.
    /// All else (log key, epoch keys, the newest head) is read or written with each call, or cannot be made anew.
    private static func opensAnIdentity(_ name: String) -> Bool { name.hasPrefix("saferoom/identity/") }

    private static func marker(_ name: String) -> String { "\(name)/kept" }

    private func mark(_ name: String) throws { try chain.write(Self.marker(name), Data([1]), presence: false) }
}
