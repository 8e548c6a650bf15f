// The end of saferoom in an app: what the library holds for it, and the pages that this package holds, are wiped.

import Foundation
import SaferoomNative

/// Ends saferoom in this app, for one that is locked, goes to the background or ends: locks all sessions, each with its last
/// entry in the log, and wipes what other objects hold that the app still refers to: identities, keys of backups and packets,
/// shares, second secrets, opened records, interviews, opened packets, pages. Answers how many sessions it has locked.
///
/// Sessions answer that they are locked from then on (code 704), and the other objects that they were wiped (code 993): so does
/// ``Page/opened()``, while to look at a single record of a page ends the app (``Page/isWiped``). A loop that is going through a page
/// comes to its end, and then the page is wiped. The files stay, and the app can begin anew at any time.
///
/// Not reached is what is the app's own: records and texts that it has taken out (``Opened``, ``Partial``, ``Records``, each
/// `String`), and passphrases (`Data.wipe()`). Let go of them, and of what shows them, as well.
///
/// A call that another thread is in ends at its next step. This waits for it, for the disk and for the key store, but on a thread
/// of its own, and is done also when the task was cancelled. In functions that are not `async`, and at the top level of a `main.swift`,
/// the form that waits is chosen. If the library fails inside, the app ends.
@discardableResult
public func shutdown() async -> UInt64 {
    await offThreadAlways { shutdown() }
}

/// The same as a call that waits, for ordinary functions: not on the main thread.
@discardableResult
public func shutdown() -> UInt64 {
    // Before: the key store may wait for a person. After: a call that was under way may have answered with one more.
    OpenPages.wipe()
    defer { OpenPages.wipe() }
    return shutdownLibrary()
}

/// What a page reads from, until saferoom is shut down.
final class HeldPage: Sendable {
    private let lock = NSLock()
    private nonisolated(unsafe) var reader: PageReader?

    init(_ reader: PageReader) {
        self.reader = reader
        OpenPages.note(self)
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

    /// Notes one, and forgets those that are gone whenever the list would grow: so that it is at most twice as long as needed.
    static func note(_ page: HeldPage) {
        lock.withLock {
            if known.count == known.capacity {
                known.removeAll { $0.page == nil }
                known.reserveCapacity(2 * known.count + 1)
            }
            known.append(Known(page: page))
        }
    }

    static func wipe() {
        let pages = lock.withLock {
            defer { known = [] }
            return known.compactMap(\.page)
        }
        for page in pages { page.empty() }
    }
}

extension SaferoomError {
    /// As the library tells it of its own objects (bindings/src/held.rs).
    fileprivate static var wiped: SaferoomError {
        .Failure(
            code: 993, kind: .input, text: "what this object held was wiped when the app shut saferoom down",
            advice: "Open it anew: unlock the identity's file with its passphrase, or sign in and read the record again.",
            waitSeconds: nil)
    }
}
