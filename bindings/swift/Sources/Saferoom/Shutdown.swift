// The end of saferoom in an app, and of an identity on a device: what the library holds for the app, and the pages that this
// package holds, are wiped.

import Foundation
import SaferoomNative

/// Ends saferoom in this app, for one that is locked, goes to the background or ends: locks all sessions, each with its last
/// entry in the log, and wipes what other objects hold that the app still refers to: identities, keys of backups and packets,
/// shares, second secrets, opened records, interviews, opened packets, pages. Answers how many sessions it has locked.
///
/// Sessions answer that they are locked from then on (code 704), and the other objects that they were wiped (code 993): so do
/// ``Page/opened()`` and ``Page/opened(at:)``, also between two records. A page as a collection cannot, and ends the app, a loop
/// over it at its next step: see ``Page``. The files stay, and the app can begin anew at any time; to make an identity's file
/// useless as well, there is ``panicWipe(identityPath:keyStore:)``.
///
/// What is under way belongs to the time before: a sign-in or an unlocking fails as wiped or locked when it comes to its end, and
/// its keys are gone; a read fails, or its page arrives wiped.
///
/// Not reached is what is the app's own: records and texts that it has taken out (``Opened``, ``AnyOpened``, ``Partial``,
/// ``Records``, the view of an interview, fields, each `String`), and passphrases (`Data.wipe()`). Let go of them, and of what
/// shows them, as well.
///
/// A call that another thread is in ends at its next step. This waits for it, for the disk and for the key store, but on a thread
/// of its own, and is done also when the task was cancelled. In functions that are not `async`, and at the top level of a
/// `main.swift`, the form that waits is chosen. If the library fails inside, the app ends.
@discardableResult
public func shutdown() async -> UInt64 {
    await offThreadAlways { shutdown() }
}

/// The same as a call that waits, for ordinary functions: not on the main thread.
@discardableResult
public func shutdown() -> UInt64 { wipingPages(shutdownLibrary) }

/// Wipes an identity from this device, without a passphrase: does what ``shutdown()`` does, forgets what the key store has for the
/// identity, overwrites its file and removes it. Answers how many sessions were locked.
///
/// What the app still refers to is wiped with it, of this identity and of others: sessions, identities, opened records, pages. What
/// ``shutdown()`` does not reach, this does not either.
///
/// It waits on a thread of its own, and is done also when the task was cancelled. With a path that is a `String`, it waits on the
/// caller's.
///
/// - Throws: `SaferoomError`. The file is not there, is no identity file, or a step failed; everything else was done nevertheless.
@discardableResult
public func panicWipe(identityPath: URL, keyStore: any KeyStore) async throws -> UInt64 {
    try await offThreadAlways { Result { try panicWipe(identityPath: identityPath.path, keyStore: keyStore) } }.get()
}

/// The same as a call that waits, for ordinary functions: not on the main thread.
@discardableResult
public func panicWipe(identityPath: String, keyStore: any KeyStore) throws -> UInt64 {
    try wipingPages { try panicWipeLibrary(identityPath: identityPath, keyStore: keyStore) }
}

extension Vault {
    /// As the function ``panicWipe(identityPath:keyStore:)``, with the key store of this vault; with `device`, its log key goes as
    /// well, and nobody signs in to it on this device any more. Wipes what the app refers to, of other vaults too.
    ///
    /// - Throws: `SaferoomError`. As the function.
    @discardableResult
    public func panicWipe(identityPath: URL, device: Bool) async throws -> UInt64 {
        try await offThreadAlways { Result { try self.panicWipe(identityPath: identityPath.path, device: device) } }.get()
    }

    /// The same as a call that waits, for ordinary functions: not on the main thread.
    @discardableResult
    public func panicWipe(identityPath: String, device: Bool) throws -> UInt64 {
        try wipingPages { try panicWipeLibrary(identityPath: identityPath, device: device) }
    }
}

/// Wipes pages before, since the key store may wait for a person; and after, since a call that was under way may have answered
/// with one more. Also if the call fails: the library has wiped what it holds then.
private func wipingPages<Answer>(_ call: () throws -> Answer) rethrows -> Answer {
    OpenPages.wipe()
    defer { OpenPages.wipe() }
    return try call()
}

/// What a page reads from, until saferoom is shut down or an identity is wiped.
final class HeldPage: Sendable {
    private let lock = NSLock()
    private nonisolated(unsafe) var reader: PageReader?

    /// How many records it has, also when it is wiped.
    let count: Int

    /// Asks, and holds the answer. If pages were wiped since the question, it arrives wiped.
    ///
    /// - Throws: What asking and checking throw; `SaferoomError` of code 0, if the answer is no page.
    init(_ ask: () throws -> Answer, check: (PageReader) throws -> Void) throws {
        // Before the question: its session was not locked then.
        let turn = OpenPages.turn
        let answer = try ask()
        let reader = try PageReader(answer.bytes, of: answer)
        try check(reader)
        (self.reader, count) = (reader, reader.places.count)
        if !OpenPages.note(self, turn) { empty() }
    }

    /// The reader, and with it the bytes, for as long as the caller needs them.
    ///
    /// - Throws: `SaferoomError` of code 993. It was wiped.
    func get() throws -> PageReader {
        guard let reader = lock.withLock({ reader }) else { throw SaferoomError.wiped }
        return reader
    }

    var isWiped: Bool { lock.withLock { reader == nil } }

    /// The bytes are overwritten when nobody reads them any more.
    fileprivate func empty() {
        let last = lock.withLock {
            defer { reader = nil }
            return reader
        }
        withExtendedLifetime(last) {}
    }
}

/// The pages that the app still refers to.
private enum OpenPages {
    private struct Known { weak var page: HeldPage? }

    private static let lock = NSLock()
    private nonisolated(unsafe) static var known: [Known] = []
    private nonisolated(unsafe) static var wipes = 0

    /// How often all of them were wiped.
    static var turn: Int { lock.withLock { wipes } }

    /// Notes one that was asked for in this turn, and forgets those that are gone whenever the list would grow: so that it is at
    /// most twice as long as needed. Answers whether it came in time: one whose turn is over would not be found any more.
    static func note(_ page: HeldPage, _ turn: Int) -> Bool {
        lock.withLock {
            guard turn == wipes else { return false }
            if known.count == known.capacity {
                known.removeAll { $0.page == nil }
                known.reserveCapacity(2 * known.count + 1)
            }
            known.append(Known(page: page))
            return true
        }
    }

    static func wipe() {
        let pages = lock.withLock {
            defer { (known, wipes) = ([], wipes + 1) }
            return known.compactMap(\.page)
        }
        for page in pages { page.empty() }
    }
}

extension SaferoomError {
    /// As the library tells it of its own objects (bindings/src/held.rs).
    fileprivate static var wiped: SaferoomError {
        .Failure(
            code: 993, kind: .input,
            text: "what this object held was wiped when the app shut saferoom down, or wiped an identity",
            advice: "Open it anew: unlock the identity's file with its passphrase, or sign in and read the record again.",
            waitSeconds: nil)
    }
}
